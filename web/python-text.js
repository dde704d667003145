/** Reads Python's text line by line, as far as one can that may be half typed: code, strings, comments. */

export const CODE = 0;
export const STRING = 1;
export const COMMENT = 2;

/** The marks that close a string, by the mark that opens it; word processors bend them. */
/** @type {Record<string, string>} */
const CLOSING = {
  '"': '"',
  "'": "'",
  "“": '“”"',
  "”": '“”"',
  "„": '“”"',
  "＂": '＂"',
  "‘": "‘’'",
  "’": "‘’'",
  "＇": "＇'",
};
const OPEN = "([{（［｛【";
const CLOSE = ")]}）］｝】";

/** Goes through the lines of a text, in order. */
export class LineReader {
  constructor() {
    /** What ends the string that lines are in; empty outside of one of several lines. */
    this.triple = "";
    /** Brackets that are open. */
    this.depth = 0;
    this.continued = false;
  }

  /**
   * @param {string} line The next line, without its end.
   * @returns {Uint8Array} Of each of its characters, whether it is code, string or comment. Bent
   *   quotation marks around a string are code.
   */
  read(line) {
    const kinds = new Uint8Array(line.length);
    let at = this.triple ? this.endOfTriple(line, 0, kinds) : 0;
    while (at < line.length) {
      const character = line[at];
      if (character === "#") {
        kinds.fill(COMMENT, at);
        break;
      }
      if (character in CLOSING) {
        at = this.readString(line, at, kinds);
      } else {
        this.depth += OPEN.includes(character) ? 1 : 0;
        this.depth -= CLOSE.includes(character) && this.depth > 0 ? 1 : 0;
        at += 1;
      }
    }
    this.continued = line.endsWith("\\") && kinds[line.length - 1] === CODE;
    return kinds;
  }

  /**
   * @param {string} line
   * @param {number} at Where a string begins.
   * @param {Uint8Array} kinds
   * @returns {number} Where it ends, in this line.
   */
  readString(line, at, kinds) {
    const triple = line[at].repeat(3);
    if ((triple === '"""' || triple === "'''") && line.startsWith(triple, at)) {
      this.triple = triple;
      kinds.fill(STRING, at, at + 3);
      return this.endOfTriple(line, at + 3, kinds);
    }
    const closing = CLOSING[line[at]];
    let end = at + 1;
    while (end < line.length && !closing.includes(line[end])) {
      end += line[end] === "\\" ? 2 : 1;
    }
    const isPlain = closing.length === 1;
    kinds.fill(STRING, isPlain ? at : at + 1, isPlain ? end + 1 : end);
    return end + 1;
  }

  /**
   * @param {string} line
   * @param {number} from
   * @param {Uint8Array} kinds
   */
  endOfTriple(line, from, kinds) {
    let end = from;
    while (end < line.length && !line.startsWith(this.triple, end)) {
      end += line[end] === "\\" ? 2 : 1;
    }
    const closes = end < line.length;
    end = closes ? end + 3 : line.length;
    kinds.fill(STRING, from, end);
    this.triple = closes ? "" : this.triple;
    return end;
  }
}
