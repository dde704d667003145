/** The programs in the editor: the examples, and what the reader made of each of them. */

import examples from "virtual:examples";
import { language } from "./locale.js";
import { read, write } from "./storage.js";

const CHOSEN_KEY = "pykeras.example";
const EDIT_PREFIX = "pykeras.program.";

/** @typedef {(typeof examples)[number]} Example */

export { examples };

/** @returns {Example} The example that was chosen last, or the first. */
export function chosenExample() {
  const id = read(CHOSEN_KEY);
  return examples.find((example) => example.id === id) ?? examples[0];
}

/**
 * @param {string} id
 * @returns {Example}
 */
export function chooseExample(id) {
  write(CHOSEN_KEY, id);
  return chosenExample();
}

/** @param {Example} example */
export function isEdited(example) {
  return read(EDIT_PREFIX + example.id) !== null;
}

/**
 * The program of an example: the reader's own version, or as it came.
 *
 * @param {Example} example
 */
export function programOf(example) {
  return read(EDIT_PREFIX + example.id) ?? example.code[language()];
}

/**
 * Keeps what the reader wrote; forgets it where that is the example as it came.
 *
 * @param {Example} example
 * @param {string} text
 */
export function keepProgram(example, text) {
  if (Object.values(example.code).includes(text)) {
    resetProgram(example);
  } else {
    write(EDIT_PREFIX + example.id, text);
  }
}

/** @param {Example} example */
export function resetProgram(example) {
  write(EDIT_PREFIX + example.id, null);
}
