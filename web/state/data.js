/** What the program trains on, and what its model says of data it has not seen. */

import { Store } from "../store.js";

/** @typedef {import("../protocol.js").FromWorker} FromWorker */
/** @typedef {import("../protocol.js").Samples} Samples */

/**
 * @typedef {object} Data
 * @property {Samples | null} samples
 * @property {Extract<FromWorker, {type: "predictions"}> | null} predictions
 * @property {string} failure Why there are no predictions, in Python's words; "" where it is none.
 * @property {boolean} finished The run is over.
 */

export const data = new Store(
  /** @type {Data} */ ({ samples: null, predictions: null, failure: "", finished: false }),
);

/** What is shown of a program that trains on nothing. @type {Samples | null} */
let builtInSamples = null;
/** Whether the present or last program has shown its own data. */
let showsOwnSamples = false;

/** A new run begins. */
export function startData() {
  showsOwnSamples = false;
  data.set({ predictions: null, failure: "", finished: false });
}

/** @param {Samples} samples */
export function showSamples(samples) {
  showsOwnSamples = samples.source === "program";
  if (samples.source === "mnist") {
    builtInSamples = samples;
  }
  data.set({ samples });
}

/** @param {Extract<FromWorker, {type: "predictions"}>} predictions */
export function showPredictions(predictions) {
  data.set({ predictions, failure: "" });
}

/** @param {string} failure */
export function failPredictions(failure) {
  data.set({ predictions: null, failure }); // they were of other weights, or of another model
}

/** The run is over. */
export function finishData() {
  data.set(showsOwnSamples ? { finished: true } : { finished: true, samples: builtInSamples });
}
