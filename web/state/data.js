/** What the program trains on, what its model says of samples, and which of both the reader looks at. */

import { Store } from "../store.js";
import { drawNow, drawSoon } from "./drawing.js";

/** @typedef {import("../protocol.js").FromWorker} FromWorker */
/** @typedef {import("../protocol.js").Samples} Samples */
/** @typedef {import("../protocol.js").Cell} Cell */
/** @typedef {Extract<FromWorker, {type: "predictions"}>} Predictions */
/** @typedef {"balanced" | "wrong" | "unsure" | "matrix"} GalleryChoice */

/**
 * @typedef {object} Data
 * @property {Samples | null} samples
 * @property {Predictions | null} predictions
 * @property {boolean} earlier The predictions are of the run before: this one has none yet.
 * @property {string} failure Why the model could not answer, in Python's words; "" where it could.
 * @property {boolean} finished The run is over.
 * @property {boolean} failed It ended with an error.
 * @property {GalleryChoice} gallery
 * @property {Cell | null} cell Of the confusion matrix.
 * @property {string} output Of a model with several, the one to show.
 * @property {number | null} classShown The class whose samples are shown, null for the first ones.
 */

export const data = new Store(
  /** @type {Data} */ ({
    samples: null,
    predictions: null,
    earlier: false,
    failure: "",
    finished: false,
    failed: false,
    gallery: "balanced",
    cell: null,
    output: "",
    classShown: null,
  }),
);

/** What is shown of a program that trains on nothing. @type {Samples | null} */
let builtInSamples = null;
/** Whether the present or last program has shown its own data. */
let showsOwnSamples = false;

/** A new run begins: what was there stays until there is something new. */
export function startData() {
  showsOwnSamples = false;
  data.set({
    earlier: data.values.predictions !== null,
    failure: "",
    finished: false,
    failed: false,
    cell: null,
  });
}

/** @param {Samples} samples */
export function showSamples(samples) {
  showsOwnSamples = samples.source === "program";
  if (samples.source === "mnist") {
    builtInSamples = samples;
  }
  data.set({ samples, classShown: null });
}

/** @param {Predictions} predictions */
export function showPredictions(predictions) {
  data.assign({ predictions, earlier: false, failure: "" });
  drawSoon(data);
  if (predictions.final) {
    drawNow();
  }
}

/** @param {string} failure */
export function failPredictions(failure) {
  data.set({ failure });
}

/** The run is over. @param {boolean} failed Whether it ended with an error. */
export function finishData(failed) {
  data.set({ finished: true, failed });
  if (!showsOwnSamples && !failed) {
    data.set({ samples: builtInSamples, classShown: null });
  }
}

/** Which of the answers the reader wants to see. @param {GalleryChoice} gallery */
export function chooseGallery(gallery) {
  data.set({ gallery });
}

/** @param {string} output */
export function chooseOutput(output) {
  data.set({ output });
}

/** @param {number | null} classShown */
export function chooseClass(classShown) {
  data.set({ classShown });
}
