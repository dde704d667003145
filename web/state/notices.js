/** What the page tells without being asked: one notice at a time, and toasts that offer a way back. */

import { Store } from "../store.js";

/** @typedef {import("../locale.js").StringKey} StringKey */
/** @typedef {{key: StringKey, values?: Record<string, string | number> | undefined}} Notice */

/**
 * @typedef {object} Toast
 * @property {number} id
 * @property {StringKey} key
 * @property {Record<string, string | number>} values
 * @property {ToastAction[]} actions
 */

/** @typedef {{key: StringKey, run: () => void}} ToastAction What a toast offers to do. */

/** @typedef {{notice: Notice | null, toasts: Toast[]}} Notices */

export const notices = new Store(/** @type {Notices} */ ({ notice: null, toasts: [] }));

/** On the screen at a time. */
const MAX_TOASTS = 3;
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
  offer(key, values, undo ? [{ key: "toast.undo", run: undo }] : []);
}

/**
 * Offers something to do, for a while.
 *
 * @param {StringKey} key
 * @param {Record<string, string | number>} values
 * @param {ToastAction[]} actions
 */
export function offer(key, values, actions) {
  lastToast += 1;
  const others = notices.values.toasts.filter((toast) => toast.key !== key || toast.actions.length);
  notices.set({ toasts: [...others, { id: lastToast, key, values, actions }].slice(-MAX_TOASTS) });
}

/** @param {number} id */
export function dismissToast(id) {
  notices.set({ toasts: notices.values.toasts.filter((toast) => toast.id !== id) });
}
