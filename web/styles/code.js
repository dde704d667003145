/** The editor's look, for CodeMirror: all colours are tokens, so dark mode needs nothing more. */

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const view = EditorView.theme({
  "&": { height: "100%", backgroundColor: "transparent", color: "var(--text)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    fontFamily: "var(--font-code)",
    fontSize: "var(--code-size, var(--size-note))",
    lineHeight: "1.6",
  },
  ".cm-content": { padding: "var(--space-3) 0", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 var(--space-3) 0 var(--space-2)" },
  ".cm-gutters": {
    backgroundColor: "transparent",
    color: "var(--text-muted)",
    border: "none",
    paddingLeft: "var(--space-2)",
  },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--code-active-line)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { background: "var(--code-selection)" },
  ".cm-matchingBracket": { backgroundColor: "var(--surface-hover)", outline: "none" },
  ".cm-error-line": { backgroundColor: "var(--wrong-soft)" },
  ".cm-error-gutter": { color: "var(--wrong)", fontWeight: "var(--weight-strong)" },
  ".cm-error-message": {
    // As wide as the window, not as the longest line, and there when one scrolls sideways.
    position: "sticky",
    left: 0,
    width: "fit-content",
    maxWidth: "calc(100cqw - 3.5rem)",
    margin: "0 0 var(--space-1)",
    padding: "var(--space-2) var(--space-3)",
    borderLeft: "3px solid var(--wrong)",
    backgroundColor: "var(--wrong-soft)",
    color: "var(--text)",
    fontFamily: "var(--font-text)",
    fontSize: "var(--size-note)",
    lineHeight: "var(--leading)",
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
  },
});

const highlighting = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.self], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: tags.comment, color: "var(--code-comment)", fontStyle: "italic" },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.className],
    color: "var(--code-function)",
  },
  { tag: [tags.operator, tags.punctuation], color: "var(--code-operator)" },
]);

export const codeStyle = [view, syntaxHighlighting(highlighting)];
