/** What a chart shows: which curves, and how the reader looks at them. */

import { gapOf } from "./chart-gaps.js";
import { seriesOf } from "./chart-series.js";
import { language, t } from "./locale.js";
import { chartView } from "./state/chart-view.js";
import { axisEnd, axisFor, drawnFits, metricsOf } from "./state/drawn-fits.js";
import { shownMetric, training } from "./state/training.js";

/** @typedef {import("./chart-plot.js").Picture} Picture */
/** @typedef {import("./chart-series.js").Series} Series */
/** @typedef {import("./state/curve.js").Axis} Axis */

/**
 * @typedef {object} Chart
 * @property {string} name What tells it from the other charts, such as its metric.
 * @property {string} heading What the curves are of, in the reader's language.
 * @property {Series[]} series The curves, those that the reader hid too.
 * @property {Axis} axis
 * @property {number} end Where the axis ends.
 * @property {boolean} share The values are shares of 1.
 */

/** @param {string} metric @returns {Chart} */
export function chartOfMetric(metric) {
  const fits = drawnFits(training.values);
  const named = metric === "loss" || metric === "accuracy";
  return {
    name: metric,
    heading: named ? t(`chart.${metric}`) : metric,
    series: seriesOf(fits, metric),
    ...axisOf(fits),
    share: metric.endsWith("accuracy"),
  };
}

/** @param {import("./state/drawn-fits.js").DrawnFit[]} fits */
export function axisOf(fits) {
  const axis = axisFor(fits, chartView.values.axis);
  return { axis, end: axisEnd(fits, axis) };
}

/** The charts of the losses and metrics that the page shows and that have curves. */
export function chartsOfMetrics() {
  const metrics = metricsOf(drawnFits(training.values));
  const others = chartView.values.all && metrics.length > 1 ? metrics : [shownMetric()];
  return ["loss", ...others].map(chartOfMetric).filter(({ series }) => series.length > 0);
}

/** Of an axis that ends there, what is shown. @param {number} end @returns {[number, number]} */
export function rangeOf(end) {
  return chartView.values.zoom ?? [0, end];
}

/** The chart as it is drawn. @param {Chart} chart @returns {Picture} */
export function pictureOf({ name, series, axis, end, share }) {
  const { hidden, log, smoothing } = chartView.values;
  return {
    series: series.filter(({ key }) => !hidden.has(key)),
    axis,
    range: rangeOf(end),
    end,
    log: log.has(name),
    share,
    smoothing,
    language: language(),
  };
}

/**
 * What is told of points that have no place in the drawing.
 *
 * @param {Series[]} series
 * @param {boolean} log
 */
export function leftOutOf(series, log) {
  const texts = series.flatMap(({ label, points }) => {
    const gap = gapOf(points);
    if (!gap) {
      return [];
    }
    const place = t(`chart.at.${gap.axis}`, { place: gap.place });
    const name = series.length > 1 ? label : "";
    const values = { name, place, value: gap.value, count: gap.count };
    const key = gap.toEnd ? "chart.notFinite" : "chart.someNotFinite";
    return [t(key, values).replace(/^[:：] ?/, "")];
  });
  if (log && series.some(({ points }) => hasNonPositive(points))) {
    texts.push(t("chart.notPositive"));
  }
  return texts;
}

/** @param {import("./chart-columns.js").Points} points */
function hasNonPositive({ length, value }) {
  for (let at = 0; at < length; at += 1) {
    if (value[at] <= 0) {
      return true;
    }
  }
  return false;
}
