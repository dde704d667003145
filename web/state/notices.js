/** What the page tells without being asked: one notice at a time, and toasts that offer an undo. */

import { Store } from "../store.js";

/** @typedef {import("../locale.js").StringKey} StringKey */
/** @typedef {{key: StringKey, values?: Record<string, string | number> | undefined}} Notice */

/**
 * @typedef {object} Toast
 * @property {number} id
 * @property {StringKey} key
 * @property {Record<string, string | number>} values
 * @property {(() => void) | null} undo Takes back what the toast tells of.
 */

/** @typedef {{notice: Notice | null, toasts: Toast[]}} Notices */

export const notices = new Store(/** @type {Notices} */ ({ notice: null, toasts: [] }));

let lastToast = 0;

/**
 * @param {StringKey} key
 * @param {Record<string, string | number>} [values]
 */
export function tell(key, values) {
  notices.set({ notice: { key, values } });
}

export function dismissNotice() {
  notices.set({ notice: null });
}

/**
 * Says what was done, for a while; with a way back where there is one.
 *
 * @param {StringKey} key
 * @param {Record<string, string | number>} [values]
 * @param {(() => void) | null} [undo]
 */
export function toast(key, values = {}, undo = null) {
  lastToast += 1;
  const toasts = [...notices.values.toasts, { id: lastToast, key, values, undo }];
  notices.set({ toasts: toasts.slice(-3) });
}

/** @param {number} id */
export function dismissToast(id) {
  notices.set({ toasts: notices.values.toasts.filter((toast) => toast.id !== id) });
}
