/** The series of one chart: which curves of the fits that are drawn, and how they look. */

import { t } from "./locale.js";
import { namesOf } from "./state/drawn-fits.js";

/** @typedef {import("./chart-columns.js").Points} Points */
/** @typedef {import("./state/drawn-fits.js").DrawnFit} DrawnFit */

/**
 * @typedef {object} Series
 * @property {string} key The same for the curves of one fit in all charts.
 * @property {string} label
 * @property {number} color Number of the colour token, from 1.
 * @property {number} marker Which shape stands along the line, from 1; 0 for none.
 * @property {boolean} dashed
 * @property {Points} points
 * @property {number | undefined} latest The value as Keras printed it last.
 */

export const COLORS = 8;

/**
 * The curves of one metric: a colour a fit, validation dashed; a single fit has a colour for each.
 *
 * @param {DrawnFit[]} fits
 * @param {string} metric
 * @returns {Series[]}
 */
export function seriesOf(fits, metric) {
  const single = fits.length === 1;
  const names = namesOf(fits);
  return fits.flatMap((fit, index) => {
    const own = [...names[index]];
    const find = (/** @type {string} */ shown) => own.find(([, name]) => name === shown)?.[0] ?? "";
    const look = { color: (index % COLORS) + 1, marker: Math.floor(index / COLORS) };
    const label = single ? t("chart.training") : fit.label || t("chart.present");
    /** @type {Series[]} */
    const series = [];
    const training = fit.curves.get(find(metric));
    if (training) {
      const latest = fit.latest[find(metric)];
      series.push({ ...look, key: fit.key, label, dashed: false, points: training, latest });
    }
    const validation = fit.curves.get(find(`val_${metric}`));
    if (validation) {
      const latest = fit.latest[find(`val_${metric}`)];
      series.push({
        ...look,
        key: `${fit.key}/val`,
        label: single ? t("chart.validation") : t("chart.validationOf", { name: label }),
        color: single ? 2 : look.color,
        dashed: true,
        points: validation,
        latest,
      });
    }
    return series;
  });
}
