/** A worker that trains with TensorFlow.js, on the backend that its first message names. */

import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { models } from "./models/index.js";

/** @typedef {import("./models/index.js").Case} Case */
/** @typedef {import("./models/index.js").Measurement} Measurement */

/** @type {Map<string, {model: any, x: any, y: any}>} */
const prepared = new Map();

/**
 * @param {string} backend
 * @param {string} base Where the files beside this one are.
 */
async function start(backend, base) {
  setWasmPaths(base);
  if (!(await tf.setBackend(backend))) {
    throw new Error(`TensorFlow.js has no backend ${backend} here`);
  }
  await tf.ready();
}

/**
 * @param {Case} wanted
 * @param {Uint8Array} pixels
 * @param {Uint8Array} labels
 * @returns {Promise<Measurement>}
 */
async function measure({ model: name, batch, epochs }, pixels, labels) {
  const key = `${name}/${batch}`;
  const fresh = !prepared.has(key);
  if (fresh) {
    const { build, data } = models[name];
    prepared.set(key, { model: build(tf), ...data(tf, pixels, labels) });
  }
  const { model, x, y } = prepared.get(key) ?? {};
  /** @param {number} passes */
  const fit = (passes) =>
    model.fit(x, y, { batchSize: batch, epochs: passes, verbose: 0, yieldEvery: "never" });
  if (fresh) {
    await fit(1);
  }
  const started = performance.now();
  const { history } = await fit(epochs);
  const milliseconds = performance.now() - started;
  return {
    msPerStep: milliseconds / ((epochs * labels.length) / batch),
    loss: history.loss.at(-1),
    accuracy: history.acc.at(-1),
  };
}

self.onmessage = async ({ data }) => {
  try {
    const answer =
      data.type === "start"
        ? await start(data.backend, data.base)
        : await measure(data.wanted, data.pixels, data.labels);
    self.postMessage({ answer });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};
