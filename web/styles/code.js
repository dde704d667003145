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
    lineHeight: "1.5",
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
  ".cm-mend": {
    display: "block",
    minHeight: "max(2rem, var(--control-height))",
    marginTop: "var(--space-2)",
    padding: "0 var(--space-3)",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius-small)",
    backgroundColor: "var(--surface-panel)",
    color: "var(--accent)",
    font: "inherit",
    fontWeight: "var(--weight-strong)",
    cursor: "pointer",
  },
  ".cm-hanging": {
    textIndent: "calc(-1 * var(--hang))",
    paddingLeft: "calc(var(--space-2) + var(--hang)) !important",
  },
  ".cm-cell-head": {
    display: "flex",
    alignItems: "center",
    gap: "var(--space-3)",
    padding: "var(--space-1) var(--space-2) 0",
    fontFamily: "var(--font-text)",
    fontSize: "var(--size-small)",
    color: "var(--text-muted)",
  },
  ".cm-cell-next": { borderTop: "1px solid var(--line)", paddingTop: "var(--space-2)" },
  ".cm-cell-run": {
    minHeight: "max(1.5rem, calc(var(--control-height) - 0.75rem))",
    padding: "0 var(--space-2)",
    border: "1px solid transparent",
    borderRadius: "var(--radius-small)",
    backgroundColor: "transparent",
    color: "var(--accent)",
    font: "inherit",
    cursor: "pointer",
  },
  ".cm-cell-run::before": { content: "'▷'", marginRight: "var(--space-1)" },
  ".cm-cell-run:hover": { backgroundColor: "var(--surface-hover)" },
  ".cm-cell-done::before": { content: "'✓ '", color: "var(--right)" },
  ".cm-cell-failed": { color: "var(--wrong)" },
  ".cm-cell-failed::before": { content: "'✗ '" },
  ".cm-cell-running": { color: "var(--accent)", fontWeight: "var(--weight-strong)" },
  ".cm-cell-runs": { boxShadow: "inset 3px 0 0 var(--accent)" },
  ".cm-placeholder": { color: "var(--text-muted)", whiteSpace: "normal" },
  ".cm-panels": {
    backgroundColor: "var(--surface-sunken)",
    color: "var(--text)",
    fontFamily: "var(--font-text)",
  },
  ".cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-search": {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: "var(--space-1) var(--space-2)",
    padding: "var(--space-2) 2.5rem var(--space-2) var(--space-2) !important",
  },
  ".cm-search br": { flexBasis: "100%", height: 0 },
  ".cm-search label": {
    display: "inline-flex",
    alignItems: "center",
    gap: "var(--space-1)",
    minHeight: "1.5rem",
    fontSize: "var(--size-small) !important",
  },
  ".cm-textfield, .cm-button": {
    minHeight: "max(1.75rem, calc(var(--control-height) - 0.5rem))",
    margin: "0 !important",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius-small)",
    background: "var(--surface-panel)",
    color: "var(--text)",
    fontSize: "var(--size-small)",
  },
  ".cm-search .cm-dialog-close, .cm-search [name=close]": {
    minWidth: "1.75rem",
    minHeight: "1.75rem",
    color: "var(--text)",
    cursor: "pointer",
  },
  ".cm-searchMatch": {
    backgroundColor: "var(--caution-soft)",
    outline: "1px solid var(--caution-line)",
  },
  ".cm-searchMatch-selected": { backgroundColor: "var(--code-selection)" },
  ".cm-selectionMatch": { backgroundColor: "var(--surface-hover)" },
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
