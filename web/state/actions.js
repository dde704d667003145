/** What the reader can have done: every button, key and menu of the page comes to one of these. */

import { t } from "../locale.js";
import { forgetBackend } from "./backend.js";
import {
  dropQueue,
  endCell,
  enqueue,
  forgetCells,
  nextCell,
  startCell,
  startWhole,
} from "./cells.js";
import { clearConsole, writeToConsole } from "./console.js";
import { data, startData } from "./data.js";
import { forgetRequests } from "./files.js";
import { forgetInspection, startInspection } from "./inspection.js";
import { dismissNotice, tell, toast } from "./notices.js";
import { hasRun, noteRun, program, restoreProgram } from "./programs.js";
import { holdRun } from "./run-locks.js";
import {
  beginRun,
  goOnWithRun,
  interruptRun,
  presentRun,
  resumeRun,
  showOnly,
  showRun,
} from "./runs.js";
import { python, session } from "./session.js";
import { sweep } from "./sweep.js";
import { closeRecord, startRecord } from "./training.js";
import { forgetTrials, startTrying } from "./trying.js";
import { keepVersion } from "./versions.js";
import { follow, show } from "./view.js";

/**
 * Runs the program in the editor; while Python is on its way, as soon as it is there.
 *
 * @param {{paused?: boolean}} [options] `paused`: hold before the first step of training.
 */
export function runProgram({ paused = false } = {}) {
  const { state } = session.values;
  if (state !== "ready" && state !== "loading") {
    return;
  }
  clearPage();
  noteRun(program.values);
  dropQueue();
  python().run(() => {
    const { id: programId, title, text } = program.values;
    noteRun(program.values); // what was written while Python was on its way runs too
    startWhole(text);
    keepVersion(program.values, "ran");
    return beginning(text, paused, beginRun({ programId, title, source: text }));
  });
}

/**
 * Goes on with a run that was cut off or stopped: its program runs again, and training goes on from
 * the last checkpoint. Where the program is another one by now, that of the run comes back.
 *
 * @param {import("./runs.js").Run} run
 */
export async function goOnWith(run) {
  const { id, programId, title, source } = run;
  if (session.values.state !== "ready" && session.values.state !== "loading") {
    return;
  }
  if (!(await holdRun(id))) {
    toast("toast.runElsewhere", { name: run.name });
    return;
  }
  if (program.values.id !== programId || program.values.text !== source) {
    await restoreProgram(programId, title, source);
  }
  clearPage();
  const ran = { id: program.values.id, text: source };
  noteRun(ran);
  dropQueue();
  python().run(() => {
    noteRun(ran);
    startWhole(source);
    resumeRun(run);
    return { ...beginning(source, false, id), resumes: true };
  });
}

/** Tells of a run that was cut off, and offers to go on with it. @param {import("./runs.js").Run} run */
export function offerToGoOn(run) {
  showRun(run.id, true);
  tellWithWay("notice.interrupted", run);
}

/**
 * @param {import("../locale.js").StringKey} key
 * @param {import("./runs.js").Run} run
 */
function tellWithWay(key, run) {
  const { epoch = 0, epochs = 0 } = run.checkpoint ?? {};
  const values = { name: run.title, epoch: epoch + 1, epochs };
  tell(key, values, { key: "notice.goOn", run: () => goOnWith(run) });
}

/** Empties what the run before has filled. */
function clearPage() {
  clearConsole();
  startRecord();
  startData();
  startTrying();
  startInspection();
  python().cell = null;
  follow();
  dismissNotice();
}

/**
 * @param {string} code
 * @param {boolean} paused
 * @param {string | null} checkpoints What the state of its training is kept under.
 * @returns {Extract<import("./runner.js").Beginning, {type: "run"}>}
 */
function beginning(code, paused, checkpoints) {
  const { seed } = session.values;
  const begin = { firstLine: 1, continues: false, resumes: false };
  return { type: "run", code, paused, seed, checkpoints, ...begin };
}

/**
 * Runs one cell of the program in the editor, with the variables of the cells before; when others
 * run or wait, after them.
 *
 * @param {{code: string, firstLine: number}} cell
 * @returns {number | null} The number of its run; null where Python cannot run anything.
 */
export function runCell(cell) {
  if (session.values.state === "failed") {
    return null;
  }
  const { id, title, text } = program.values;
  const number = enqueue({ ...cell, id, title, text });
  runNextCell();
  return number;
}

function runNextCell() {
  const { state, queued } = session.values;
  const cell = (state === "ready" || state === "loading") && !queued ? nextCell() : null;
  if (cell === null) {
    return;
  }
  const { id: programId, title, text, code, firstLine } = cell;
  const continues = hasRun(programId);
  if (continues) {
    data.set({ finished: false });
    follow();
    dismissNotice();
  } else {
    clearPage();
  }
  noteRun(cell);
  python().run(() => {
    startCell(cell.number);
    continues ? goOnWithRun() : beginRun({ programId, title, source: text });
    return { ...beginning(code, false, null), firstLine, continues };
  });
}

/**
 * A run has ended: it is the turn of the next cell that waits.
 *
 * @param {"completed" | "stopped" | "failed"} status
 */
export function goOnWithCells(status) {
  endCell(status);
  runNextCell();
}

/** Stops the program; a sweep ends with it, and cells wait no longer. */
export function stopProgram() {
  sweep.set({ sweep: null });
  dropQueue();
  python().stop();
}

/**
 * Runs the program once for each of several values in one place.
 *
 * @param {{from: number, to: number}} place
 * @param {string[]} values
 */
export function startSweep({ from, to }, values) {
  const { id: programId, title, text } = program.values;
  const sources = values.map((value) => text.slice(0, from) + value + text.slice(to));
  const old = text.slice(from, to);
  sweep.set({ sweep: { programId, title, values, sources, old, at: 0, failed: 0 } });
  showOnly([]);
  runInSweep();
}

/**
 * Goes on with the sweep, if there is one, now that a run of it has ended.
 *
 * @param {string | null} id The run that was kept of it.
 * @param {boolean} isError
 */
export function goOnWithSweep(id, isError) {
  const { sweep: before } = sweep.values;
  if (!before) {
    return;
  }
  const running = { ...before, failed: before.failed + Number(isError) };
  if (id !== null) {
    showRun(id, true);
  }
  if (running.at + 1 < running.values.length) {
    sweep.set({ sweep: { ...running, at: running.at + 1 } });
    runInSweep();
  } else {
    sweep.set({ sweep: null });
    const { failed, values } = running;
    toast(failed > 0 ? "toast.sweepFailed" : "toast.sweepDone", { count: values.length, failed });
  }
}

function runInSweep() {
  const running = sweep.values.sweep;
  if (running) {
    const { programId, title, sources, values, old, at } = running;
    clearPage();
    noteRun({ id: programId, text: sources[at] });
    python().run(() => {
      startWhole(sources[at]);
      const name = `${old} → ${values[at]}`;
      const id = beginRun({ programId, title, source: sources[at], name });
      return beginning(sources[at], false, id);
    });
  }
}

/** Puts the program of an earlier run back into the editor. @param {import("./runs.js").Run} run */
export async function openRun({ programId, title, source }) {
  await restoreProgram(programId, title, source);
  show("code");
}

/** The seed of every source of random numbers from the next run on. @param {number | null} seed */
export function chooseSeed(seed) {
  session.set({ seed });
}

/** Holds the training after the step it is in; Python says so when it does. */
export function pauseTraining() {
  session.set({ pace: "pausing" });
  python().send({ type: "pause", runId: python().runId });
}

export function resumeTraining() {
  python().send({ type: "resume", runId: python().runId });
}

/**
 * Trains for one step or one epoch more and holds there; where nothing runs, a run begins that
 * holds before its first step.
 *
 * @param {"step" | "epoch"} unit
 */
export function stepTraining(unit) {
  if (session.values.state === "running") {
    session.set({ pace: "pausing" });
    python().send({ type: "step", runId: python().runId, unit });
  } else {
    runProgram({ paused: true });
  }
}

/** What Ctrl + Enter does: runs, or goes on after a pause. */
export function runOrResume() {
  if (session.values.pace === "paused") {
    resumeTraining();
  } else {
    runProgram();
  }
}

/** Holds the training, or lets it go on. */
export function pauseOrResume() {
  const { pace, training } = session.values;
  if (pace === "paused") {
    resumeTraining();
  } else if (training && pace === "going") {
    pauseTraining();
  }
}

/**
 * Gives a number of the optimizer another value.
 *
 * @param {string} name
 * @param {number} value
 */
export function changeSetting(name, value) {
  session.set({ waitingFor: { ...session.values.waitingFor, [name]: value } });
  python().send({ type: "set", runId: python().runId, name, value });
}

/** Gives the model the weights that it had before its first step. */
export function resetWeights() {
  python().send({ type: "reset-weights", runId: python().runId });
}

/** Goes on with the last fit. @param {number} epochs */
export function trainMore(epochs) {
  if (session.values.state === "ready" && session.values.canTrainMore) {
    follow();
    python().run(() => {
      goOnWithRun();
      return { type: "train-more", epochs, paused: false, checkpoints: presentRun()?.id ?? null };
    });
  }
}

/** Shows the samples of a cell of the confusion matrix. @param {import("../protocol.js").Cell} cell */
export function showCell(cell) {
  data.set({ cell });
  python().cell = cell;
  python().predict(true);
}

/** Goes on with a start that failed. */
export function retryStart() {
  dismissNotice();
  python().retry();
}

/** Python begins anew: modules, variables and weights are gone, files and programs stay. */
export function restartPython() {
  python().restart("anew");
}

/**
 * Tells of something that may leave Python other than it should be, and offers a new one.
 *
 * @param {import("../locale.js").StringKey} key
 * @param {Record<string, string | number>} values
 */
export function tellOfDamage(key, values) {
  tell(key, values, { key: "load.restart", run: restartPython });
}

/** @param {import("./runner.js").RestartReason} reason */
export function noticeRestart(reason) {
  forgetRequests();
  forgetTrials();
  const { state } = session.values;
  const run = interruptRun();
  if (state === "running" || state === "stopping") {
    sweep.set({ sweep: null });
    session.set({ status: { kind: "lost" }, training: false, pace: "going", canTrainMore: false });
    closeRecord();
    data.set({ finished: true, failed: true });
  }
  forgetCells();
  forgetBackend();
  forgetInspection();
  noteRun({ id: "", text: "" }); // the next cell finds no variables
  if (run && reason !== "silent") {
    tellWithWay(`notice.${reason}Kept`, run);
  } else {
    tell(`notice.${reason}`);
  }
}

/** @param {string} detail What went wrong outside of Python, of the program's doing. */
export function noticeStrayError(detail) {
  writeToConsole([{ stream: "note", text: `${t("console.strayError", { detail })}\n` }]);
  tellOfDamage("notice.strayError", {});
}
