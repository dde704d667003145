/** What the page tells without being asked: one notice at a time, and toasts that offer a way back. */

import { Store } from "../store.js";

/** @typedef {import("../locale.js").StringKey} StringKey */
/**
 * @typedef {object} Notice
 * @property {StringKey} key
 * @property {Record<string, string | number> | undefined} [values]
 * @property {ToastAction | null} [action] What to do about it.
 */

/**
 * @typedef {object} Toast
 * @property {number} id
 * @property {StringKey} key
 * @property {Record<string, string | number>} values
 * @property {ToastAction[]} actions
 */

/** @typedef {{key: StringKey, run: () => void}} ToastAction What a toast or a notice offers to do. */

/** @typedef {{notice: Notice | null, toasts: Toast[]}} Notices */

export const notices = new Store(/** @type {Notices} */ ({ notice: null, toasts: [] }));

/** On the screen at a time. */
const MAX_TOASTS = 3;
let lastToast = 0;

/**
 * @param {StringKey} key
 * @param {Record<string, string | number>} [values]
 * @param {ToastAction | null} [action]
 */
export function tell(key, values, action = null) {
  notices.set({ notice: { key, values, action } });
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
