/** What draws plots: fetched once Python is there, or when the first curve is. */

/** @typedef {typeof import("./chart-plot.js").Plot} PlotClass */

/** @type {Promise<PlotClass | null> | null} */
let fetching = null;

/** @returns {Promise<PlotClass | null>} null where it did not come: the next call tries again. */
export function fetchPlot() {
  fetching ??= import("./chart-plot.js").then(
    ({ Plot }) => Plot,
    () => {
      fetching = null;
      return null;
    },
  );
  return fetching;
}
