/**
 * The lines of a console: text arrives in pieces, and "\r" goes back to the start of the line, which
 * is how a progress bar rewrites itself. Owns the bound on how much is kept.
 */

/** @typedef {{id: number, text: string, stream: string}} Line */

export const MAX_LINES = 1000;
export const MAX_LINE_LENGTH = 5000;

/** Escape sequences for colour and cursor: a console here is plain text. */
const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, "g");

export class TerminalText {
  constructor() {
    /** @type {Line[]} */
    this.lines = [];
    /** How many lines were let go. */
    this.dropped = 0;
    this.nextId = 0;
    this.column = 0;
    this.open = false;
  }

  clear() {
    this.lines = [];
    this.dropped = 0;
    this.open = false;
  }

  /**
   * @param {string} text
   * @param {string} stream The line's kind, for its looks.
   * @returns {Set<Line>} The lines that are new or have changed.
   */
  write(text, stream) {
    /** @type {Set<Line>} */
    const changed = new Set();
    for (const part of text.replace(ESCAPES, "").split(/([\r\n\b])/)) {
      if (part === "\n") {
        changed.add(this.lineFor(stream));
        this.open = false;
      } else if (part === "\r") {
        this.column = 0;
      } else if (part === "\b") {
        this.column = Math.max(this.column - 1, 0);
      } else if (part) {
        changed.add(this.overwrite(this.lineFor(stream), part));
      }
    }
    this.dropped += Math.max(this.lines.length - MAX_LINES, 0);
    this.lines = this.lines.slice(-MAX_LINES);
    return changed;
  }

  /**
   * A line of its own, between what was written before and after.
   *
   * @param {string} text
   * @param {string} stream
   * @returns {Line}
   */
  insert(text, stream) {
    this.open = false;
    const line = this.lineFor(stream);
    line.text = text;
    this.open = false;
    return line;
  }

  toString() {
    return this.lines.map((line) => line.text.trimEnd()).join("\n");
  }

  /**
   * The line being written; another stream starts one of its own.
   *
   * @param {string} stream
   * @returns {Line}
   */
  lineFor(stream) {
    let line = this.lines.at(-1);
    if (!this.open || !line || line.stream !== stream) {
      line = { id: this.nextId, text: "", stream };
      this.nextId += 1;
      this.lines.push(line);
      this.column = 0;
      this.open = true;
    }
    return line;
  }

  /**
   * @param {Line} line
   * @param {string} part
   */
  overwrite(line, part) {
    const before = line.text.slice(0, this.column);
    const after = line.text.slice(this.column + part.length);
    line.text = (before + part + after).slice(0, MAX_LINE_LENGTH);
    this.column = Math.min(this.column + part.length, MAX_LINE_LENGTH);
    return line;
  }
}
