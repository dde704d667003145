/** Marks the line of a Python error in the editor, with its message below, until the text changes. */

import { RangeSet, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  EditorView,
  GutterMarker,
  gutterLineClass,
  WidgetType,
} from "@codemirror/view";

/** @typedef {{line: number, message: string}} ErrorMark */
/** @typedef {{decorations: import("@codemirror/view").DecorationSet,
 *   gutter: import("@codemirror/state").RangeSet<GutterMarker>}} MarkState */

/** Sets the mark, or with null removes it. @type {import("@codemirror/state").StateEffectType<ErrorMark | null>} */
export const setErrorMark = StateEffect.define();

class MessageWidget extends WidgetType {
  /** @param {string} message */
  constructor(message) {
    super();
    this.message = message;
  }

  /** @param {MessageWidget} other */
  eq(other) {
    return other.message === this.message;
  }

  toDOM() {
    const element = document.createElement("div");
    element.className = "cm-error-message";
    element.textContent = this.message;
    return element;
  }
}

class ErrorGutter extends GutterMarker {
  elementClass = "cm-error-gutter cm-error-line";
}

const gutterMarker = new ErrorGutter();
/** @type {MarkState} */
const NO_MARK = { decorations: Decoration.none, gutter: emptyGutter() };

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

/**
 * @param {import("@codemirror/state").Text} doc
 * @param {ErrorMark} mark
 * @returns {MarkState}
 */
function place(doc, { line, message }) {
  const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const widget = new MessageWidget(message);
  return {
    decorations: Decoration.set([
      Decoration.line({ class: "cm-error-line" }).range(from),
      Decoration.widget({ widget, block: true, side: 1 }).range(to),
    ]),
    gutter: emptyGutter().update({ add: [gutterMarker.range(from)] }),
  };
}

/** @returns {import("@codemirror/state").RangeSet<GutterMarker>} */
function emptyGutter() {
  return RangeSet.empty;
}
