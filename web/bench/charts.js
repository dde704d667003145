/** The charts with as much as they are built for: eight kept runs of 100,000 points a curve. */

import "../widgets/metric-chart.js";
import "../widgets/training-charts.js";
import { pointAt, smooth, zoomTo } from "../state/chart-view.js";
import { overlayRuns } from "../state/training.js";

/** @typedef {import("../state/curve.js").CurveData} CurveData */

const RUNS = 8;
const POINTS = 100_000;
const EPOCHS = 100;

/**
 * @param {string} name
 * @param {number} seed
 * @returns {CurveData}
 */
function curve(name, seed) {
  const along = (/** @type {(at: number) => number} */ form) =>
    Float64Array.from({ length: POINTS }, (_, at) => form(at));
  return {
    name,
    step: along((at) => at + 1),
    epoch: along((at) => ((at + 1) / POINTS) * EPOCHS),
    time: along((at) => at / 20),
    value: along((at) => Math.exp((-3 * at) / POINTS) + 0.1 * Math.sin(at * seed)),
    low: null,
    high: null,
    merged: 1,
  };
}

/** Puts the runs into the charts. */
function show() {
  const overlays = Array.from({ length: RUNS }, (_, run) => {
    const curves = [curve("loss", run + 1.3), curve("accuracy", run + 2.3)];
    const fit = { label: "model", optimizer: "adam", firstEpoch: 0, epochs: EPOCHS };
    const fits = [
      { ...fit, mode: /** @type {"fit"} */ ("fit"), curves, epochLogs: [], latest: {} },
    ];
    return { id: String(run), name: `run ${run}`, curves: { version: /** @type {1} */ (1), fits } };
  });
  overlayRuns(overlays, { shown: false });
}

/** What changes in each frame. @type {Record<string, (turn: number) => void>} */
const MOTIONS = {
  zoom: (turn) => zoomTo([20 + 15 * Math.sin(turn / 20), 60 + 15 * Math.sin(turn / 20)]),
  hover: (turn) => pointAt(50 + 40 * Math.sin(turn / 20)),
  smooth: (turn) => smooth(0.5 + 0.4 * Math.sin(turn / 20)),
};

/**
 * @param {string} motion
 * @param {number} frames
 * @returns {Promise<number[]>} Milliseconds from each frame to the next.
 */
async function move(motion, frames) {
  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const times = [await nextFrame()];
  for (let turn = 0; turn < frames; turn += 1) {
    MOTIONS[motion](turn);
    times.push(await nextFrame());
  }
  return times.slice(1).map((time, at) => time - times[at]);
}

Object.assign(globalThis, { charts: { show, move } });
