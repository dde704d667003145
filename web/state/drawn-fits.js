/** The fits whose curves are drawn: those of the present run, and those of kept ones beside it. */

import { knownPlaces } from "../chart-columns.js";
import { sharedNames } from "./metric-names.js";

/** @typedef {import("../chart-columns.js").Points} Points */
/** @typedef {import("./curve.js").Axis} Axis */
/** @typedef {import("./curve.js").CurveData} CurveData */
/** @typedef {import("./run-curves.js").RunCurves} RunCurves */
/** @typedef {import("./training.js").Training} Training */

/**
 * A fit to be drawn.
 *
 * @typedef {object} DrawnFit
 * @property {string} key
 * @property {string} label "" for the present run where it has no name.
 * @property {"fit" | "loop"} mode
 * @property {number} epochs
 * @property {number | null} steps An epoch.
 * @property {boolean} grows
 * @property {Map<string, Points>} curves
 * @property {Map<string, Points>} epochLogs
 * @property {Record<string, number>} latest
 */

/** A plan of more epochs than this is shown in part while its curves would be a sliver. */
const LONG_PLAN = 200;
const SLIVER = 0.05;

/** Kept runs in the form in which they are drawn. @type {WeakMap<RunCurves, Omit<DrawnFit, "key" | "label">[]>} */
const keptFits = new WeakMap();

/**
 * The fits of all the runs that are shown, each with a name that tells it from the others.
 *
 * @param {Training} training
 * @returns {DrawnFit[]}
 */
export function drawnFits({ record, overlays, presentName, presentShown }) {
  const growing = record.isTraining ? record.fits.at(-1) : null;
  const present = record.fits.map((fit, index) => ({
    key: `now/${index}`,
    label:
      overlays.length > 0 ? named(presentName, record.fits, index) : fitName(record.fits, index),
    mode: fit.mode,
    epochs: fit.epochs,
    steps: fit.steps,
    grows: fit === growing,
    curves: /** @type {Map<string, Points>} */ (fit.curves),
    epochLogs: /** @type {Map<string, Points>} */ (fit.epochLogs),
    latest: fit.latest,
  }));
  const kept = overlays.flatMap(({ id, name, curves }) =>
    fitsOf(curves).map((fit, index) => ({
      ...fit,
      key: `${id}/${index}`,
      label: named(name, curves.fits, index),
    })),
  );
  const shown = presentShown ? present : [];
  return [...shown, ...kept];
}

/**
 * The run's name; the fit's too, where the run has several.
 *
 * @param {string} run
 * @param {{label: string}[]} fits
 * @param {number} index
 */
function named(run, fits, index) {
  return [run, fits.length > 1 ? fitName(fits, index) : ""].filter(Boolean).join(" · ");
}

/**
 * Tells fits apart by the model's name, and where models share one, by number.
 *
 * @param {{label: string}[]} fits
 * @param {number} index
 */
function fitName(fits, index) {
  const { label } = fits[index];
  const sameLabel = fits.filter((other) => other.label === label);
  return sameLabel.length === 1 ? label : `${label} #${sameLabel.indexOf(fits[index]) + 1}`;
}

/**
 * @param {RunCurves} run
 * @returns {Omit<DrawnFit, "key" | "label">[]}
 */
function fitsOf(run) {
  let fits = keptFits.get(run);
  if (!fits) {
    const points = (/** @type {CurveData[]} */ curves) =>
      new Map(
        curves.map((data) => [data.name, { ...data, length: data.value.length, revision: 0 }]),
      );
    fits = run.fits.map(({ mode, epochs, curves, epochLogs, latest }) => ({
      mode,
      epochs,
      steps: null,
      grows: false,
      curves: points(curves),
      epochLogs: points(epochLogs),
      latest,
    }));
    keptFits.set(run, fits);
  }
  return fits;
}

/**
 * Under which name each fit's metrics are shown.
 *
 * @param {DrawnFit[]} fits
 */
export function namesOf(fits) {
  return sharedNames(fits.map(({ curves }) => [...curves.keys()]));
}

/**
 * Names of the metrics that have curves; the loss and validation not among them.
 *
 * @param {DrawnFit[]} fits
 */
export function metricsOf(fits) {
  const names = new Set(namesOf(fits).flatMap((shown) => [...shown.values()]));
  return [...names].filter((name) => name !== "loss" && !name.startsWith("val_"));
}

/**
 * The axis to draw by: steps where a fit has no epochs, or none of known length yet.
 *
 * @param {DrawnFit[]} fits
 * @param {Axis} chosen
 * @returns {Axis}
 */
export function axisFor(fits, chosen) {
  const placed = (/** @type {DrawnFit} */ { mode, curves }) =>
    mode === "fit" &&
    [...curves.values()].every(({ epoch, length }) => length === 0 || !Number.isNaN(epoch[0]));
  return chosen === "epoch" && !fits.every(placed) ? "step" : chosen;
}

/**
 * Where the axis ends: while a fit runs, with its plan; else with the curves, so that a training
 * that stopped early fills its chart.
 *
 * @param {DrawnFit[]} fits
 * @param {Axis} axis
 */
export function axisEnd(fits, axis) {
  const ends = fits.map(({ mode, epochs, steps, grows, curves }) => {
    const reached = Math.max(0, ...[...curves.values()].map((points) => lastPlace(points, axis)));
    if (!grows || mode === "loop" || axis === "time") {
      return reached;
    }
    if (axis === "step") {
      return steps ? plannedEnd(reached / steps, epochs) * steps : reached;
    }
    return plannedEnd(reached, epochs);
  });
  const end = Math.max(0, ...ends);
  return axis === "epoch" ? Math.max(end, 1) : end || 1;
}

/**
 * @param {Points} points
 * @param {Axis} axis
 */
function lastPlace(points, axis) {
  const known = knownPlaces(points[axis], points.length);
  return known > 0 ? points[axis][known - 1] : 0;
}

/**
 * Where an axis of epochs or steps ends while a plan is carried out.
 *
 * @param {number} reached
 * @param {number} planned
 */
function plannedEnd(reached, planned) {
  if (planned <= LONG_PLAN || reached > SLIVER * planned) {
    return Math.max(planned, reached);
  }
  return Math.min(planned, roundAbove(1.1 * reached) ?? planned);
}

/** @param {number} least @returns {number} 1, 2, 5, 10, 20 ... */
function roundAbove(least) {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  return [1, 2, 5, 10].map((n) => n * power).find((end) => end >= least) ?? least;
}
