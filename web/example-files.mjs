/**
 * Reads the examples of the page: `NN-name.py` with a header, and its translations without one.
 *
 * A header is one line a field, `# field: value`, then an empty line. Whatever is not right in it,
 * is an error that names the file and the line.
 */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The folder of each translation, and what is behind the names of its fields. */
const TRANSLATIONS = ["zh-CN"];
const TRANSLATED = ["title", "description"];
const FIELDS = [
  "group",
  ...TRANSLATED,
  ...TRANSLATIONS.flatMap((language) => TRANSLATED.map((field) => `${field} ${language}`)),
];
const NAME = /^\d+-([a-z0-9-]+)\.py$/;
const FIELD = /^# ([^:]+): *(.*)$/;

/**
 * @typedef {{id: string, group: string, title: Record<string, string>,
 *   description: Record<string, string>, code: Record<string, string>}} Example
 */

/** Something in a file of an example is not right. */
export class ExampleError extends Error {
  /**
   * @param {string} file
   * @param {number} line From 1.
   * @param {string} text What was expected, and what is there.
   */
  constructor(file, line, text) {
    super(`${file}:${line}: ${text}`);
    this.name = "ExampleError";
    this.file = file;
    this.line = line;
    this.text = text;
  }
}

/**
 * Reads every example of a folder, in order of name.
 *
 * @param {string} folder
 * @param {string[]} groups The groups that have a name in every language.
 * @returns {Promise<Example[]>}
 */
export async function readExamples(folder, groups) {
  const files = await pythonFiles(folder);
  for (const language of TRANSLATIONS) {
    const others = await pythonFiles(join(folder, language));
    const lonely = others.find((file) => !files.includes(file));
    if (lonely) {
      throw new ExampleError(join(folder, language, lonely), 1, "there is no example of this name");
    }
  }
  const examples = await Promise.all(files.map((file) => readExample(folder, file, groups)));
  for (const [index, { id }] of examples.entries()) {
    if (examples.findIndex((other) => other.id === id) < index) {
      throw new ExampleError(join(folder, files[index]), 1, `another example is named "${id}" too`);
    }
  }
  return examples;
}

/** @param {string} folder */
async function pythonFiles(folder) {
  return (await readdir(folder)).filter((name) => name.endsWith(".py")).sort();
}

/**
 * @param {string} folder
 * @param {string} file
 * @param {string[]} groups
 * @returns {Promise<Example>}
 */
async function readExample(folder, file, groups) {
  const path = join(folder, file);
  const id = NAME.exec(file)?.[1];
  if (!id) {
    throw new ExampleError(path, 1, 'expected a file name such as "07-short-name.py"');
  }
  const { fields, code } = parse(path, await readFile(path, "utf8"), groups);
  /** @type {Record<string, string>} */
  const codes = { en: code };
  for (const language of TRANSLATIONS) {
    codes[language] = await readTranslation(join(folder, language, file));
  }
  /** @param {string} field */
  const inLanguages = (field) => ({
    en: fields[field],
    ...Object.fromEntries(
      TRANSLATIONS.map((language) => [language, fields[`${field} ${language}`]]),
    ),
  });
  return {
    id,
    group: fields.group,
    title: inLanguages("title"),
    description: inLanguages("description"),
    code: codes,
  };
}

/** @param {string} path */
async function readTranslation(path) {
  let text;
  try {
    text = await readFile(path, "utf8");
  } catch {
    throw new ExampleError(path, 1, "this translation of an example is missing");
  }
  const field = FIELD.exec(text.split("\n", 1)[0])?.[1];
  if (field !== undefined && FIELDS.includes(field)) {
    throw new ExampleError(path, 1, "a translation has no header: the example has it");
  }
  return text;
}

/**
 * @param {string} path
 * @param {string} text
 * @param {string[]} groups
 */
function parse(path, text, groups) {
  const lines = text.split("\n");
  const end = lines.findIndex((line) => line.trim() === "");
  /** @type {Record<string, string>} */
  const fields = {};
  for (const [index, line] of lines.slice(0, end < 0 ? lines.length : end).entries()) {
    const [, field, value] = FIELD.exec(line.trimEnd()) ?? [];
    const problem = problemOf(field, value, fields, groups);
    if (problem) {
      throw new ExampleError(path, index + 1, problem);
    }
    fields[field] = value;
  }
  const missing = FIELDS.find((field) => !(field in fields));
  if (missing) {
    throw new ExampleError(path, 1, `the header needs a line "# ${missing}: ..."`);
  }
  const code = lines
    .slice(end < 0 ? lines.length : end)
    .join("\n")
    .trimStart();
  if (!code) {
    throw new ExampleError(path, lines.length, "expected a program below the header");
  }
  return { fields, code };
}

/**
 * What is not right in a line of a header; empty where all is.
 *
 * @param {string | undefined} field
 * @param {string | undefined} value
 * @param {Record<string, string>} before
 * @param {string[]} groups
 */
function problemOf(field, value, before, groups) {
  if (field === undefined) {
    return 'expected "# field: value", or an empty line at the end of the header';
  }
  if (!FIELDS.includes(field)) {
    return `there is no field "${field}"; there are ${FIELDS.join(", ")}`;
  }
  if (field in before) {
    return `"${field}" is there twice`;
  }
  if (!value) {
    return `"${field}" is empty`;
  }
  if (field === "group" && !groups.includes(value)) {
    return `there is no group "${value}"; there are ${groups.join(", ")}. A new one needs "group.${value}" in every file of web/locales`;
  }
  return "";
}
