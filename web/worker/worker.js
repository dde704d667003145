/** The worker: Python runs here, so that the page never freezes. It answers `ToWorker` messages. */

import { DownloadError } from "./downloads.js";
import { canPause, startPython } from "./python.js";

/** @typedef {import("../protocol.js").ToWorker} ToWorker */
/** @typedef {import("../protocol.js").FromWorker} FromWorker */
/** @typedef {import("./python.js").PythonSession} PythonSession */

/** @type {ReturnType<typeof startPython>} */
let starting;
/** @type {PythonSession | null} */
let session = null;
let stopAsked = false;
/** The runs, one after the other: the next waits until the last has shown its predictions. */
let runs = Promise.resolve();

/** @param {FromWorker} message */
function post(message) {
  self.postMessage(message);
}

const { port1: doorbell, port2: bell } = new MessageChannel();
/** @type {(() => void)[]} */
const waiting = [];
doorbell.onmessage = () => waiting.shift()?.();

/** Resolves in a later task, after the messages that had arrived were handled. */
function nextTask() {
  return /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      waiting.push(resolve);
      bell.postMessage(null);
    })
  );
}

function takeStop() {
  const asked = stopAsked;
  stopAsked = false;
  return asked;
}

/** @param {Extract<ToWorker, {type: "start"}>} message */
async function start({ interrupts }) {
  starting = startPython(new URL("./", import.meta.url), { post, nextTask, takeStop, interrupts });
  try {
    ({ session } = await starting);
    session.show_built_in_samples();
    session.warm_up();
  } catch (error) {
    post({
      type: "failed",
      phase: isDownload(error) ? "download" : "start",
      detail: String(error),
    });
  }
}

/** @param {Extract<ToWorker, {type: "run"}>} message */
async function run({ code, runId }) {
  stopAsked = false;
  const { session: started, imports, workspace } = await starting;
  const { run: runProgram } = started;
  try {
    await imports.load(code, (name, loadedBytes, totalBytes) =>
      post({ type: "fetching", runId, name, loadedBytes, totalBytes }),
    );
    await (canPause ? runProgram.callPromising(code, runId) : runProgram(code, runId));
    await workspace.keep();
  } catch (error) {
    // Errors of the program are part of its outcome; what arrives here is the end of Python itself.
    post({ type: "failed", phase: isDownload(error) ? "download" : "run", detail: String(error) });
  }
}

/** @param {unknown} error */
function isDownload(error) {
  return error instanceof DownloadError || error instanceof TypeError;
}

self.onmessage = ({ data }) => {
  /** @type {ToWorker} */
  const message = data;
  if (message.type === "start") {
    start(message);
  } else if (message.type === "run") {
    stopAsked = true; // cuts short the predictions of the run before
    runs = runs.then(() => run(message));
  } else if (message.type === "stop") {
    stopAsked = true;
  } else if (message.type === "predict") {
    session?.predict(message.runId);
  } else {
    starting.then(({ workspace }) => workspace.handle(message));
  }
};

// The page asks for the same lock: it gets it the moment this worker is gone, however it went.
// (Locks are there in secure contexts only; elsewhere the page has the worker's error events.)
const lock = `pykeras-${crypto.getRandomValues(new Uint32Array(4)).join("-")}`;
self.navigator.locks?.request(lock, () => {
  post({ type: "alive", lock });
  return new Promise(() => {});
});
