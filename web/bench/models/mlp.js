/** The dense network of the first example, 784-128-10, in TensorFlow.js; `mlp.py` is the same. */

import program from "./mlp.py";

/** @type {import("./index.js").BenchModel} */
export const mlp = {
  program,
  build(tf) {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ units: 128, activation: "relu", inputShape: [784] }),
        tf.layers.dense({ units: 10, activation: "softmax" }),
      ],
    });
    model.compile({
      optimizer: tf.train.adam(0.001),
      loss: "sparseCategoricalCrossentropy",
      metrics: ["accuracy"],
    });
    return model;
  },
  data(tf, pixels, labels) {
    const count = labels.length;
    return {
      x: tf.tensor2d(
        Float32Array.from(pixels, (value) => value / 255),
        [count, 784],
      ),
      y: tf.tensor1d(Float32Array.from(labels)),
    };
  },
};
