/**
 * The runs that trained: kept by themselves, each with its program, its curves and its results.
 * Up to eight are drawn over each other.
 */

import { Store } from "../store.js";
import { nameChange } from "./change-name.js";
import { toast } from "./notices.js";
import { curvesOf } from "./run-curves.js";
import { forgetRuns, readRuns, writeRun } from "./run-store.js";
import { MAX_RUNS_SHOWN, overlayRuns, training } from "./training.js";
import { addNews, offer } from "./view.js";

/** @typedef {import("./run-curves.js").RunCurves} RunCurves */

/**
 * @typedef {object} Run
 * @property {string} id
 * @property {number} number Counts the runs of this browser from 1.
 * @property {string} name What changed since the run before of the same program, or the reader's word.
 * @property {string} programId
 * @property {string} title Of the program.
 * @property {string} source
 * @property {number} startedAt Milliseconds since 1970.
 * @property {"completed" | "stopped" | "failed"} status
 * @property {number} seconds Without the pauses.
 * @property {number | null} learningRate As training began.
 * @property {RunCurves} curves
 * @property {boolean} pinned Stays when older runs make room.
 */

/**
 * What is known of a run when it begins.
 *
 * @typedef {Pick<Run, "programId" | "title" | "source"> & {name?: string}} Beginning
 */

/**
 * @typedef {object} Runs
 * @property {Run[]} runs Oldest first.
 * @property {ReadonlySet<string>} shown Ids of those that are drawn.
 * @property {string | null} present Id of the run whose curves the page shows as they are made.
 */

/** Runs kept beside the pinned ones. */
const MOST_KEPT = 40;

export const runs = new Store(/** @type {Runs} */ ({ runs: [], shown: new Set(), present: null }));

/** The run that goes on. @type {(Beginning & {startedAt: number, learningRate: number | null}) | null} */
let begun = null;

/** Takes up the runs of earlier visits. */
export async function restoreRuns() {
  const kept = await readRuns();
  const ids = new Set(runs.values.runs.map(({ id }) => id));
  runs.set({ runs: [...kept.filter(({ id }) => !ids.has(id)), ...runs.values.runs] });
  offer("runs", runs.values.runs.length > 0);
}

/** @param {Beginning} beginning */
export function beginRun(beginning) {
  begun = { ...beginning, startedAt: Date.now(), learningRate: null };
  runs.set({ present: null });
  draw();
}

/** The optimizer trains with this rate; the first one said of a run is kept with it. @param {number} rate */
export function noteLearningRate(rate) {
  if (begun && begun.learningRate === null) {
    begun.learningRate = rate;
  }
}

/**
 * A run is over: it is kept where it trained. One that went on with the run before becomes part of
 * that.
 *
 * @param {{status: Run["status"], seconds: number}} outcome
 * @returns {Run | null}
 */
export function endRun({ status, seconds }) {
  const curves = curvesOf(training.values.record);
  const drawn = curves.fits.some((fit) => fit.curves.length > 0);
  const { present } = runs.values;
  if (present !== null) {
    return drawn
      ? change(present, (run) => ({ status, curves, seconds: run.seconds + seconds }))
      : null;
  }
  if (!begun || !drawn) {
    return null;
  }
  const { programId, title, source, startedAt, learningRate } = begun;
  const before = runs.values.runs.findLast((run) => run.programId === programId);
  const number = Math.max(0, ...runs.values.runs.map((run) => run.number)) + 1;
  const changed = before ? nameChange(before.source, source) : "";
  const run = {
    id: crypto.randomUUID?.() ?? `${startedAt}-${number}`,
    number,
    name: begun.name ?? (changed || title),
    programId,
    title,
    source,
    startedAt,
    status,
    seconds,
    learningRate,
    curves,
    pinned: false,
  };
  begun = null;
  runs.set({ runs: [...runs.values.runs, run], present: run.id });
  writeRun(run);
  makeRoom();
  offer("runs", true);
  addNews("runs");
  draw();
  return run;
}

/**
 * Draws a run beside the others, or no longer. Of more than eight the oldest choice gives way.
 *
 * @param {string} id
 * @param {boolean} shown
 */
export function showRun(id, shown) {
  const others = [...runs.values.shown].filter((other) => other !== id);
  runs.set({ shown: new Set(shown ? [...others, id].slice(-MAX_RUNS_SHOWN) : others) });
  draw();
}

/** @param {string[]} ids The runs that are drawn from now on. */
export function showOnly(ids) {
  runs.set({ shown: new Set(ids.slice(-MAX_RUNS_SHOWN)) });
  draw();
}

/**
 * @param {string} id
 * @param {string} name
 */
export function renameRun(id, name) {
  const given = name.trim().slice(0, 80);
  if (given) {
    change(id, () => ({ name: given }));
    draw();
  }
}

/**
 * @param {string} id
 * @param {boolean} pinned
 */
export function pinRun(id, pinned) {
  change(id, () => ({ pinned }));
}

/** Deletes runs, with a way back. @param {string[]} ids */
export function deleteRuns(ids) {
  const { runs: all, shown } = runs.values;
  const gone = all.filter(({ id }) => ids.includes(id));
  if (gone.length === 0) {
    return;
  }
  drop(ids);
  const values = { count: gone.length, name: gone[0].name };
  toast(gone.length === 1 ? "toast.runDeleted" : "toast.runsDeleted", values, () => {
    const back = [...runs.values.runs, ...gone].sort((a, b) => a.number - b.number);
    runs.set({ runs: back, shown });
    gone.forEach(writeRun);
    offer("runs", true);
    draw();
  });
}

/** What Keras said last of a run, over all its fits. @param {Run} run */
export function resultsOf(run) {
  return Object.assign({}, ...run.curves.fits.map(({ latest }) => latest));
}

/** Whose curves are drawn: the titles of the programs, and of a single run its name too. */
export function drawnTitle() {
  const { runs: all, present } = runs.values;
  const { overlays, presentShown } = training.values;
  const kept = overlays.flatMap((overlay) => all.filter(({ id }) => id === overlay.id));
  const own = all.find(({ id }) => id === present) ?? begun;
  const drawn = [...(presentShown && own ? [own] : []), ...kept];
  const titles = new Set(
    drawn.flatMap(({ title, name = title }) => (drawn.length === 1 ? [title, name] : [title])),
  );
  return [...titles].join(" · ");
}

/**
 * @param {string} id
 * @param {(run: Run) => Partial<Run>} changes
 */
function change(id, changes) {
  const before = runs.values.runs.find((run) => run.id === id);
  if (!before) {
    return null;
  }
  const after = { ...before, ...changes(before) };
  runs.set({ runs: runs.values.runs.map((run) => (run === before ? after : run)) });
  writeRun(after);
  return after;
}

/** @param {string[]} ids */
function drop(ids) {
  const kept = runs.values.runs.filter(({ id }) => !ids.includes(id));
  const shown = new Set([...runs.values.shown].filter((id) => !ids.includes(id)));
  runs.set({ runs: kept, shown });
  forgetRuns(ids);
  draw();
}

/** Lets the oldest runs go that nobody has pinned. */
function makeRoom() {
  const unpinned = runs.values.runs.filter(({ pinned }) => !pinned);
  drop(unpinned.slice(0, Math.max(unpinned.length - MOST_KEPT, 0)).map(({ id }) => id));
}

/** Draws the chosen runs; the present one is drawn from its own record. */
function draw() {
  const { runs: all, shown, present } = runs.values;
  const own = all.find(({ id }) => id === present);
  overlayRuns(
    all.filter(({ id }) => shown.has(id) && id !== present),
    { name: own?.name ?? "", shown: own === undefined || shown.size === 0 || shown.has(own.id) },
  );
}
