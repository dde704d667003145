/** What is different between two programs, in a few words: "128 → 8", "+ Dropout(0.5)". */

import { diffArrays } from "diff";

/** Strings, numbers, names, comments, blanks, signs. */
const TOKENS = /"[^"\n]*"|'[^'\n]*'|\d[\w.]*(?:e-?\d+)?|[^\W\d]\w*|#.*|\s+|[^\w\s]/gu;
const MOST_CHANGES = 2;
/** Of more changes than this, no two tell what the program is about now. */
const TOO_MANY = 6;
const LONGEST = 28;

/**
 * @param {string} before
 * @param {string} after
 * @returns {string} "" where they differ in comments and blanks at most, or in too much to name.
 */
export function nameChange(before, after) {
  const parts = diffArrays(linesOf(before), linesOf(after));
  const names = parts.flatMap(({ value, added, removed }, index) => {
    if (added && parts[index - 1]?.removed) {
      return nameTokens(parts[index - 1].value.join("\n"), value.join("\n"));
    }
    if (removed && parts[index + 1]?.added) {
      return []; // named with what stands there now
    }
    return added || removed ? value.map((line) => `${added ? "+" : "−"} ${shorten(line)}`) : [];
  });
  if (names.length > TOO_MANY) {
    return "";
  }
  const more = names.length - MOST_CHANGES;
  return names.slice(0, MOST_CHANGES).join(", ") + (more > 0 ? `, +${more}` : "");
}

/**
 * @param {string} before
 * @param {string} after
 */
function nameTokens(before, after) {
  /** @type {string[]} */
  const names = [];
  /** What stands before the place that is looked at. @type {string[]} */
  let context = [];
  /** @type {string[]} */
  let gone = [];
  const parts = diffArrays(tokensOf(before), tokensOf(after));
  for (const [index, { value, added, removed }] of parts.entries()) {
    if (removed && parts[index + 1]?.added) {
      gone = value;
    } else if (removed) {
      names.push(`− ${shorten(value.join(" "))}`);
    } else if (added) {
      const instead = gone.length > 0;
      const old = instead ? `${argumentBefore(context)}${shorten(gone.join(" "))} →` : "+";
      names.push(`${old} ${shorten(value.join(" "))}`);
      gone = [];
    } else {
      context = value;
    }
  }
  return names;
}

/** The lines without comments, blanks around them and empty ones. @param {string} source */
function linesOf(source) {
  return source
    .split("\n")
    .map((line) => tokensOf(line).join(" "))
    .filter((line) => line !== "");
}

/** @param {string} source */
function tokensOf(source) {
  const all = source.match(TOKENS) ?? [];
  return all.filter((token) => !token.startsWith("#") && token.trim() !== "");
}

/**
 * `epochs=` where a value after it has changed: a number alone would not say of what.
 *
 * @param {string[]} context
 */
function argumentBefore(context) {
  const [name, sign] = context.slice(-2);
  return sign === "=" && /^\w+$/.test(name) ? `${name}=` : "";
}

/** @param {string} tokens A line, or a part of one, with its tokens apart. */
function shorten(tokens) {
  const text = tokens
    .replace(/ ?([.()[\],:=]) ?/g, "$1")
    .replace(/,/g, ", ")
    .replace(/^[\s,]+|[\s,]+$/g, "");
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
