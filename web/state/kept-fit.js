/** Fits of a run that was cut off, so that their curves go on where its checkpoint was taken. */

import { Curve } from "./curve.js";
import { Fit } from "./fit.js";

/** @typedef {import("./curve.js").CurveData} CurveData */
/** @typedef {import("./run-curves.js").FitCurves} FitCurves */

/**
 * Where a fit goes on, and what Keras had said of the epoch so far.
 *
 * @typedef {{epoch: number, step: number, steps: number | null, logs: import("../protocol.js").Logs}} Place
 */

/**
 * The fits of a run up to a place in the last of them.
 *
 * @param {FitCurves[]} kept
 * @param {Place} place
 * @returns {Fit[]}
 */
export function fitsUpTo(kept, place) {
  return kept.map((fit, index) => fitFrom(fit, index === kept.length - 1 ? place : null));
}

/**
 * @param {FitCurves} kept
 * @param {Place | null} place Where it ends; null where it is over.
 */
function fitFrom({ mode, label, optimizer, firstEpoch, epochs, curves, epochLogs, latest }, place) {
  const initialEpoch = firstEpoch;
  const steps = place?.steps ?? null;
  const begin = { mode, label, optimizer, epochs, initialEpoch, steps, means: [] };
  const fit = new Fit({ type: "begin", runId: 0, fit: 0, samples: null, ...begin });
  fit.epochsDone =
    place?.epoch ?? Math.max(firstEpoch, ...epochLogs.map(({ epoch }) => last(epoch)));
  const ended = epochLogs.map((log) => upTo(log, (at) => log.epoch[at] <= fit.epochsDone));
  fit.stepsDone = Math.max(fit.stepsDone, ...ended.map(({ step }) => last(step)));
  const end = place ? fit.stepsDone + place.step : Number.POSITIVE_INFINITY;
  for (const log of ended) {
    fit.epochLogs.set(log.name, Curve.of(log));
  }
  for (const curve of curves) {
    const part = upTo(curve, (at) => curve.step[at] <= end);
    fit.curves.set(curve.name, Curve.of(part));
    fit.seconds = Math.max(fit.seconds, last(part.time));
    fit.typical ||= last(part.step) / Math.max(part.step.length, 1);
  }
  fit.latest = { ...latest, ...place?.logs };
  return fit;
}

/** @param {Float64Array} values @returns {number} 0 where there are none. */
function last(values) {
  return values.at(-1) ?? 0;
}

/**
 * @param {CurveData} curve
 * @param {(at: number) => boolean} holds Holds of the first points, and of no more.
 * @returns {CurveData}
 */
function upTo(curve, holds) {
  let length = curve.value.length;
  while (length > 0 && !holds(length - 1)) {
    length -= 1;
  }
  const part = (/** @type {Float64Array} */ values) => values.slice(0, length);
  const { name, merged, step, epoch, time, value, low, high } = curve;
  return {
    ...{ name, merged, step: part(step), epoch: part(epoch), time: part(time), value: part(value) },
    ...{ low: low && part(low), high: high && part(high) },
  };
}
