/** What goes wrong with the present training, if anything: one thing at a time. */

import { Store } from "../store.js";
import { findAlert } from "./alert-rules.js";

/** @typedef {import("./alert-rules.js").Alert} Alert */

/** @typedef {Alert & {key: string, fit: import("./fit.js").Fit}} ShownAlert */

export const alerts = new Store(
  /** @type {{alert: ShownAlert | null, dismissed: ReadonlySet<string>}} */ ({
    alert: null,
    dismissed: new Set(),
  }),
);

/** The rules read whole curves: not more often than a reader reads. */
const APART_MS = 500;
let checkedAt = Number.NEGATIVE_INFINITY;

/** A new run begins. */
export function clearAlerts() {
  checkedAt = Number.NEGATIVE_INFINITY;
  alerts.set({ alert: null, dismissed: new Set() });
}

/**
 * Looks at the fit that grows.
 *
 * @param {import("./training-record.js").TrainingRecord} record
 * @param {boolean} ended The fit has: what is found now is the last word on it.
 */
export function checkAlerts(record, ended) {
  const fit = record.fits.at(-1);
  const now = performance.now();
  if (!fit || (!ended && now - checkedAt < APART_MS)) {
    return;
  }
  checkedAt = now;
  const found = findAlert(fit);
  const key = `${record.fits.length}/${found?.kind}`;
  const alert = found && !alerts.values.dismissed.has(key) ? { ...found, key, fit } : null;
  const earlier = alerts.values.alert;
  if (alert || (earlier && earlier.fit === fit)) {
    alerts.set({ alert });
  }
}

/** The reader has read it, and does not want to read it again in this fit. */
export function dismissAlert() {
  const { alert, dismissed } = alerts.values;
  if (alert) {
    alerts.set({ alert: null, dismissed: new Set([...dismissed, alert.key]) });
  }
}
