/** A worker that does what is asked with TensorFlow.js, on the backend its first message names. */

import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import "@tensorflow/tfjs-backend-webgpu";
import { build, shaped } from "./models.js";

/**
 * What to measure: `epochs` passes of `fit` over `samples` images, after one that does not count,
 * or `evaluate` and `predict` of them, each as often as `seconds` last. Images come again from the
 * first where there are not enough.
 *
 * @typedef {{work: "training" | "inference", model: string, batch: number, samples: number,
 *   epochs: number, seconds: number}} Request
 * @typedef {{model: any, x: any, y: any}} Prepared
 */

/** @type {Map<string, Prepared>} */
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
 * @param {Request} request
 * @param {Uint8Array} pixels
 * @param {Uint8Array} labels
 */
async function measure(request, pixels, labels) {
  const { work, model, batch, samples } = request;
  const key = `${work}/${model}/${batch}`;
  const job = work === "training" ? train : infer;
  let entry = prepared.get(key);
  if (!entry) {
    const data = shaped(tf, model, repeated(pixels, samples * 784), repeated(labels, samples));
    entry = { model: build(tf, model), ...data };
    prepared.set(key, entry);
    await job(entry, { ...request, epochs: 1, seconds: 0 }); // compiles what is compiled lazily
  }
  return job(entry, request);
}

/**
 * @param {Prepared} prepared
 * @param {Request} request
 */
async function train({ model, x, y }, { batch, samples, epochs }) {
  const started = performance.now();
  const { history } = await model.fit(x, y, {
    batchSize: batch,
    epochs,
    verbose: 0,
    yieldEvery: "never",
  });
  const steps = (epochs * samples) / batch;
  return {
    msPerStep: (performance.now() - started) / steps,
    accuracy: history.acc.at(-1),
  };
}

/**
 * @param {Prepared} prepared
 * @param {Request} request
 */
async function infer({ model, x, y }, { batch, seconds }) {
  return {
    evaluateMs: await milliseconds(seconds, () => model.evaluate(x, y, { batchSize: batch })),
    predictMs: await milliseconds(seconds, () => model.predict(x, { batchSize: batch })),
  };
}

/**
 * The mean of as many calls as `seconds` take, at least one.
 *
 * @param {number} seconds
 * @param {() => any} call Gives a tensor, or several of which the last is waited for.
 */
async function milliseconds(seconds, call) {
  const started = performance.now();
  let calls = 0;
  let passed = 0;
  do {
    const tensors = [call()].flat();
    await tensors.at(-1).data();
    tf.dispose(tensors);
    calls += 1;
    passed = performance.now() - started;
  } while (passed < 1000 * seconds);
  return passed / calls;
}

/**
 * @param {Uint8Array} values
 * @param {number} length
 */
function repeated(values, length) {
  return Uint8Array.from({ length }, (_, index) => values[index % values.length]);
}

self.onmessage = async ({ data }) => {
  try {
    const answer =
      data.type === "start"
        ? await start(data.backend, data.base)
        : await measure(data.request, data.pixels, data.labels);
    self.postMessage({ answer });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};
