/** Shows the cells of the program in the editor: where each begins, how it is, and a way to run it. */

import { EditorSelection, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType } from "@codemirror/view";
import { t } from "./locale.js";
import { runCell } from "./state/actions.js";
import { findCells, cells as store } from "./state/cells.js";

/** @typedef {import("@codemirror/state").EditorState} EditorState */
/** @typedef {import("@codemirror/state").Text} Text */
/** @typedef {import("./state/cells.js").Cell} Cell */
/** @typedef {import("./state/cells.js").CellState} CellState */
/** @typedef {import("./locale.js").StringKey} StringKey */

/**
 * A cell that was run: where it begins, the number of its run, and what it was.
 *
 * @typedef {{at: number, number: number, code: string}} Mark
 */
/** @typedef {{cells: Cell[], marks: Mark[], decorations: import("@codemirror/view").DecorationSet}} Marks */

/** @type {import("@codemirror/state").StateEffectType<Mark[]>} */
const addMarks = StateEffect.define();
/** The states of cells have changed. @type {import("@codemirror/state").StateEffectType<null>} */
const redraw = StateEffect.define();

class HeadWidget extends WidgetType {
  /**
   * @param {string} state
   * @param {boolean} prose
   * @param {boolean} first
   */
  constructor(state, prose, first) {
    super();
    this.state = state;
    this.prose = prose;
    this.first = first;
    this.words = `${t("cell.run")}${state && t(/** @type {StringKey} */ (`cell.${state}`))}`;
  }

  /** @param {HeadWidget} other */
  eq(other) {
    return other.words === this.words && other.prose === this.prose && other.first === this.first;
  }

  /** @param {EditorView} view */
  toDOM(view) {
    const head = document.createElement("div");
    head.className = `cm-cell-head${this.first ? "" : " cm-cell-next"}`;
    if (!this.prose) {
      const button = document.createElement("button");
      button.className = "cm-cell-run";
      button.textContent = t("cell.run");
      button.title = t("cell.keys");
      button.tabIndex = -1; // Shift + Enter does the same, and the program may have many
      button.onmousedown = (event) => event.preventDefault(); // the cursor stays
      button.onclick = () => runAt(view, view.posAtDOM(head));
      head.append(button);
    }
    if (this.state) {
      const state = document.createElement("span");
      state.className = `cm-cell-state cm-cell-${this.state}`;
      state.textContent = t(/** @type {StringKey} */ (`cell.${this.state}`));
      head.append(state);
    }
    return head;
  }
}

/** @type {StateField<Marks>} */
const field = StateField.define({
  create: (state) => withDecorations(state.doc, findCells(state.doc.iterLines()), []),
  update(value, { docChanged, changes, effects, state }) {
    let { cells, marks } = value;
    if (docChanged) {
      cells = findCells(state.doc.iterLines());
      marks = moved(marks, changes, new Set(cells.map(({ line }) => state.doc.line(line).from)));
    }
    // A mark may outlive the last cell, and has to move with the text all the same.
    let stale = docChanged && [cells, value.cells, value.marks].some(({ length }) => length > 0);
    for (const effect of effects) {
      if (effect.is(addMarks)) {
        const starts = new Set(effect.value.map(({ at }) => at));
        marks = [...marks.filter(({ at }) => !starts.has(at)), ...effect.value];
      }
      stale ||= effect.is(addMarks) || effect.is(redraw);
    }
    return stale ? withDecorations(state.doc, cells, marks) : value;
  },
  provide: (self) => EditorView.decorations.from(self, ({ decorations }) => decorations),
});

export const cellMarks = field;

/**
 * Where the cells that were run are after a change of the text. One that was replaced as a whole is
 * gone.
 *
 * @param {Mark[]} marks
 * @param {import("@codemirror/state").ChangeSet} changes
 * @param {Set<number>} starts Where cells begin now.
 */
function moved(marks, changes, starts) {
  return marks
    .filter(({ at, code }) => changes.touchesRange(at, at + code.length) !== "cover")
    .map((mark) => {
      const after = changes.mapPos(mark.at, 1);
      // What is written in front of it belongs to it, unless it begins with a line `# %%`.
      return { ...mark, at: starts.has(after) ? after : changes.mapPos(mark.at, -1) };
    });
}

/** Whether the program has cells. @param {EditorState} state */
export function hasCells(state) {
  return state.field(field).cells.length > 0;
}

/** Shows the cells as they are now. @param {EditorView} view */
export function refreshCells(view) {
  const { whole } = store.values;
  const { doc } = view.state;
  const { cells, marks } = view.state.field(field);
  const isNew = whole !== null && marks.every(({ number }) => number < whole.number);
  const all =
    isNew && whole.text === doc.toString()
      ? cells.map((cell) => markOf(doc, cell, whole.number))
      : [];
  view.dispatch({ effects: all.length > 0 ? addMarks.of(all) : redraw.of(null) });
}

/**
 * Runs the cell that the cursor is in, and moves it to the next one.
 *
 * @param {EditorView} view
 * @returns {boolean} Whether the program has cells.
 */
export function runCellAndMoveOn(view) {
  const { doc, selection } = view.state;
  const { cells } = view.state.field(field);
  const line = doc.lineAt(selection.main.head).number;
  const index = cells.findIndex((cell) => line >= cell.line && line <= cell.lastLine);
  if (index === -1) {
    return cells.length > 0;
  }
  run(view, cells[index]);
  const next = cells[index + 1];
  if (next) {
    const { from } = doc.line(Math.min(next.line + 1, next.lastLine));
    view.dispatch({
      selection: EditorSelection.cursor(from),
      effects: EditorView.scrollIntoView(from, { y: "nearest", yMargin: 60 }),
    });
  }
  return true;
}

/**
 * @param {EditorView} view
 * @param {number} at
 */
function runAt(view, at) {
  const line = view.state.doc.lineAt(at).number;
  const cell = view.state.field(field).cells.find((cell) => cell.line === line);
  if (cell) {
    run(view, cell);
  }
}

/**
 * @param {EditorView} view
 * @param {Cell} cell
 */
function run(view, cell) {
  const { doc } = view.state;
  const code = codeOf(doc, cell);
  if (!cell.prose && /^(?!\s*#).*\S/m.test(code)) {
    const number = runCell({ code, firstLine: cell.line });
    if (number !== null) {
      view.dispatch({ effects: addMarks.of([markOf(doc, cell, number)]) });
    }
  }
}

/**
 * @param {Text} doc
 * @param {Cell} cell
 */
function codeOf(doc, { line, lastLine }) {
  return doc.sliceString(doc.line(line).from, doc.line(lastLine).to);
}

/**
 * @param {Text} doc
 * @param {Cell} cell
 * @param {number} number
 * @returns {Mark}
 */
function markOf(doc, cell, number) {
  return { at: doc.line(cell.line).from, number, code: codeOf(doc, cell).trimEnd() };
}

/**
 * @param {Text} doc
 * @param {Cell[]} cells
 * @param {Mark[]} marks
 * @returns {Marks}
 */
function withDecorations(doc, cells, marks) {
  const decorations = [];
  for (const [index, cell] of cells.entries()) {
    const { from } = doc.line(cell.line);
    const state = stateOf(doc, cell, marks);
    const widget = new HeadWidget(state, cell.prose, index === 0);
    decorations.push(Decoration.widget({ widget, block: true, side: -1 }).range(from));
    for (let line = cell.line; state === "running" && line <= cell.lastLine; line += 1) {
      const decoration = Decoration.line({ class: "cm-cell-runs" });
      decorations.push(decoration.range(doc.line(line).from));
    }
  }
  return { cells, marks, decorations: Decoration.set(decorations) };
}

/**
 * @param {Text} doc
 * @param {Cell} cell
 * @param {Mark[]} marks
 * @returns {CellState | "changed" | ""}
 */
function stateOf(doc, cell, marks) {
  const { from } = doc.line(cell.line);
  const mark = marks.findLast(({ at }) => at === from);
  const state = mark && !cell.prose ? store.values.states.get(mark.number) : undefined;
  const isOver = state === "done" || state === "failed";
  return isOver && mark?.code !== codeOf(doc, cell).trimEnd() ? "changed" : (state ?? "");
}
