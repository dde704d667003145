/** The models that the benchmark trains, in TensorFlow.js; `models/<name>.py` is the same in Keras. */

/**
 * @typedef {object} BenchModel
 * @property {number[]} shape What one image is shaped into.
 * @property {(layers: any) => any[]} layers Its layers, made with `tf.layers`.
 */

/** @type {Record<string, BenchModel>} */
const models = {
  mlp: {
    shape: [784],
    layers: (layers) => [
      layers.dense({ units: 128, activation: "relu", inputShape: [784] }),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
  },
  cnn: {
    shape: [28, 28, 1],
    layers: (layers) => [
      layers.conv2d({ filters: 32, kernelSize: 3, activation: "relu", inputShape: [28, 28, 1] }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 64, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
  },
  lstm: {
    shape: [28, 28],
    layers: (layers) => [
      layers.lstm({ units: 128, inputShape: [28, 28] }),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
  },
};

/**
 * @param {any} tf TensorFlow.js.
 * @param {string} name
 * @returns {any} The model, compiled.
 */
export function build(tf, name) {
  const model = tf.sequential({ layers: models[name].layers(tf.layers) });
  model.compile({
    optimizer: tf.train.adam(0.001),
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
  });
  return model;
}

/**
 * @param {any} tf TensorFlow.js.
 * @param {string} name
 * @param {Uint8Array} pixels
 * @param {Uint8Array} labels
 * @returns {{x: any, y: any}} Images from 0 to 1, shaped for the model, and labels.
 */
export function shaped(tf, name, pixels, labels) {
  return {
    x: tf.tensor(
      Float32Array.from(pixels, (value) => value / 255),
      [labels.length, ...models[name].shape],
    ),
    y: tf.tensor1d(Float32Array.from(labels)),
  };
}
