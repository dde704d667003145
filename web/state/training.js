/** The training of the present or last run, as curves show it, and kept runs laid over it. */

import { Store } from "../store.js";
import { checkAlerts, clearAlerts } from "./alerts.js";
import { lookAtAll } from "./chart-view.js";
import { drawSoon } from "./drawing.js";
import { drawnFits, metricsOf } from "./drawn-fits.js";
import { TrainingRecord } from "./training-record.js";

/** @typedef {import("./run-curves.js").RunCurves} RunCurves */

/**
 * A run drawn beside the present one.
 *
 * @typedef {{id: string, name: string, curves: RunCurves}} Overlay
 */

/**
 * @typedef {object} Training
 * @property {TrainingRecord} record
 * @property {string | null} metricChoice
 * @property {Overlay[]} overlays Kept runs to compare with; empty for none.
 * @property {string} presentName What the present run is called beside them.
 * @property {boolean} presentShown Whether its own curves are drawn beside them.
 */

/** Runs that are drawn at a time, the present one among them. */
export const MAX_RUNS_SHOWN = 8;

export const training = new Store(
  /** @type {Training} */ ({
    record: new TrainingRecord(),
    metricChoice: null,
    overlays: [],
    presentName: "",
    presentShown: true,
  }),
);

/** A new run begins: its curves are empty. */
export function startRecord() {
  training.set({ record: new TrainingRecord() });
  lookAtAll();
  clearAlerts();
}

/** @param {import("./training-record.js").TrainingMessage} message */
export function addToRecord(message) {
  const { record } = training.values;
  record.add(message);
  checkAlerts(record, message.type === "end");
  if (message.type === "steps" || message.type === "epoch") {
    drawSoon(training);
  } else {
    training.touch();
  }
}

/**
 * The fit that begins next goes on from a checkpoint.
 *
 * @param {RunCurves} kept What was drawn before its run was cut off.
 * @param {import("./kept-fit.js").Place} place
 */
export function resumeRecord(kept, place) {
  training.values.record.resume(kept, place);
  training.touch();
}

/** @param {Extract<import("../protocol.js").FromWorker, {type: "norms"}>} message */
export function addNorms(message) {
  training.values.record.addNorms(message);
  drawSoon(training);
}

/** Training is held, or goes on. @param {boolean} paused */
export function pauseRecord(paused) {
  training.values.record.pause(paused);
  training.touch();
}

/** The run has ended, or was cut off. */
export function closeRecord() {
  training.values.record.close();
  training.touch();
}

/**
 * Draws kept runs beside the present one.
 *
 * @param {Overlay[]} overlays In the order of their colours; those beyond the eighth run are left out.
 * @param {{name?: string, shown?: boolean}} [present] What the present run is called beside them, and
 *   whether it is drawn.
 */
export function overlayRuns(overlays, { name = "", shown = true } = {}) {
  const room = MAX_RUNS_SHOWN - Number(shown);
  training.set({ overlays: overlays.slice(0, room), presentName: name, presentShown: shown });
}

/** The metric whose curve is shown: the reader's choice while the program has it. */
export function shownMetric() {
  const { metricChoice } = training.values;
  const metrics = metricsOf(drawnFits(training.values));
  return (metricChoice && metrics.includes(metricChoice) ? metricChoice : metrics[0]) ?? "accuracy";
}

/** @param {string} name */
export function chooseMetric(name) {
  training.set({ metricChoice: name });
}
