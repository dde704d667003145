/** What the reader can have done: every button, key and menu of the page comes to one of these. */

import { t } from "../locale.js";
import { clearConsole, writeToConsole } from "./console.js";
import { data, startData } from "./data.js";
import { dismissNotice, tell } from "./notices.js";
import { noteRun, program } from "./programs.js";
import { python, session } from "./session.js";
import { closeRecord, startRecord } from "./training.js";
import { follow } from "./view.js";

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
  clearConsole();
  startRecord();
  startData();
  follow();
  dismissNotice();
  noteRun();
  python().run(() => {
    noteRun(); // what was written while Python was on its way runs too
    return {
      type: "run",
      code: program.values.text,
      firstLine: 1,
      continues: false,
      paused,
      seed: null,
    };
  });
}

export function stopProgram() {
  python().stop();
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
    python().run(() => ({ type: "train-more", epochs, paused: false }));
  }
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

/** @param {import("./runner.js").RestartReason} reason */
export function noticeRestart(reason) {
  const { state } = session.values;
  if (state === "running" || state === "stopping") {
    session.set({ status: { kind: "lost" }, training: false, pace: "going", canTrainMore: false });
    closeRecord();
    data.set({ finished: true });
  }
  tell(`notice.${reason}`);
}

/** @param {string} detail What went wrong outside of Python, of the program's doing. */
export function noticeStrayError(detail) {
  writeToConsole([{ stream: "note", text: `${t("console.strayError", { detail })}\n` }]);
}
