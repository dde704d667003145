/** The cells of a program, between lines `# %%`: which of them wait, run, or have run. */

import { Store } from "../store.js";

/**
 * @typedef {object} Cell
 * @property {number} line Its first one, from 1: the one with `# %%`, but for what is above all.
 * @property {number} lastLine
 * @property {boolean} prose It holds comments alone, as a notebook's text does.
 */

/** @typedef {"waiting" | "running" | "done" | "failed"} CellState */

/**
 * A cell to run, as it was when the reader asked for it.
 *
 * @typedef {{code: string, firstLine: number, id: string, title: string, text: string}} CellRun
 *   `id`, `title` and `text` are the program's.
 */

/**
 * @typedef {object} Cells
 * @property {ReadonlyMap<number, CellState>} states By the number of the run of a cell.
 * @property {{number: number, text: string} | null} whole The last run of a whole program: all of
 *   its cells run under this number.
 */

const HEAD = /^#\s*%%(?=\s|$)(.*)$/;

export const cells = new Store(/** @type {Cells} */ ({ states: new Map(), whole: null }));

let last = 0;
/** @type {(CellRun & {number: number})[]} */
let queue = [];

/**
 * The cells of a text; none where no line begins one.
 *
 * @param {Iterable<string>} lines
 * @returns {Cell[]}
 */
export function findCells(lines) {
  /** @type {Cell[]} */
  const found = [];
  let count = 0;
  let isCode = false;
  for (const line of lines) {
    count += 1;
    const head = HEAD.exec(line);
    if (head && (isCode || found.length > 0)) {
      const before = found.at(-1) ?? { line: 1, prose: false, lastLine: 0 };
      before.lastLine = count - 1;
      if (found.length === 0) {
        found.push(before); // what is above the first of these lines is a cell too
      }
    }
    if (head) {
      found.push({ line: count, lastLine: count, prose: /^\s*\[markdown\]/i.test(head[1]) });
    }
    isCode ||= line.trim() !== "";
  }
  const open = found.at(-1);
  if (open) {
    open.lastLine = count;
  }
  return found;
}

/**
 * Lets a cell wait for its turn.
 *
 * @param {CellRun} run
 * @returns {number} The number of its run.
 */
export function enqueue(run) {
  last += 1;
  queue.push({ ...run, number: last });
  setState(last, "waiting");
  return last;
}

/** Takes the cell whose turn it is. */
export function nextCell() {
  return queue.shift() ?? null;
}

/** Cells that wait do so no longer. */
export function dropQueue() {
  queue = [];
  const states = [...cells.values.states].filter(([, state]) => state !== "waiting");
  cells.set({ states: new Map(states) });
}

/** A whole program begins to run: what its cells did before is forgotten. @param {string} text */
export function startWhole(text) {
  last += 1;
  queue = [];
  cells.set({ whole: { number: last, text }, states: new Map([[last, "running"]]) });
}

/** @param {number} number */
export function startCell(number) {
  setState(number, "running");
}

/**
 * What was running has ended.
 *
 * @param {"completed" | "stopped" | "failed"} status
 */
export function endCell(status) {
  const { whole, states } = cells.values;
  const next = new Map(states);
  for (const [number, state] of states) {
    if (state === "running" && number === whole?.number && status !== "completed") {
      next.delete(number); // some of its cells have run, others have not
    } else if (state === "running") {
      next.set(number, status === "completed" ? "done" : "failed");
    }
  }
  cells.set({ states: next });
  if (status !== "completed") {
    dropQueue();
  }
}

/** Python has started anew: what cells have made is gone. */
export function forgetCells() {
  queue = [];
  cells.set({ states: new Map() });
}

/**
 * @param {number} number
 * @param {CellState} state
 */
function setState(number, state) {
  cells.set({ states: new Map([...cells.values.states, [number, state]]) });
}
