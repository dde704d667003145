/** What training runs on, and what the reader wants it to run on. */

import { t } from "../locale.js";
import { Store } from "../store.js";
import { toast } from "./notices.js";
import { python } from "./session.js";
import { read, write } from "./storage.js";

/** @typedef {import("../protocol.js").BackendName} BackendName */
/** @typedef {BackendName | "auto"} Preference */
/** @typedef {Pick<Extract<import("../protocol.js").FromWorker, {type: "backend"}>,
 *   "name" | "why" | "refused" | "device">} Chosen */

export const PREFERENCES = /** @type {Preference[]} */ (["auto", "wasm", "webgpu", "numpy"]);
const KEY = "pykeras.backend";

/**
 * @typedef {object} BackendValues
 * @property {Chosen | null} chosen What trains, or trained last; null before that.
 * @property {Preference} preferred
 * @property {boolean} waits Whether the reader has chosen anew since.
 */

export const backend = new Store(
  /** @type {BackendValues} */ ({
    chosen: null,
    preferred: PREFERENCES.find((name) => name === read(KEY)) ?? "auto",
    waits: false,
  }),
);

/** Whether this fit has said on which backend it runs. */
let isWithinFit = false;

/**
 * Training goes on, or begins, on this one. Where it could not go on on the graphics processor, the
 * reader hears of it.
 *
 * @param {Chosen} chosen
 */
export function showBackend({ name, why, refused, device }) {
  if (isWithinFit && backend.values.chosen?.name === "webgpu" && name !== "webgpu") {
    toast("toast.backendLost", { name: SHORT_NAMES[name], why: inWords(why) });
  }
  isWithinFit = true;
  backend.set({ chosen: { name, why, refused, device }, waits: false });
}

/** Why something was chosen or refused, in words. @param {import("../protocol.js").Reason} reason */
export function inWords({ code, values }) {
  const other = SHORT_NAMES[/** @type {BackendName} */ (values.other)] ?? "";
  return t(`backend.why.${code}`, { ...values, other });
}

/** A fit begins, and the next message says on which one. */
export function awaitBackend() {
  isWithinFit = false;
}

/** What stands on the chip; these are names, the same in every language. */
export const SHORT_NAMES = /** @type {const} */ ({
  wasm: "WASM",
  webgpu: "WebGPU",
  numpy: "NumPy",
});

/** From the next fit on, and kept in this browser. @param {Preference} preferred */
export function preferBackend(preferred) {
  write(KEY, preferred === "auto" ? null : preferred);
  backend.set({ preferred, waits: true });
  tellPreferred();
}

/** A Python that has just started knows nothing. */
export function tellPreferred() {
  python().send({ type: "prefer-backend", name: backend.values.preferred });
}

/** Python is another one: nothing has trained in it. */
export function forgetBackend() {
  backend.set({ chosen: null, waits: false });
}
