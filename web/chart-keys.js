/** How keys explore a chart: along a curve, from curve to curve, closer and back. */

import { firstFrom, knownPlaces, nearest } from "./chart-columns.js";

/** @typedef {import("./chart-series.js").Series} Series */
/** @typedef {import("./state/curve.js").Axis} Axis */

/**
 * @typedef {object} Explored
 * @property {Series[]} series
 * @property {number} explored Which of them.
 * @property {Axis} axis
 * @property {[number, number]} range
 * @property {number} end
 * @property {import("./state/chart-view.js").ChartView} view
 */

/** What changes. @typedef {{cursor?: number | null, explored?: number, zoom?: [number, number] | null}} Move */

/** How many presses lead along a whole curve of many points. */
const PRESSES = 100;
const CLOSER = 0.5;
/** The least share of an axis that can be shown. */
export const LEAST_SHARE = 1e-6;

/**
 * @param {KeyboardEvent} event
 * @param {Explored} chart
 * @returns {Move | null} null for a key that is not for the chart.
 */
export function exploreByKey({ key, shiftKey, ctrlKey, metaKey, altKey }, chart) {
  if (chart.series.length === 0 || ctrlKey || metaKey || altKey) {
    return null;
  }
  const { view, range, end, explored, series } = chart;
  const middle = view.cursor ?? (range[0] + range[1]) / 2;
  switch (key) {
    case "ArrowRight":
      return step(chart, shiftKey ? 10 : 1);
    case "ArrowLeft":
      return step(chart, shiftKey ? -10 : -1);
    case "Home":
      return step(chart, Number.NEGATIVE_INFINITY);
    case "End":
      return step(chart, Number.POSITIVE_INFINITY);
    case "ArrowDown":
      return { explored: (explored + 1) % series.length };
    case "ArrowUp":
      return { explored: (explored + series.length - 1) % series.length };
    case "+":
    case "=":
      return { zoom: zoomAround(middle, CLOSER, range, end) };
    case "-":
      return { zoom: zoomAround(middle, 1 / CLOSER, range, end) };
    case "Escape":
      return view.zoom ? { zoom: null } : view.cursor === null ? null : { cursor: null };
    default:
      return null;
  }
}

/**
 * Along the curve, to another of its points.
 *
 * @param {Explored} chart
 * @param {number} steps
 * @returns {Move}
 */
function step({ series, explored, axis, range, view }, steps) {
  const { points } = series[explored];
  const x = points[axis];
  const known = knownPlaces(x, points.length);
  const first = firstFrom(x, known, range[0]);
  const last = Math.max(firstFrom(x, known, range[1] * (1 + 1e-12)) - 1, first);
  const stride = Math.max(1, Math.round((last - first) / PRESSES));
  const from = view.cursor === null ? null : nearest(points, axis, view.cursor);
  const wanted = from === null ? (steps > 0 ? first : last) : from + steps * stride;
  const at = Number.isFinite(steps) ? wanted : steps > 0 ? last : first;
  return { cursor: x[Math.min(Math.max(at, first), Math.min(last, known - 1))] ?? null };
}

/**
 * @param {number} place What stays where it is.
 * @param {number} factor Below 1 to see more of less.
 * @param {[number, number]} range
 * @param {number} end Where the axis ends.
 * @returns {[number, number] | null} null for all of it.
 */
export function zoomAround(place, factor, [from, to], end) {
  const least = end * LEAST_SHARE;
  const length = Math.max((to - from) * factor, least);
  const share = (place - from) / (to - from || 1);
  const begin = Math.max(place - share * length, 0);
  return length >= end
    ? null
    : [Math.min(begin, end - length), Math.min(begin, end - length) + length];
}
