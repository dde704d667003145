/**
 * A sweep: one place of the program takes one value after another, and each gives a run. Owns which
 * values are still to come.
 */

import { Store } from "../store.js";

/**
 * @typedef {object} Sweep
 * @property {string} programId
 * @property {string} title
 * @property {string[]} values All of them, as they stand in the program.
 * @property {string[]} sources The program with each of them.
 * @property {string} old What stood there.
 * @property {number} at Which one runs, from 0.
 * @property {number} failed How many have ended with an error.
 */

export const sweep = new Store(/** @type {{sweep: Sweep | null}} */ ({ sweep: null }));

/** Runs of one sweep; more would take the page for hours by one click. */
export const MOST_VALUES = 20;

/**
 * The values of a list as people write it: commas between, brackets around if they like. A comma
 * inside brackets or quotes parts nothing.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function valuesOf(text) {
  /** @type {string[]} */
  const values = [];
  let value = "";
  let depth = 0;
  let quote = "";
  for (const sign of text.replace(/^\s*\[(.*)\]\s*$/s, "$1")) {
    if (quote) {
      quote = sign === quote ? "" : quote;
    } else if (sign === '"' || sign === "'") {
      quote = sign;
    } else if ("([{".includes(sign)) {
      depth += 1;
    } else if (")]}".includes(sign)) {
      depth -= 1;
    } else if (depth === 0 && /[,，、;；\n]/.test(sign)) {
      values.push(value.trim());
      value = "";
      continue;
    }
    value += sign;
  }
  values.push(value.trim());
  return [...new Set(values.filter((one) => one !== ""))];
}

/**
 * The place that a sweep changes: the number, name or text that the cursor is in or that is
 * selected.
 *
 * @param {string} source
 * @param {{from: number, to: number}} selection
 * @returns {{from: number, to: number} | null}
 */
export function placeOf(source, { from, to }) {
  if (from !== to) {
    return source.slice(from, to).includes("\n") ? null : { from, to };
  }
  const start = source.lastIndexOf("\n", from - 1) + 1;
  const line = source.slice(start).split("\n", 1)[0];
  for (const { 0: text, index } of line.matchAll(
    /"[^"]*"|'[^']*'|\d[\w.]*(?:e-?\d+)?|[^\W\d]\w*/gu,
  )) {
    if (start + index <= from && from <= start + index + text.length) {
      return { from: start + index, to: start + index + text.length };
    }
  }
  return null;
}
