/** Python in this page: whether it is there, what it does, and how its training is paced. */

import { Store } from "../store.js";
import { Runner } from "./runner.js";

/** @typedef {import("../protocol.js").FromWorker} FromWorker */
/** @typedef {import("../protocol.js").Setting} Setting */
/** @typedef {import("../protocol.js").ProgramError} ProgramError */

/**
 * How the present or last run is.
 *
 * @typedef {object} RunStatus
 * @property {"idle" | "queued" | "fetching" | "running" | "stopping" | "completed" | "stopped"
 *   | "failed" | "lost"} kind
 * @property {number} [seconds]
 * @property {ProgramError | null} [error]
 * @property {string} [name] What is being fetched.
 * @property {number} [loadedBytes]
 * @property {number} [totalBytes]
 */

/**
 * @typedef {object} Session
 * @property {import("./runner.js").RunnerState} state
 * @property {boolean} queued A program waits for Python.
 * @property {Extract<FromWorker, {type: "loading"}> | null} loading
 * @property {string} version Of this package.
 * @property {string} pythonVersion
 * @property {boolean} canPause Python lets messages in while it trains.
 * @property {RunStatus} status
 * @property {"going" | "pausing" | "paused"} pace "pausing" until Python has said that it holds.
 * @property {boolean} training A fit, or a loop of the program's own, is open.
 * @property {Setting[]} settings Of the optimizer that trains.
 * @property {Record<string, number>} waitingFor Settings that Python has been asked for.
 * @property {boolean} canTrainMore
 * @property {number | null} seed What runs begin to draw random numbers from; null as the program says.
 */

export const session = new Store(
  /** @type {Session} */ ({
    state: "loading",
    queued: false,
    loading: null,
    version: "",
    pythonVersion: "",
    canPause: true,
    status: { kind: "idle" },
    pace: "going",
    training: false,
    settings: [],
    waitingFor: {},
    canTrainMore: false,
    seed: null,
  }),
);

/** @type {Runner | null} */
let runner = null;

/**
 * Starts Python.
 *
 * @param {URL} workerUrl
 * @param {Omit<import("./runner.js").RunnerEvents, "onState">} events
 */
export function startSession(workerUrl, events) {
  runner = new Runner(workerUrl, { ...events, onState: showState });
  runner.start();
}

/** Python, to send to. */
export function python() {
  if (runner === null) {
    throw new Error("startSession comes first");
  }
  return runner;
}

/** @param {import("./runner.js").RunnerState} state */
function showState(state) {
  const queued = python().queued !== null;
  const { status } = session.values;
  session.set({ state, queued });
  if (queued) {
    session.set({ status: { kind: "queued" } });
  } else if (state === "stopping" || state === "running") {
    session.set({ status: { kind: state } });
  } else if (status.kind === "queued") {
    session.set({ status: { kind: "idle" } });
  }
}

/**
 * Calls back once Python has been ready for the first time.
 *
 * @param {() => void} listener
 */
export function whenReady(listener) {
  const release = session.subscribe(() => {
    if (session.values.state === "ready") {
      release();
      listener();
    }
  });
}
