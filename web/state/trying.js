/**
 * What the reader tries the model with, and what it says of it. One question is on its way at a time:
 * while the reader draws on, the last one counts.
 */

import { Store } from "../store.js";
import { python, session } from "./session.js";
import { isShown, offer, view } from "./view.js";

/** @typedef {import("../protocol.js").FromWorker} FromWorker */
/** @typedef {import("../protocol.js").TryInput} TryInput */
/** @typedef {import("../protocol.js").Way} Way */
/** @typedef {import("../protocol.js").Said} Said */
/** @typedef {Extract<FromWorker, {type: "trial"}>} Trial */

/**
 * @typedef {object} Trying
 * @property {Way[]} ways In which the model of the present run can be tried.
 * @property {Trial["why"]} why There are none.
 * @property {number[][]} shapes Of the model's inputs.
 * @property {string} model Its name.
 * @property {boolean} current What is known of the model is of the present run.
 * @property {boolean} trained
 * @property {number} parameters
 * @property {number} neurons Of its hidden layers.
 * @property {Way["kind"] | null} chosen The way that the reader has chosen, if there are several.
 * @property {Said | null} said What the model says.
 * @property {"none" | "empty" | "asked" | "said" | "failed"} state Of the question.
 * @property {string} failure Why it could not answer, in Python's words.
 */

export const trying = new Store(
  /** @type {Trying} */ ({
    ways: [],
    why: null,
    shapes: [],
    model: "",
    current: false,
    trained: false,
    parameters: 0,
    neurons: 0,
    chosen: null,
    said: null,
    state: "none",
    failure: "",
  }),
);

/** While it trains, the same question is asked again so often. */
const AGAIN_MS = 300;
/** A model that could not be asked is asked again after so long. */
const BUSY_MS = 150;

/** What the model is to be asked. @type {(() => TryInput) | null} */
let question = null;
/** Counts the requests: an answer to another than the last is none. */
let number = 0;
let onItsWay = false;
/** What has changed since the request that is on its way. @type {"nothing" | "ways" | "question"} */
let due = "nothing";
let askedAt = Number.NEGATIVE_INFINITY;
/** The run that the ways are of. */
let knownRun = -1;

/** Python is asked about what is looked at. */
export function watchTrials() {
  view.subscribe(() => {
    if (isShown("predict") && knownRun !== python().runId) {
      askForWays();
    }
  });
}

/** The way that is shown. @param {Trying} values @returns {Way | undefined} */
export function shownWay({ ways, chosen }) {
  return ways.find(({ kind }) => kind === chosen) ?? ways[0];
}

/** @param {Way["kind"]} kind */
export function chooseWay(kind) {
  question = null;
  trying.set({ chosen: kind, said: null, state: "none", failure: "" });
}

/**
 * Asks the model, now and again while it trains.
 *
 * @param {(() => TryInput) | null} input Called when it is sent; null: there is nothing to ask about.
 */
export function ask(input) {
  question = input;
  if (input === null) {
    trying.set({ said: null, state: "none", failure: "" });
  } else {
    if (trying.values.state !== "said") {
      trying.set({ state: "asked" });
    }
    request("question");
  }
}

/** A run begins, or training in it; or it has ended: the model may be another, or its weights are. */
export function askForWays() {
  request(question ? "question" : "ways");
}

/** A training has gone on. */
export function askAgain() {
  if (question && isShown("predict") && performance.now() - askedAt > AGAIN_MS) {
    request("question");
  }
}

/** Another program runs: what the model before said is no longer so. */
export function startTrying() {
  onItsWay = false;
  due = "nothing";
  const unknown = { failure: "", current: false, trained: false, parameters: 0, neurons: 0 };
  trying.set({ said: null, state: question ? "asked" : "none", ...unknown });
}

/** Python begins anew, and has no model. */
export function forgetTrials() {
  startTrying();
  knownRun = -1;
  trying.set({ ways: [], why: null, shapes: [], model: "", state: "none" });
}

/** @param {"ways" | "question"} what */
function request(what) {
  const { state } = session.values;
  if (state !== "ready" && state !== "running") {
    return;
  }
  if (onItsWay) {
    due = due === "question" ? due : what;
    return;
  }
  onItsWay = true;
  due = "nothing";
  number += 1;
  askedAt = performance.now();
  const input = what === "question" && question ? question() : null;
  python().send({ type: "try", runId: python().runId, number, input });
}

/** @param {Trial} trial */
export function takeTrial({ number: ofRequest, answer, runId, ...about }) {
  if (ofRequest !== number) {
    return;
  }
  onItsWay = false;
  knownRun = runId;
  const { ways, why, shapes, model, trained, parameters, neurons } = about;
  trying.set({ ways, why, shapes, model, trained, parameters, neurons, current: true });
  if (ways.length > 0) {
    offer("predict", true);
  }
  if (answer?.kind === "said") {
    trying.set({ said: answer, state: "said", failure: "" });
  } else if (answer?.kind === "busy") {
    setTimeout(request, BUSY_MS, "question");
  } else if (answer) {
    question = answer.kind === "gone" ? null : question;
    trying.set({ said: null, state: "empty", failure: "" });
  }
  goOn();
}

/** The model could not answer. @param {string} detail */
export function failTrial(detail) {
  onItsWay = false;
  trying.set({ said: null, state: "failed", failure: detail });
  goOn();
}

function goOn() {
  if (due !== "nothing") {
    request(due);
  }
}
