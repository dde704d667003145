/** The training of the present or last run, as curves show it. */

import { Store } from "../store.js";
import { TrainingRecord } from "./training-record.js";

/** @typedef {{record: TrainingRecord, metricChoice: string | null}} Training */

export const training = new Store(
  /** @type {Training} */ ({ record: new TrainingRecord(), metricChoice: null }),
);

/** A new run begins: its curves are empty. */
export function startRecord() {
  training.set({ record: new TrainingRecord() });
}

/** @param {import("./training-record.js").TrainingMessage} message */
export function addToRecord(message) {
  training.values.record.add(message);
  training.touch();
}

/** The run has ended, or was cut off. */
export function closeRecord() {
  training.values.record.close();
  training.touch();
}

/** The metric whose curve is shown: the reader's choice while the program has it. */
export function shownMetric() {
  const { record, metricChoice } = training.values;
  const { metrics } = record;
  return (metricChoice && metrics.includes(metricChoice) ? metricChoice : metrics[0]) ?? "accuracy";
}

/** @param {string} name */
export function chooseMetric(name) {
  training.set({ metricChoice: name });
}
