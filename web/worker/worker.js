/**
 * The worker: Python runs here, so that the page never freezes. It starts Python and runs programs;
 * every other request waits in the mailbox until Python takes it out, between two steps of the
 * program or, where none runs, at once (`pykeras_core.playground.control`).
 */

import { DownloadError } from "./downloads.js";
import { canPause, startPython } from "./python.js";

/** @typedef {import("../protocol.js").ToWorker} ToWorker */
/** @typedef {import("../protocol.js").FromWorker} FromWorker */

/** @type {ReturnType<typeof startPython>} */
let starting;
/** The requests that Python has not taken yet, oldest first. @type {ToWorker[]} */
let mail = [];
/** What Python does, one after the other: the next run waits until the last has shown its results. */
let turns = Promise.resolve();
/** The run that was asked for last. */
let runId = 0;

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

function takeMail() {
  const taken = mail;
  mail = [];
  return taken;
}

/** @param {Extract<ToWorker, {type: "start"}>} message */
async function start({ interrupts }) {
  starting = startPython(new URL("./", import.meta.url), { post, nextTask, takeMail, interrupts });
  try {
    const { session } = await starting;
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
async function run(message) {
  const { session, imports } = await starting;
  try {
    await imports.load(message.code, (name, loadedBytes, totalBytes) =>
      post({ type: "fetching", runId: message.runId, name, loadedBytes, totalBytes }),
    );
  } catch (error) {
    endBeforeStart(message.runId, error);
    return;
  }
  await call(session.run, message.code, message.runId);
}

/**
 * Ends a run whose imports did not come; Python is well, and takes the next program.
 *
 * @param {number} id
 * @param {unknown} reason
 */
function endBeforeStart(id, reason) {
  const text = reason instanceof Error ? reason.message : String(reason);
  /** @type {import("../protocol.js").ProgramError} */
  const error = { text, line: null, column: null, frames: [], hint: { code: "not-fetched" } };
  const pieces = [{ stream: /** @type {const} */ ("stderr"), text: `${text}\n` }];
  post({ type: "output", runId: id, pieces, dropped: 0 });
  post({ type: "finished", runId: id, status: "failed", seconds: 0, error });
}

/** Lets Python look into the mailbox; a program that runs has done so already. */
async function attend() {
  const { session } = await starting;
  if (mail.length > 0) {
    await call(session.attend);
  }
}

/**
 * Calls Python so that it can wait where this browser lets it. Errors of programs and requests are
 * part of their outcome; what arrives here is the end of Python itself.
 *
 * @param {import("./python.js").PythonCallable} callable
 * @param {...unknown} values
 */
async function call(callable, ...values) {
  try {
    await (canPause ? callable.callPromising(...values) : callable(...values));
  } catch (error) {
    post({ type: "failed", phase: "run", detail: String(error) });
  }
}

/** @param {unknown} error */
function isDownload(error) {
  return error instanceof DownloadError || error instanceof TypeError;
}

/** @param {() => Promise<void>} turn */
function enqueue(turn) {
  // Where Python did not start, `start` has said so, and there is nobody to answer.
  turns = turns.then(turn).catch(() => {});
}

self.onmessage = ({ data }) => {
  /** @type {ToWorker} */
  const message = data;
  if (message.type === "start") {
    start(message);
  } else if (message.type === "run") {
    mail.push({ type: "stop", runId }); // cuts short the predictions of the run before
    runId = message.runId;
    enqueue(() => run(message));
  } else {
    mail.push(message);
    enqueue(attend);
  }
};

// The page asks for the same lock: it gets it the moment this worker is gone, however it went.
// (Locks are there in secure contexts only; elsewhere the page has the worker's error events.)
const lock = `pykeras-${crypto.getRandomValues(new Uint32Array(4)).join("-")}`;
self.navigator.locks?.request(lock, () => {
  post({ type: "alive", lock });
  return new Promise(() => {});
});
