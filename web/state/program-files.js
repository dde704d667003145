/** Programs as files: reads Python programs and notebooks, and names the files of programs. */

/** @typedef {import("../locale.js").StringKey} StringKey */
/**
 * @typedef {{text: string, problem: null}
 *   | {text: null, problem: StringKey, values?: Record<string, string>}} ProgramText
 *   `values` are what the sentence of the problem needs beside the file's name.
 */

/** Of a program's text; more than anyone writes, and less than this browser keeps. */
const MAX_CHARACTERS = 1_000_000;
/** Of a file, with the pictures of a notebook. */
const MAX_BYTES = 100_000_000;
const MAX_NAME_LENGTH = 100;

/** Whether a file is for the editor, and not for the program's folder. @param {File} file */
export function isProgramFile({ name }) {
  return /\.(py|pyw|ipynb)$/i.test(name);
}

/** Whether a file is a notebook by its name. @param {{name: string}} file */
export function isNotebookFile({ name }) {
  return /\.ipynb$/i.test(name);
}

/** Whether a text that was pasted is the file of a notebook. @param {string} text */
export function isNotebook(text) {
  return /^\s*\{/.test(text) && text.includes('"cell_type"') && /\}\s*$/.test(text);
}

/**
 * @param {File} file
 * @returns {Promise<ProgramText>}
 */
export async function readProgram(file) {
  if (file.size > MAX_BYTES) {
    return { text: null, problem: "program.tooLarge" };
  }
  /** @type {Uint8Array} */
  let bytes;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch {
    return { text: null, problem: "program.unreadable" }; // a folder, or gone by now
  }
  const decoded = decode(bytes);
  if (decoded === null) {
    return { text: null, problem: "program.noText" };
  }
  return isNotebookFile(file)
    ? readNotebook(decoded)
    : notTooLarge({ text: withLineFeeds(decoded), problem: null });
}

/**
 * @param {string} json
 * @returns {Promise<ProgramText>}
 */
export async function readNotebook(json) {
  try {
    const { notebookToProgram } = await import("../notebook.js");
    return notTooLarge(notebookToProgram(json));
  } catch {
    return { text: null, problem: "toast.notFetched" };
  }
}

/**
 * @param {ProgramText} program
 * @returns {ProgramText}
 */
function notTooLarge(program) {
  return program.text !== null && program.text.length > MAX_CHARACTERS
    ? { text: null, problem: "program.tooLarge" }
    : program;
}

/**
 * The text of a file: UTF-8 or UTF-16, else as editors of Windows wrote it; null where it is none.
 *
 * @param {Uint8Array} bytes
 */
function decode(bytes) {
  const [first, second] = bytes;
  const isWide = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const encodings = isWide
    ? [first === 0xff ? "utf-16le" : "utf-16be"]
    : ["utf-8", "gb18030", "windows-1252"];
  for (const encoding of encodings) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      return text.includes("\0") ? null : text;
    } catch {
      // another encoding may fit
    }
  }
  return null;
}

/** @param {string} text */
function withLineFeeds(text) {
  return text.replace(/\r\n?/g, "\n");
}

/** The title of a program that comes from a file. @param {string} fileName */
export function titleOf(fileName) {
  return fileName.replace(/\.(py|pyw|ipynb)$/i, "");
}

/**
 * A name that every system takes for a file, without its ending.
 *
 * @param {string} title
 */
export function fileNameOf(title) {
  const allowed = title.replace(/[\\/:*?"<>|\p{Cc}]/gu, "-").slice(0, MAX_NAME_LENGTH);
  const name = allowed.toWellFormed().replace(/^[.\s]+|[.\s]+$/g, "");
  return /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(name) ? `_${name}` : name || "program";
}
