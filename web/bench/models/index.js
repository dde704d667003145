/** The models that the benchmark trains, each once as a Keras program and once in TensorFlow.js. */

import { mlp } from "./mlp.js";

/**
 * @typedef {object} BenchModel
 * @property {string} program Python that makes `model`, compiled, and `x`, `y` of `SAMPLES` rows.
 * @property {(tf: any) => any} build The same model, compiled, in TensorFlow.js.
 * @property {(tf: any, pixels: Uint8Array, labels: Uint8Array) => {x: any, y: any}} data
 */

/**
 * What to measure: `epochs` passes over `samples` images, after one that does not count.
 *
 * @typedef {{model: string, batch: number, samples: number, epochs: number}} Case
 * @typedef {{msPerStep: number, loss: number, accuracy: number}} Measurement
 */

/** @type {Record<string, BenchModel>} */
export const models = { mlp };
