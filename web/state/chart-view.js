/** How the reader looks at the curves: all charts of the page share it. */

import { Store } from "../store.js";
import { read, write } from "./storage.js";

/** @typedef {import("./curve.js").Axis} Axis */

/**
 * @typedef {object} ChartView
 * @property {Axis} axis What the reader chose; loops without epochs are drawn by step all the same.
 * @property {number} smoothing 0 to 0.99.
 * @property {[number, number] | null} zoom The part of the axis that is shown; null for all of it.
 * @property {number | null} cursor The place on the axis that is looked at.
 * @property {ReadonlySet<string>} hidden Keys of the series that are not drawn.
 * @property {ReadonlySet<string>} log Names of the charts whose values are on a log scale.
 * @property {boolean} all Every metric has a chart of its own.
 * @property {boolean} table The values are shown as a table too.
 * @property {boolean} details What else is known of the training is shown.
 */

export const MOST_SMOOTHING = 0.99;
const AXIS_KEY = "pykeras.chart.axis";
const AXES = /** @type {Axis[]} */ (["epoch", "step", "time"]);

export const chartView = new Store(
  /** @type {ChartView} */ ({
    axis: AXES.find((axis) => axis === read(AXIS_KEY)) ?? "epoch",
    smoothing: 0,
    zoom: null,
    cursor: null,
    hidden: new Set(),
    log: new Set(),
    all: false,
    table: false,
    details: false,
  }),
);

/** Another run's curves: what was looked at in the last one is no place in them. */
export function lookAtAll() {
  chartView.set({ zoom: null, cursor: null, hidden: new Set() });
}

/** @param {Axis} axis */
export function chooseAxis(axis) {
  write(AXIS_KEY, axis);
  chartView.set({ axis, zoom: null, cursor: null });
}

/** @param {number} smoothing */
export function smooth(smoothing) {
  chartView.set({ smoothing: Math.min(Math.max(smoothing, 0), MOST_SMOOTHING) });
}

/** @param {number | null} cursor */
export function pointAt(cursor) {
  if (cursor !== chartView.values.cursor) {
    chartView.set({ cursor });
  }
}

/** @param {[number, number] | null} zoom */
export function zoomTo(zoom) {
  chartView.set({ zoom });
}

/** @param {string} key */
export function toggleSeries(key) {
  chartView.set({ hidden: toggled(chartView.values.hidden, key) });
}

/** @param {string} name Of a chart. */
export function toggleLog(name) {
  chartView.set({ log: toggled(chartView.values.log, name) });
}

/**
 * @param {ReadonlySet<string>} set
 * @param {string} member
 */
function toggled(set, member) {
  const others = new Set(set);
  return others.delete(member) ? others : others.add(member);
}

/** @param {{all?: boolean, table?: boolean, details?: boolean}} parts */
export function showParts(parts) {
  chartView.set(parts);
}
