/** Turns the fits of a run into the series of one chart, and these into the form uPlot draws. */

import uPlot from "uplot";
import { t } from "./locale.js";

/** @typedef {import("./training-record.js").Fit} Fit */

/**
 * @typedef {object} Series
 * @property {string} label
 * @property {number} color Number of the colour token, from 1.
 * @property {boolean} dashed
 * @property {import("./training-record.js").Curve} curve
 * @property {number | undefined} latest The value as Keras printed it last.
 */

const COLORS = 6;

/**
 * The curves of one metric: a colour a fit, validation dashed; a single fit has a colour for each.
 *
 * @param {Fit[]} fits
 * @param {string} metric
 * @returns {Series[]}
 */
export function seriesOf(fits, metric) {
  const single = fits.length === 1;
  return fits.flatMap((fit, index) => {
    const color = (index % COLORS) + 1;
    const name = single ? t("chart.training") : fitName(fit, fits);
    const training = fit.curves.get(metric);
    const validation = fit.curves.get(`val_${metric}`);
    /** @type {Series[]} */
    const series = [];
    if (training) {
      const latest = fit.latest[metric];
      series.push({ label: name, color, dashed: false, curve: training, latest });
    }
    if (validation) {
      const label = single ? t("chart.validation") : t("chart.validationOf", { name });
      const latest = fit.latest[`val_${metric}`];
      series.push({ label, color: single ? 2 : color, dashed: true, curve: validation, latest });
    }
    return series;
  });
}

/**
 * uPlot wants one list of x for all curves, with holes where a curve has no point.
 *
 * @param {Series[]} series
 * @returns {uPlot.AlignedData}
 */
export function align(series) {
  return series.length === 0
    ? [[]]
    : uPlot.join(series.map(({ curve }) => [curve.x, finite(curve.y)]));
}

/** @param {number[]} values */
function finite(values) {
  return values.map((value) => (Number.isFinite(value) ? value : null));
}

/**
 * Tells fits apart by the model's name, and where models share one, by number.
 *
 * @param {Fit} fit
 * @param {Fit[]} fits
 */
function fitName(fit, fits) {
  const sameLabel = fits.filter((other) => other.label === fit.label);
  return sameLabel.length === 1 ? fit.label : `${fit.label} #${sameLabel.indexOf(fit) + 1}`;
}
