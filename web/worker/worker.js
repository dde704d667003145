/**
 * The worker: Python runs here, so that the page never freezes. It starts Python and runs programs;
 * every other request waits in the mailbox until Python takes it out, between two steps of the
 * program or, where none runs, at once (`pykeras_core.playground.control`).
 *
 * The page talks to it through a port that it hands over first, and that programs do not see: what
 * they do to the worker's own `postMessage` and `onmessage` concerns nobody.
 */

import { CheckpointStore } from "./checkpoint-store.js";
import { describe } from "./downloads.js";
import { canPause, startPython } from "./python.js";
import { confine, remember } from "./world.js";

/** @typedef {import("../protocol.js").ToWorker} ToWorker */
/** @typedef {import("../protocol.js").FromWorker} FromWorker */

/** So soon after the start a program that has waited for it is there. */
const WARM_UP_AFTER_MS = 50;

/** @type {MessagePort} */
let port;
/** @type {ReturnType<typeof startPython>} */
let starting;
/** Lets the start go on after a failed download. @type {() => void} */
let retry = () => {};
/** The requests that Python has not taken yet, oldest first. @type {ToWorker[]} */
let mail = [];
/** What Python does, one after the other: the next run waits until the last has shown its results. */
let turns = Promise.resolve();
/** The run that was asked for last. */
let runId = 0;
/** Puts right what a program has changed of the worker's own functions. */
let putRight = () => {};
/** What is kept of the fits of runs. */
const checkpoints = new CheckpointStore();
/** How the last run has ended. */
let status = "";

/** @param {FromWorker} message */
function post(message) {
  if (message.type === "finished") {
    status = message.status;
  }
  port.postMessage(message);
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

/** Whom to tell that there is mail. */
let announce = () => {};

/** Resolves once there is mail. */
function nextMail() {
  return /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      announce = resolve;
      if (mail.length > 0) {
        resolve();
      }
    })
  );
}

/** @param {ToWorker} message */
function putMail(message) {
  mail.push(message);
  announce();
}

function takeMail() {
  const taken = mail;
  mail = [];
  return taken;
}

function retryAsked() {
  return /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      retry = resolve;
    })
  );
}

/** @param {Extract<ToWorker, {type: "start"}>} message */
async function start({ interrupts, parts, fromMemory }) {
  const connections = {
    ...{ post, nextTask, nextMail, takeMail, retryAsked, interrupts },
    keepCheckpoint,
  };
  starting = startPython(new URL("./", import.meta.url), connections, parts, fromMemory);
  try {
    const { session } = await starting;
    confine();
    putRight = remember(self);
    tellFetched();
    // A program that waited for Python begins at once, and warms it up itself.
    setTimeout(() => runId === 0 && enqueue(() => call(session.warm_up)), WARM_UP_AFTER_MS);
  } catch (error) {
    post({ type: "failed", phase: "start", detail: describe(error) });
  }
}

/** What comes here while no service worker is in between, the page has one keep. */
function tellFetched() {
  const observer = new PerformanceObserver((list) =>
    post({ type: "fetched", urls: list.getEntries().map(({ name }) => name) }),
  );
  observer.observe({ type: "resource", buffered: true });
}

/** @param {Extract<ToWorker, {type: "run"}>} message */
async function run(message) {
  const { session, imports, toPython } = await starting;
  putRight();
  try {
    await imports.load(message.code, message.runId);
  } catch (error) {
    if (imports.stop.signal.aborted) {
      endBeforeStart(message.runId, "stopped", null);
    } else {
      failBeforeStart(message.runId, describe(error));
    }
    return;
  }
  const { code, runId: id, firstLine, continues, paused, seed, checkpoints: key } = message;
  await checkpoints.begin(key);
  const saved = key !== null && message.resumes ? toPython(await checkpoints.read(key)) : undefined;
  const ofPython = seed ?? undefined; // null is no None there
  const { run: callable } = session;
  await call(callable, code, id, firstLine, continues, paused, ofPython, key !== null, saved);
  await endCheckpoints(key);
}

/**
 * A run that has come to its end needs no checkpoints; one that was stopped, or failed, may go on.
 *
 * @param {string | null} key
 */
async function endCheckpoints(key) {
  if (key !== null && status === "completed") {
    await checkpoints.forget([key]);
  }
}

/**
 * Python has the state of a fit to be kept; the page hears what became of it.
 *
 * @param {string} name
 * @param {Uint8Array} bytes
 * @param {import("../protocol.js").CheckpointKept} message
 */
function keepCheckpoint(name, bytes, message) {
  checkpoints.keep(name, bytes).then(
    () => name === "now" && post(message),
    () => post({ ...message, kept: false, why: "storage" }),
  );
}

/** @param {Extract<ToWorker, {type: "train-more"}>} message */
async function trainMore({ epochs, runId: id, paused, checkpoints: key }) {
  const { session } = await starting;
  await checkpoints.begin(key);
  await call(session.train_more, epochs, id, paused, key !== null);
  await endCheckpoints(key);
}

/**
 * Ends a run whose imports did not come; Python is well, and takes the next program.
 *
 * @param {number} id
 * @param {string} text
 */
function failBeforeStart(id, text) {
  const pieces = [{ stream: /** @type {const} */ ("stderr"), text: `${text}\n` }];
  post({ type: "output", runId: id, pieces, dropped: 0 });
  endBeforeStart(id, "failed", {
    text,
    line: null,
    column: null,
    frames: [],
    hint: { code: "not-fetched" },
    mend: null,
  });
}

/**
 * @param {number} id
 * @param {"failed" | "stopped"} status
 * @param {import("../protocol.js").ProgramError | null} error
 */
function endBeforeStart(id, status, error) {
  post({ type: "finished", runId: id, status, seconds: 0, error, canTrainMore: false });
}

/** Lets Python look into the mailbox; a program that runs has done so already. */
async function attend() {
  const { session } = await starting;
  if (mail.length > 0) {
    await call(session.attend);
  }
}

/** @param {Extract<ToWorker, {type: "stop"}>} message */
async function stopFetching(message) {
  if (message.runId === runId) {
    const { data, imports } = await starting;
    data.abort();
    imports.abort();
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
  status = "";
  try {
    await (canPause ? callable.callPromising(...values) : callable(...values));
  } catch (error) {
    post({ type: "failed", phase: "run", detail: describe(error) });
  }
}

/** @param {() => Promise<void>} turn */
function enqueue(turn) {
  // Where Python did not start, `start` has said so, and there is nobody to answer.
  turns = turns.then(turn).catch(() => {});
}

/** @param {ToWorker} message */
function receive(message) {
  switch (message.type) {
    case "start":
      start(message);
      break;
    case "retry":
      retry();
      break;
    case "ping":
      post({ type: "pong" });
      break;
    case "run":
    case "train-more":
      putMail({ type: "stop", runId }); // cuts short the predictions of the run before
      runId = message.runId;
      enqueue(() => (message.type === "run" ? run(message) : trainMore(message)));
      break;
    case "forget":
      checkpoints.forget(message.checkpoints);
      break;
    case "stop":
      stopFetching(message);
      putMail(message);
      enqueue(attend);
      break;
    default:
      putMail(message);
      enqueue(attend);
  }
}

self.addEventListener(
  "message",
  (event) => {
    [port] = /** @type {MessageEvent} */ (event).ports;
    port.onmessage = ({ data }) => receive(data);
    // The page asks for the same lock: it gets it the moment this worker is gone, however it went.
    // (Locks are there in secure contexts only; elsewhere the page asks whether it still answers.)
    const lock = `pykeras-${crypto.getRandomValues(new Uint32Array(4)).join("-")}`;
    self.navigator.locks
      ?.request(lock, () => {
        post({ type: "alive", lock });
        return new Promise(() => {});
      })
      .catch(() => {}); // a frame without an origin of its own has none
  },
  { once: true },
);
