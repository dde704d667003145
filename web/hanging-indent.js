/** Lines that are wrapped go on below the text they belong to, and not at the margin. */

import { countColumn, RangeSetBuilder } from "@codemirror/state";
import { Decoration, ViewPlugin } from "@codemirror/view";

/** @typedef {import("@codemirror/view").EditorView} EditorView */

/** Further in than that, a wrapped line would have too little room. */
const MAX_COLUMNS = 16;
/** So much further in than its first row. */
const HANG_COLUMNS = 2;

export const hangingIndent = ViewPlugin.fromClass(
  class {
    /** @param {EditorView} view */
    constructor(view) {
      this.decorations = decorate(view);
    }

    /** @param {import("@codemirror/view").ViewUpdate} update */
    update(update) {
      if (update.docChanged || update.viewportChanged) {
        this.decorations = decorate(update.view);
      }
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

/** @param {EditorView} view */
function decorate({ state, visibleRanges }) {
  /** @type {RangeSetBuilder<Decoration>} */
  const builder = new RangeSetBuilder();
  let last = -1;
  for (const { from, to } of visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = state.doc.lineAt(at);
      if (line.from > last) {
        const indent = /^\s*/.exec(line.text)?.[0] ?? "";
        const columns = Math.min(countColumn(indent, state.tabSize), MAX_COLUMNS) + HANG_COLUMNS;
        const attributes = { style: `--hang: ${columns}ch` };
        builder.add(line.from, line.from, Decoration.line({ class: "cm-hanging", attributes }));
        last = line.from;
      }
      at = line.to + 1;
    }
  }
  return builder.finish();
}
