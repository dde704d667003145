/**
 * Marks the line of a Python error in the editor, with its message below and a button that mends
 * it, until the text changes.
 */

import { RangeSet, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  EditorView,
  GutterMarker,
  gutterLineClass,
  WidgetType,
} from "@codemirror/view";
import { t } from "./locale.js";
import { mendError } from "./state/programs.js";

/** @typedef {import("./state/programs.js").ErrorMark} ErrorMark */
/** @typedef {import("@codemirror/state").EditorState} EditorState */
/** @typedef {import("@codemirror/state").Text} Text */
/** @typedef {{decorations: import("@codemirror/view").DecorationSet,
 *   gutter: import("@codemirror/state").RangeSet<GutterMarker>, mark: ErrorMark | null,
 *   line: number}} MarkState */

/** So far from where it was run, a line that was moved is looked for. */
const MAX_MOVE_LINES = 2000;
/** Of what a mend writes, shown on its button. */
const MAX_LABEL_LENGTH = 40;

/** Sets the mark, or with null removes it. @type {import("@codemirror/state").StateEffectType<ErrorMark | null>} */
export const setErrorMark = StateEffect.define();

class MessageWidget extends WidgetType {
  /**
   * @param {string} message
   * @param {string} mend What the button says; empty where there is none.
   */
  constructor(message, mend) {
    super();
    this.message = message;
    this.mend = mend;
  }

  /** @param {MessageWidget} other */
  eq(other) {
    return other.message === this.message && other.mend === this.mend;
  }

  toDOM() {
    const element = document.createElement("div");
    element.className = "cm-error-message";
    element.textContent = this.message;
    if (this.mend) {
      const button = document.createElement("button");
      button.className = "cm-mend";
      button.textContent = this.mend;
      button.title = t("error.mendKeys");
      button.onclick = mendError;
      element.append(button);
    }
    return element;
  }
}

class ErrorGutter extends GutterMarker {
  elementClass = "cm-error-gutter cm-error-line";
}

const gutterMarker = new ErrorGutter();
/** @type {MarkState} */
const NO_MARK = { decorations: Decoration.none, gutter: emptyGutter(), mark: null, line: 0 };

/** @type {StateField<MarkState>} */
const field = StateField.define({
  create: () => NO_MARK,
  update(value, transaction) {
    let next = transaction.docChanged ? NO_MARK : value;
    for (const effect of transaction.effects) {
      if (effect.is(setErrorMark)) {
        next = effect.value ? place(transaction.state.doc, effect.value) : NO_MARK;
      }
    }
    return next;
  },
  provide: (self) => [
    EditorView.decorations.from(self, (value) => value.decorations),
    gutterLineClass.from(self, (value) => value.gutter),
  ],
});

export const errorMark = field;

/** The line that is marked, from 1; 0 where none is. @param {EditorState} state */
export function markedLine(state) {
  return state.field(field).line;
}

/**
 * What a mend changes in the text as it is now; null where the text is no longer what was run.
 *
 * @param {EditorState} state
 * @param {import("./protocol.js").Mend} mend
 * @returns {{from: number, to: number, insert: string} | null}
 */
export function mendingChange(state, mend) {
  const { mark, line } = state.field(field);
  return mark ? changeOf(state.doc, mend, line - mark.line) : null;
}

/**
 * @param {Text} doc
 * @param {import("./protocol.js").Mend} mend
 * @param {number} moved By so many lines, the text is further down than when it ran.
 */
function changeOf(doc, { line, column, endColumn, insert }, moved) {
  if (line + moved < 1 || line + moved > doc.lines) {
    return null;
  }
  const { from, to } = doc.line(line + moved);
  const start = from + column - 1;
  const end = from + endColumn - 1;
  return column >= 1 && endColumn >= column && end <= to ? { from: start, to: end, insert } : null;
}

/**
 * @param {Text} doc
 * @param {ErrorMark} mark
 * @returns {MarkState}
 */
function place(doc, mark) {
  const line = lineOf(doc, mark);
  if (line === 0) {
    return NO_MARK;
  }
  const { from, to } = doc.line(line);
  const change = mark.mend && changeOf(doc, mark.mend, line - mark.line);
  const widget = new MessageWidget(mark.message, change ? labelOf(doc, change) : "");
  return {
    decorations: Decoration.set([
      Decoration.line({ class: "cm-error-line" }).range(from),
      Decoration.widget({ widget, block: true, side: 1 }).range(to),
    ]),
    gutter: emptyGutter().update({ add: [gutterMarker.range(from)] }),
    mark,
    line,
  };
}

/**
 * Where the line is by now, that ran as `source`: lines above it may have come and gone.
 *
 * @param {Text} doc
 * @param {ErrorMark} mark
 * @returns {number} 0 where it is no longer there.
 */
function lineOf(doc, { line, source }) {
  for (let distance = 0; distance <= MAX_MOVE_LINES; distance += 1) {
    for (const candidate of [line - distance, line + distance]) {
      if (candidate >= 1 && candidate <= doc.lines && doc.line(candidate).text === source) {
        return candidate;
      }
    }
  }
  return 0;
}

/**
 * @param {Text} doc
 * @param {{from: number, to: number, insert: string}} change
 */
function labelOf(doc, { from, to, insert }) {
  const text = insert.trim() || doc.sliceString(from, to).trim();
  const characters = [...text];
  const short =
    characters.length > MAX_LABEL_LENGTH
      ? `${characters.slice(0, MAX_LABEL_LENGTH).join("")}…`
      : text;
  return t(insert.trim() ? "error.mend" : "error.mendRemove", { text: short });
}

/** @returns {import("@codemirror/state").RangeSet<GutterMarker>} */
function emptyGutter() {
  return RangeSet.empty;
}
