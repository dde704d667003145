/** Sheets over the page, one at a time, each fetched when it is first asked for. */

import { Store } from "../store.js";

/** @typedef {"versions" | "delete-data" | "share" | "gallery"} SheetName */

export const sheets = new Store(/** @type {{open: SheetName | null}} */ ({ open: null }));

/** @param {SheetName} name */
export function openSheet(name) {
  sheets.set({ open: name });
}

export function closeSheet() {
  sheets.set({ open: null });
}
