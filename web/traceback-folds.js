/**
 * Folds tracebacks: what went wrong stands first, and where it came from is opened when asked for.
 * Knows rows of text, not where they come from.
 */

const FIRST_LINE = "Traceback (most recent call last):";

export class TracebackFolds {
  constructor() {
    /** The traceback that is being printed. @type {HTMLDetailsElement | null} */
    this.open = null;
  }

  /** What comes next belongs to no traceback. */
  end() {
    this.open = null;
  }

  /**
   * Puts a new row at the end of a list, or into the traceback that it belongs to.
   *
   * @param {HTMLElement} row
   * @param {string | null} text What it says on the stream of errors; null for another stream.
   * @param {HTMLElement} list
   */
  place(row, text, list) {
    if (text === null) {
      this.end();
      list.append(row);
    } else if (text === FIRST_LINE) {
      this.open = document.createElement("details");
      const summary = document.createElement("summary");
      this.open.append(summary, row);
      list.append(this.open);
    } else if (this.open === null) {
      list.append(row);
    } else if (/^\s/.test(text)) {
      this.open.append(row);
    } else {
      // The error itself, which ends the traceback, becomes its heading.
      row.style.display = "inline";
      this.open.firstElementChild?.append(row);
      this.end();
    }
  }

  /**
   * Takes a row away, with the traceback that it was the last of.
   *
   * @param {HTMLElement} row
   */
  remove(row) {
    const fold = row.closest("details");
    row.remove();
    if (fold && !fold.querySelector(".row")) {
      fold.remove();
    }
  }
}
