/** The lines in which two programs differ. */

import { diffLines } from "diff";

/**
 * @param {string} before
 * @param {string} after
 * @returns {{sign: "+" | "−", text: string}[]}
 */
export function changedLines(before, after) {
  return diffLines(before, after).flatMap(({ value, added, removed }) =>
    added || removed
      ? value
          .replace(/\n$/, "")
          .split("\n")
          .map((text) => ({
            sign: added ? /** @type {const} */ ("+") : /** @type {const} */ ("−"),
            text,
          }))
      : [],
  );
}
