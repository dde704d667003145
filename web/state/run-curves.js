/**
 * The curves of a run as plain values, for whoever keeps, compares or exports runs. A structured
 * clone (IndexedDB) carries them as they are.
 */

/** @typedef {import("./curve.js").CurveData} CurveData */
/** @typedef {import("./training-record.js").TrainingRecord} TrainingRecord */

/**
 * @typedef {object} RunCurves
 * @property {1} version
 * @property {FitCurves[]} fits The calls of fit() and the hand-written loops, in order.
 */

/**
 * @typedef {object} FitCurves
 * @property {"fit" | "loop"} mode A loop has no epochs.
 * @property {string} label Name of the model.
 * @property {string} optimizer
 * @property {number} firstEpoch
 * @property {number} epochs Where the last epoch ends by the plan.
 * @property {CurveData[]} curves Over windows of steps; validation an epoch each.
 * @property {CurveData[]} epochLogs What Keras said at the end of each epoch.
 * @property {Record<string, number>} latest The values as Keras gave them last.
 */

/**
 * @param {TrainingRecord} record
 * @returns {RunCurves} A copy, which the record does not change any more.
 */
export function curvesOf({ fits }) {
  return {
    version: 1,
    fits: fits.map(({ mode, label, optimizer, firstEpoch, epochs, curves, epochLogs, latest }) => ({
      mode,
      label,
      optimizer,
      firstEpoch,
      epochs,
      curves: [...curves.values()].map((curve) => curve.data()),
      epochLogs: [...epochLogs.values()].map((curve) => curve.data()),
      latest: { ...latest },
    })),
  };
}
