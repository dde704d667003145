/**
 * The runs that trained: kept by themselves, each with its program, its curves and its results.
 * Up to eight are drawn over each other.
 */

import { Store } from "../store.js";
import { nameChange } from "./change-name.js";
import { toast } from "./notices.js";
import { curvesOf } from "./run-curves.js";
import { holdRun, letGo, whenFree } from "./run-locks.js";
import { forgetRuns, readRun, readRuns, writeRun } from "./run-store.js";
import { python } from "./session.js";
import { readInTab, writeInTab } from "./storage.js";
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
 * @property {"completed" | "stopped" | "failed" | "interrupted" | "running"} status "interrupted": it was
 *   cut off; "running": as it is kept while it goes on, in this tab or another one.
 * @property {number} seconds Without the pauses.
 * @property {number | null} learningRate As training began.
 * @property {RunCurves} curves
 * @property {boolean} pinned Stays when older runs make room.
 * @property {Checkpoint | null} [checkpoint] Where its training can go on.
 */

/**
 * The place of a checkpoint: what comes next, from 0.
 *
 * @typedef {{epoch: number, step: number, steps: number | null, epochs: number}} Checkpoint
 */

/**
 * What is known of a run when it begins.
 *
 * @typedef {Pick<Run, "programId" | "title" | "source"> & {name?: string}} Beginning
 */

/**
 * The run that goes on.
 *
 * @typedef {object} Begun
 * @property {Beginning} beginning
 * @property {string} id
 * @property {number} startedAt
 * @property {number | null} learningRate
 * @property {number} beganMs By the clock of the training's record.
 * @property {number} secondsBefore What its part before an interruption has taken.
 * @property {Checkpoint | null} checkpoint The last one of it.
 */

/**
 * @typedef {object} Runs
 * @property {Run[]} runs Oldest first.
 * @property {ReadonlySet<string>} shown Ids of those that are drawn.
 * @property {string | null} present Id of the run whose curves the page shows as they are made.
 */

/** Which run is the last one of this tab. */
const OWN_KEY = "pykeras.run";
/** Runs kept beside the pinned ones. */
const MOST_KEPT = 40;

export const runs = new Store(/** @type {Runs} */ ({ runs: [], shown: new Set(), present: null }));

/** @type {Begun | null} */
let begun = null;
/** When the run of this tab was last written while it goes on, and how long that took. */
let written = { atMs: Number.NEGATIVE_INFINITY, tookMs: 0 };
/** Writing a run that goes on may take this share of the time. */
const WRITING_SHARE = 0.01;

/**
 * Takes up the runs of earlier visits.
 *
 * @param {(run: Run) => void} onCutOff Called with each that was cut off, as soon as that is known.
 */
export async function restoreRuns(onCutOff) {
  const own = readInTab(OWN_KEY);
  const kept = await readRuns();
  takeIn(kept.filter(({ status }) => status !== "running"));
  for (const { id, status } of kept) {
    if (status === "running") {
      whenFree(id).then(() => takeInCutOff(id, onCutOff));
    } else if (status === "interrupted" && id === own) {
      takeInCutOff(id, onCutOff); // another tab has noticed first
    }
  }
}

/**
 * No tab runs this any more, which was kept as running.
 *
 * @param {string} id
 * @param {(run: Run) => void} onCutOff
 */
async function takeInCutOff(id, onCutOff) {
  const kept = await readRun(id);
  if (!kept || id === begun?.id) {
    return;
  }
  const isCutOff = kept.status === "running" || kept.status === "interrupted";
  takeIn([kept]);
  if (isCutOff) {
    change(id, () => ({ status: "interrupted" }));
    onCutOff({ ...kept, status: "interrupted" });
    writeInTab(OWN_KEY, ""); // this is said once
  }
}

/** @param {Run[]} kept */
function takeIn(kept) {
  const ids = new Set(runs.values.runs.map(({ id }) => id));
  const all = [...kept.filter(({ id }) => !ids.has(id)), ...runs.values.runs];
  runs.set({ runs: all.sort((a, b) => a.number - b.number) });
  offer("runs", runs.values.runs.length > 0);
}

/**
 * @param {Beginning} beginning
 * @returns {string} What the run is known by.
 */
export function beginRun(beginning) {
  const id = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
  start({ beginning, id, startedAt: Date.now(), learningRate: null, secondsBefore: 0 });
  runs.set({ present: null });
  draw();
  return id;
}

/** A run that was cut off goes on. @param {Run} run */
export function resumeRun(run) {
  const { id, startedAt, learningRate, checkpoint } = run;
  start({ beginning: run, id, startedAt, learningRate, secondsBefore: run.seconds });
  if (begun) {
    begun.checkpoint = checkpoint ?? null;
  }
  runs.set({ present: id });
  draw();
}

/** @param {Omit<Begun, "beganMs" | "checkpoint">} run */
function start(run) {
  begun = { ...run, beganMs: training.values.record.now, checkpoint: null };
  written = { atMs: Number.NEGATIVE_INFINITY, tookMs: 0 };
  holdRun(run.id);
  writeInTab(OWN_KEY, run.id);
}

/**
 * The state of the training is kept: so is what is drawn of it, to go on with should the tab be
 * gone.
 *
 * @param {Checkpoint} checkpoint
 */
export async function noteCheckpoint({ epoch, step, steps, epochs }) {
  const beganMs = performance.now();
  if (!begun || beganMs - written.atMs < written.tookMs / WRITING_SHARE) {
    return;
  }
  begun.checkpoint = { epoch, step, steps, epochs };
  written = { atMs: beganMs, tookMs: 0 };
  const run = madeOf(begun, "running");
  if (run) {
    await writeRun(run);
    written.tookMs = performance.now() - beganMs;
  }
}

/**
 * The worker was ended in the middle of the run.
 *
 * @returns {Run | null} The run, where its training can go on.
 */
export function interruptRun() {
  const run = begun && madeOf(begun, "interrupted");
  begun = null;
  letGo();
  if (run) {
    keep(run);
  }
  return run?.checkpoint ? run : null;
}

/** The optimizer trains with this rate; the first one said of a run is kept with it. @param {number} rate */
export function noteLearningRate(rate) {
  if (begun && begun.learningRate === null) {
    begun.learningRate = rate;
  }
}

/** The run whose curves the page shows as they are made, once it is in the list. */
export function presentRun() {
  const { runs: all, present } = runs.values;
  return all.find(({ id }) => id === present) ?? null;
}

/** The last run goes on as part of what it was; a cell may be the first of it to train. */
export function goOnWithRun() {
  const run = presentRun();
  if (run && !begun) {
    resumeRun(run);
  }
}

/**
 * A run is over: it is kept where it trained. One that went on with the run before becomes part of
 * that.
 *
 * @param {{status: "completed" | "stopped" | "failed", seconds: number, canResume: boolean}} outcome
 *   `canResume`: what is kept of its fits can be read.
 * @returns {Run | null}
 */
export function endRun({ status, seconds, canResume }) {
  const run = begun && madeOf(begun, status);
  letGo();
  if (!begun || !run) {
    return null;
  }
  const checkpoint = status === "completed" || !canResume ? null : (run.checkpoint ?? null);
  const kept = { ...run, checkpoint, seconds: begun.secondsBefore + seconds };
  begun = null;
  keep(kept);
  return kept;
}

/**
 * A run as it is now; null where it has drawn nothing yet.
 *
 * @param {Begun} going
 * @param {Run["status"]} status
 * @returns {Run | null}
 */
function madeOf({ beginning, ...begun }, status) {
  const { record } = training.values;
  const curves = curvesOf(record);
  const { id, startedAt, learningRate, checkpoint } = begun;
  const seconds = begun.secondsBefore + (record.now - begun.beganMs) / 1000;
  const known = runs.values.runs.find((run) => run.id === id);
  if (!curves.fits.some((fit) => fit.curves.length > 0)) {
    return known ? { ...known, status } : null;
  }
  if (known) {
    return { ...known, status, curves, seconds, learningRate, checkpoint };
  }
  const { programId, title, source, name } = beginning;
  const before = runs.values.runs.findLast((run) => run.programId === programId);
  const number = Math.max(0, ...runs.values.runs.map((run) => run.number)) + 1;
  const changed = before ? nameChange(before.source, source) : "";
  return {
    ...{ id, number, name: name ?? (changed || title), programId, title, source, startedAt },
    ...{ status, seconds, learningRate, curves, pinned: false, checkpoint },
  };
}

/** Takes a run that is over into the list. @param {Run} run */
function keep(run) {
  const others = runs.values.runs.filter(({ id }) => id !== run.id);
  const isNew = others.length === runs.values.runs.length;
  const all = isNew
    ? [...others, run]
    : runs.values.runs.map((other) => (other.id === run.id ? run : other));
  runs.set({ runs: all, present: run.id });
  writeRun(run);
  makeRoom();
  offer("runs", true);
  if (isNew) {
    addNews("runs");
  }
  draw();
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
    const again = gone.map((run) => ({ ...run, checkpoint: null })); // those are gone for good
    const back = [...runs.values.runs, ...again].sort((a, b) => a.number - b.number);
    runs.set({ runs: back, shown });
    again.forEach(writeRun);
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
  const own = all.find(({ id }) => id === present) ?? begun?.beginning;
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
  if (ids.length > 0) {
    forgetRuns(ids);
    python().send({ type: "forget", checkpoints: ids });
  }
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
