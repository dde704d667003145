/** Who receives each message of Python; the type checker misses one for which nobody does. */

import { describeHint } from "../hints.js";
import { formatSize, t } from "../locale.js";
import { goOnWithCells, goOnWithSweep, runProgram, tellOfDamage } from "./actions.js";
import { awaitBackend, showBackend, tellPreferred } from "./backend.js";
import { showPicture, showTable, tellLeftOut, writeToConsole } from "./console.js";
import { failPredictions, finishData, showPredictions, showSamples } from "./data.js";
import { drawNow } from "./drawing.js";
import { endUpload, endWriting, showFiles, takeFile, tellNotRestored } from "./files.js";
import { showInspection, tellInspected } from "./inspection.js";
import { tell, toast } from "./notices.js";
import { noteFetched, offline } from "./offline.js";
import { markError } from "./programs.js";
import { endRun, noteCheckpoint, noteLearningRate, presentRun } from "./runs.js";
import { session } from "./session.js";
import { sweep } from "./sweep.js";
import { addNorms, addToRecord, closeRecord, pauseRecord, resumeRecord } from "./training.js";
import { askAgain, askForWays, failTrial, takeTrial } from "./trying.js";
import { addNews, isShown, offer } from "./view.js";
import { tellWatched } from "./watching.js";

/** @typedef {import("../protocol.js").FromWorker} FromWorker */

/** @type {{[T in FromWorker["type"]]: (message: Extract<FromWorker, {type: T}>) => void}} */
const receivers = {
  alive() {}, // the runner's
  pong() {},
  parts() {},
  fetched: noteFetched,
  loading(message) {
    session.set({ loading: message });
  },
  ready({ canPause, version, python }) {
    session.set({ version, pythonVersion: python, canPause });
    tellWatched();
    tellInspected();
    tellPreferred();
    if (!canPause && !self.crossOriginIsolated) {
      tell("notice.noPause");
    }
  },
  failed({ phase, detail }) {
    if (phase !== "run" && self.origin === "null") {
      tell("notice.sandboxed", { detail });
    } else if (phase !== "run") {
      tell(phase === "download" ? "notice.downloadFailed" : "notice.startFailed", { detail });
    }
  },
  fetching(message) {
    session.set({ status: { ...message, kind: "fetching" } });
  },
  imported() {
    if (session.values.status.kind === "fetching") {
      session.set({ status: { kind: "running" } });
    }
  },
  files: showFiles,
  file: takeFile,
  written(message) {
    endWriting(message);
    addNews("files");
  },
  "not-restored": tellNotRestored,
  "request-failed": tellFailure,
  picture(message) {
    showPicture(message);
    addNews("print", { turn: true });
  },
  output({ pieces, dropped }) {
    writeToConsole(pieces, dropped);
    addNews("print", { turn: true });
  },
  value({ text, dropped }) {
    writeToConsole([{ stream: "value", text: `${text}\n` }], dropped);
    addNews("print", { turn: true });
  },
  table(message) {
    showTable(message);
    addNews("print", { turn: true });
  },
  "left-out": tellLeftOut,
  samples: showSamples,
  predictions(message) {
    showPredictions(message);
    offer("predict", true); // also to say why there is nothing to see
    if (message.report.kind !== "nothing") {
      addNews("predict");
    }
  },
  begin(message) {
    if (message.mode === "fit" || message.mode === "loop") {
      awaitBackend();
      session.set({ training: true });
      addNews("train", { turn: true });
      if (isShown("predict")) {
        askForWays();
      }
    }
    addToRecord(message);
  },
  steps(message) {
    addToRecord(message);
    askAgain();
  },
  epoch(message) {
    addToRecord(message);
    askAgain();
  },
  end(message) {
    if (message.mode === "fit" || message.mode === "loop") {
      session.set({ training: false, pace: "going" });
    }
    addToRecord(message);
  },
  backend: showBackend,
  pace({ paused }) {
    pauseRecord(paused);
    drawNow();
    session.set({ pace: paused ? "paused" : "going" });
  },
  settings({ settings }) {
    const rate = settings.find(({ name }) => name === "learning_rate");
    if (rate) {
      noteLearningRate(rate.value);
    }
    session.set({ settings, waitingFor: {} });
  },
  norms: addNorms,
  checkpoint(message) {
    if (message.kept) {
      noteCheckpoint(message);
    } else {
      tellUnkept(message);
    }
  },
  resumed: resume,
  trial: takeTrial,
  inspection: showInspection,
  "weights-reset"() {
    askForWays();
    toast("toast.weightsReset");
  },
  finished: finish,
};

/**
 * @template {FromWorker["type"]} Type
 * @param {Extract<FromWorker, {type: Type}>} message
 */
export function receive(message) {
  /** @type {(message: Extract<FromWorker, {type: Type}>) => void} */
  const receiver = receivers[/** @type {Type} */ (message.type)];
  receiver(message);
}

/** @param {Extract<FromWorker, {type: "request-failed"}>} message */
function tellFailure({ request, name, detail }) {
  if (request === "write-file") {
    endUpload();
  }
  if (request === "try") {
    failTrial(detail);
  } else if (request === "predict") {
    failPredictions(detail);
    offer("predict", true);
  } else if (name !== null) {
    const waiting = Object.entries(session.values.waitingFor).filter(([one]) => one !== name);
    session.set({ waitingFor: Object.fromEntries(waiting) });
    tell("notice.fileFailed", { name, detail });
  } else {
    session.set({ waitingFor: {}, pace: session.values.pace === "paused" ? "paused" : "going" });
    tellOfDamage("notice.requestFailed", { request, detail });
  }
}

/** The run of which was said that its training is not kept. */
let toldOf = 0;

/** @param {Extract<FromWorker, {type: "checkpoint"}>} message */
function tellUnkept({ runId, why, sizeBytes }) {
  if (runId !== toldOf) {
    toldOf = runId;
    const keys = /** @type {const} */ ({
      size: "console.tooLargeToKeep",
      storage: "console.noRoomToKeep",
      failed: "console.notTakenDown",
    });
    const text = t(keys[why ?? "failed"], { size: formatSize(sizeBytes) });
    writeToConsole([{ stream: "note", text: `${text}\n` }]);
  }
}

/** @param {Extract<FromWorker, {type: "resumed"}>} message */
function resume({ epoch, step, steps, logs, but, detail }) {
  const run = presentRun();
  if (run && but !== "model") {
    resumeRecord(run.curves, { epoch, step, steps, logs });
  }
  if (but !== null) {
    const text = t(but === "data" ? "console.otherData" : "console.otherModel", { detail });
    writeToConsole([{ stream: "note", text: `${text}\n` }]);
  }
}

/** @param {Extract<FromWorker, {type: "finished"}>} message */
function finish({ status, seconds, error, canTrainMore }) {
  closeRecord();
  session.set({
    status: { kind: status, seconds, error },
    training: false,
    pace: "going",
    canTrainMore,
  });
  finishData(status === "failed");
  askForWays();
  const canResume = error?.hint?.code !== "no-checkpoint";
  const run = endRun({ status, seconds, canResume });
  if (error) {
    addNews("code", { turn: true });
    // With a network, and while the site is not kept, it is the server that did not give the file.
    const withoutNetwork = !navigator.onLine || offline.values.kept === "kept";
    if (error.hint?.code === "not-fetched" && withoutNetwork) {
      tell("notice.needsNetwork", {}, { key: "load.retry", run: runProgram });
    }
    const hint = describeHint(error.hint);
    if (hint) {
      writeToConsole([{ stream: "note", text: `${hint}\n` }]);
    }
    const isInEditor = sweep.values.sweep === null; // one of a sweep is not
    if (error.line !== null && isInEditor) {
      const message = [error.text, hint].filter(Boolean).join("\n");
      markError({ line: error.line, message, mend: error.mend });
    }
  }
  drawNow();
  goOnWithSweep(run?.id ?? null, error !== null);
  goOnWithCells(status);
}
