/** The files that programs and the reader have put into the program's folder. */

import { Store } from "../store.js";
import { python } from "./session.js";

/** @typedef {import("../protocol.js").FileEntry} FileEntry */

export const files = new Store(
  /** @type {{files: FileEntry[], kept: boolean}} */ ({ files: [], kept: true }),
);

/** @param {string} name */
export function askForFile(name) {
  python().send({ type: "read-file", name });
}

/** @param {string} name */
export function deleteFile(name) {
  python().send({ type: "delete-file", name });
}

/**
 * Saves a file where the browser puts downloads.
 *
 * @param {string} name
 * @param {Uint8Array} data
 */
export function saveFile(name, data) {
  const bytes = /** @type {Uint8Array<ArrayBuffer>} */ (data);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes]));
  link.download = name;
  link.click();
  // The browser has taken the address by the time the click is handled.
  setTimeout(() => URL.revokeObjectURL(link.href));
}

/** @param {File[]} chosen */
export async function uploadFiles(chosen) {
  for (const file of chosen) {
    const data = new Uint8Array(await file.arrayBuffer());
    python().send({ type: "write-file", name: file.name, data });
  }
}
