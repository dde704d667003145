/**
 * The lines of a console: text arrives in pieces, and "\r" goes back to the start of the line, which
 * is how a progress bar rewrites itself. Owns the bound on how much is kept.
 */

/**
 * @typedef {object} Line
 * @property {number} id
 * @property {string} text
 * @property {string} stream
 * @property {number} cut Characters at its end that were let go.
 */

export const MAX_LINES = 1000;
export const MAX_LINE_LENGTH = 100_000;
/** A text longer than this is looked at from its end: most of its lines would go at once. */
const FLOOD_CHARACTERS = 100_000;

/** Escape sequences for colour and cursor: a console here is plain text. */
const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, "g");

export class TerminalText {
  /**
   * @param {number} maxLines
   * @param {number} maxLineLength
   */
  constructor(maxLines = MAX_LINES, maxLineLength = MAX_LINE_LENGTH) {
    this.maxLines = maxLines;
    this.maxLineLength = maxLineLength;
    /** @type {Line[]} */
    this.lines = [];
    /** How many lines were let go. */
    this.dropped = 0;
    this.nextId = 0;
    this.column = 0;
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
    for (const part of this.end(text)
      .replace(ESCAPES, "")
      .split(/([\r\n\b])/)) {
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
    if (this.lines.length > this.maxLines) {
      this.dropped += this.lines.length - this.maxLines;
      this.lines = this.lines.slice(-this.maxLines);
    }
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
   * Of a flood, the lines that will be kept; the others are counted.
   *
   * @param {string} text
   */
  end(text) {
    if (text.length <= FLOOD_CHARACTERS) {
      return text;
    }
    let start = text.length;
    for (let lines = 0; lines <= this.maxLines && start > 0; lines += 1) {
      start = text.lastIndexOf("\n", start - 1);
    }
    if (start <= 0) {
      return text;
    }
    for (let at = -1; at < start; at = text.indexOf("\n", at + 1)) {
      this.dropped += 1;
    }
    this.open = false;
    return text.slice(start + 1);
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
      line = { id: this.nextId, text: "", stream, cut: 0 };
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
    const text = before + part + after;
    line.text = text.slice(0, this.maxLineLength);
    line.cut = Math.max(line.cut, this.column + part.length - this.maxLineLength);
    this.column += part.length;
    return line;
  }
}
