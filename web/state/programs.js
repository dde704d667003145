/** The programs in the editor: the examples, and what the reader made of each of them. */

import examples from "virtual:examples";
import { language } from "../locale.js";
import { Store } from "../store.js";
import { read, write } from "./storage.js";

const CHOSEN_KEY = "pykeras.example";
const EDIT_PREFIX = "pykeras.program.";

/** @typedef {(typeof examples)[number]} Example */

/**
 * @typedef {object} ErrorMark Where the last run's error is marked in the editor.
 * @property {number} line From 1.
 * @property {string} message
 */

/**
 * @typedef {object} Program
 * @property {Example} example The example that is chosen.
 * @property {string} text What the editor holds.
 * @property {boolean} edited The text is the reader's own.
 * @property {number} opened Counts up when the editor must take another text.
 * @property {ErrorMark | null} error
 * @property {{line: number} | null} goTo The line the editor is asked to show.
 */

export { examples };

export const program = new Store(/** @type {Program} */ (opened(remembered(), 0)));

/** @returns {Example} The example that was chosen last, or the first. */
function remembered() {
  const id = read(CHOSEN_KEY);
  return examples.find((example) => example.id === id) ?? examples[0];
}

/**
 * @param {Example} example
 * @param {number} count
 * @returns {Program}
 */
function opened(example, count) {
  const own = read(EDIT_PREFIX + example.id);
  const text = own ?? example.code[language()];
  return { example, text, edited: own !== null, opened: count, error: null, goTo: null };
}

/** @param {string} id */
export function chooseExample(id) {
  write(CHOSEN_KEY, id);
  program.set(opened(remembered(), program.values.opened + 1));
}

/** Shows the chosen example in the reader's language, unless it is the reader's own by now. */
export function showInLanguage() {
  if (!program.values.edited) {
    chooseExample(program.values.example.id);
  }
}

/**
 * Keeps what the reader wrote; forgets it where that is the example as it came.
 *
 * @param {string} text
 */
export function keepProgram(text) {
  const { example } = program.values;
  const edited = !Object.values(example.code).includes(text);
  write(EDIT_PREFIX + example.id, edited ? text : null);
  program.set({ text, edited });
}

export function resetProgram() {
  const { example } = program.values;
  write(EDIT_PREFIX + example.id, null);
  chooseExample(example.id);
}

/** @param {ErrorMark | null} error */
export function markError(error) {
  program.set({ error });
}

/** @param {number} line From 1. */
export function goToLine(line) {
  program.set({ goTo: { line } });
}
