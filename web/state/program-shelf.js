/** What is kept of programs: the reader's own, and what they made of the examples. */

import examples from "virtual:examples";
import { language } from "../locale.js";
import { Store } from "../store.js";
import { keys, read, write } from "./storage.js";

/** @typedef {(typeof examples)[number]} Example */

/**
 * @typedef {object} OwnProgram
 * @property {string} id
 * @property {string} title
 * @property {string} text
 * @property {number} made When, in milliseconds since 1970.
 */

/**
 * @typedef {object} Shelf
 * @property {{id: string, title: string}[]} own The reader's programs, the newest first.
 * @property {Set<string>} edited The examples that the reader has changed, by id.
 */

const EDIT_PREFIX = "pykeras.program.";
const OWN_PREFIX = "pykeras.own.";
/** What a program is kept under begins with one of these. */
export const PREFIXES = [EDIT_PREFIX, OWN_PREFIX];
/** Characters, as a reader counts them. */
const MAX_TITLE_LENGTH = 80;

/** What the examples hold, as far as it has come: at first, the first one. */
const codes = new Map(examples.flatMap(({ id, code }) => (code ? [[id, code]] : [])));
/** @type {Promise<boolean> | null} */
let fetching = null;

export { examples };

export const shelf = new Store(/** @type {Shelf} */ (stock()));

/** Looks again at what there is. */
export function refreshShelf() {
  shelf.set(stock());
}

/** @returns {Shelf} */
function stock() {
  const own = keys(OWN_PREFIX)
    .map((key) => ownProgram(key.slice(OWN_PREFIX.length)))
    .filter((program) => program !== null)
    .sort((a, b) => b.made - a.made);
  const edited = keys(EDIT_PREFIX).map((key) => key.slice(EDIT_PREFIX.length));
  return { own: own.map(({ id, title }) => ({ id, title })), edited: new Set(edited) };
}

/** @param {string} id */
export function exampleNamed(id) {
  return examples.find((example) => example.id === id) ?? null;
}

/** Whether this is an example that has not come yet. @param {string} id */
export function isMissing(id) {
  return exampleNamed(id) !== null && !codes.has(id);
}

/** @returns {Promise<boolean>} Whether all examples are there; the next call tries again. */
export function fetchExamples() {
  fetching ??= import("virtual:example-codes").then(
    ({ default: all }) => {
      for (const [id, code] of Object.entries(all)) {
        codes.set(id, code);
      }
      return true;
    },
    () => {
      fetching = null;
      return false;
    },
  );
  return fetching;
}

/** An example that is there, as it came, in the reader's language. @param {string} id */
export function codeOf(id) {
  return codes.get(id)?.[language()] ?? "";
}

/**
 * @param {string} id
 * @returns {OwnProgram | null}
 */
export function ownProgram(id) {
  try {
    const { title, text, made } = JSON.parse(read(OWN_PREFIX + id) ?? "null");
    return typeof title === "string" && typeof text === "string"
      ? { id, title, text, made: Number(made) || 0 }
      : null;
  } catch {
    return null; // somebody else's, or cut short
  }
}

/** @param {OwnProgram} program */
export function keepOwn({ id, title, text, made }) {
  write(OWN_PREFIX + id, JSON.stringify({ title, text, made }));
}

/**
 * Keeps a new program, under a title that no other has.
 *
 * @param {string} title
 * @param {string} text
 * @returns {OwnProgram}
 */
export function addOwn(title, text) {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  const id = `own-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  const newest = shelf.values.own[0] ? (ownProgram(shelf.values.own[0].id)?.made ?? 0) : 0;
  const program = { id, title: freeTitle(title), text, made: Math.max(Date.now(), newest + 1) };
  keepOwn(program);
  refreshShelf();
  return program;
}

/** @param {string} id */
export function removeOwn(id) {
  write(OWN_PREFIX + id, null);
  refreshShelf();
}

/** What the reader made of an example; null where nothing. @param {string} id */
export function editOf(id) {
  return read(EDIT_PREFIX + id);
}

/**
 * Keeps what the reader made of an example; forgets it where that is the example as it came.
 *
 * @param {string} id
 * @param {string} text
 * @returns {boolean} Whether it is another text.
 */
export function keepEdit(id, text) {
  const edited = !isAsItCame(id, text);
  write(EDIT_PREFIX + id, edited ? text : null);
  if (edited !== shelf.values.edited.has(id)) {
    refreshShelf();
  }
  return edited;
}

/**
 * Whether a text is an example's own, in any language.
 *
 * @param {string} id
 * @param {string} text
 */
export function isAsItCame(id, text) {
  return Object.values(codes.get(id) ?? {}).includes(text);
}

/** Whether this key holds the program. @param {string | null} key @param {string} id */
export function holds(key, id) {
  return PREFIXES.some((prefix) => key === prefix + id);
}

/**
 * A title as it can be shown in one line and kept; empty where nothing is left.
 *
 * @param {string} wanted
 */
export function cleanTitle(wanted) {
  // Without controls, those of the direction of writing among them; emoji keep their joiners.
  const visible = wanted.toWellFormed().replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069\ufeff]/gu, " ");
  const line = visible.replace(/\s+/gu, " ").trim();
  const characters = [...new Intl.Segmenter().segment(line)].map(({ segment }) => segment);
  return characters.slice(0, MAX_TITLE_LENGTH).join("").trim();
}

/**
 * This title, or where another program has it, this title with the next free number.
 *
 * @param {string} title
 * @param {string | null} own The program that may have it.
 */
export function freeTitle(title, own = null) {
  const taken = new Set([
    ...shelf.values.own.filter(({ id }) => id !== own).map((program) => program.title),
    ...examples.map((example) => example.title[language()]),
  ]);
  if (!taken.has(title)) {
    return title;
  }
  const stem = title.replace(/ \d+$/, "");
  let number = 2;
  while (taken.has(`${stem} ${number}`)) {
    number += 1;
  }
  return `${stem} ${number}`;
}
