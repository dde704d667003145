/** Reads the lessons of the page, `NN-name.json`; whatever is not right in one is an error with its place. */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { mistakeIn, termsIn } from "./lesson-schema.js";

const NAME = /^\d+-([a-z0-9-]+)\.json$/;

/** Something in a file of a lesson is not right. */
export class LessonError extends Error {
  /**
   * @param {string} file
   * @param {string} text
   */
  constructor(file, text) {
    super(`${file}: ${text}`);
    this.name = "LessonError";
    this.file = file;
    this.text = text;
  }
}

/**
 * Reads every lesson of a folder, in order of name.
 *
 * @param {string} folder
 * @param {string} glossary The file of the terms.
 * @returns {Promise<import("./lesson-checks.js").Lesson[]>}
 */
export async function readLessons(folder, glossary) {
  const files = (await readdir(folder)).filter((name) => NAME.test(name)).sort();
  const terms = Object.keys(JSON.parse(await readFile(glossary, "utf8")));
  return Promise.all(files.map((file) => readLesson(join(folder, file), file, terms)));
}

/**
 * @param {string} path
 * @param {string} file
 * @param {string[]} terms
 */
async function readLesson(path, file, terms) {
  const text = await readFile(path, "utf8");
  let lesson;
  try {
    lesson = JSON.parse(text);
  } catch (error) {
    throw new LessonError(path, `is not JSON: ${error}`);
  }
  const mistake = mistakeIn(lesson);
  if (mistake) {
    const { place, code, expected, received } = mistake;
    throw new LessonError(path, `${place}: ${code}, expected ${expected}, received ${received}`);
  }
  const id = NAME.exec(file)?.[1];
  if (lesson.id !== id) {
    throw new LessonError(
      path,
      `id: expected "${id}" as in the file's name, received "${lesson.id}"`,
    );
  }
  const unknown = termsIn(text).find((term) => !terms.includes(term));
  if (unknown) {
    throw new LessonError(
      path,
      `[[${unknown}]] is no term of the glossary; there are ${terms.join(", ")}`,
    );
  }
  return lesson;
}
