/** The Python editor. Runs its program on Ctrl/Cmd+Enter; keeps each program's changes to undo. */

import {
  defaultKeymap,
  history,
  historyKeymap,
  indentMore,
  indentWithTab,
  undo,
} from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { Compartment, EditorSelection, EditorState } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
import { html, LitElement, nothing, unsafeCSS } from "lit";
import { cellMarks, hasCells, refreshCells, runCellAndMoveOn } from "../cell-marks.js";
import { errorMark, markedLine, mendingChange, setErrorMark } from "../error-mark.js";
import { hangingIndent } from "../hanging-indent.js";
import { onLanguageChange, t } from "../locale.js";
import { pasteHelp } from "../paste-help.js";
import { runOrResume } from "../state/actions.js";
import { cells } from "../state/cells.js";
import { uploadFiles } from "../state/files.js";
import { toast } from "../state/notices.js";
import { isNotebook, isProgramFile } from "../state/program-files.js";
import {
  keepMine,
  keepProgram,
  mendError,
  openFiles,
  openNotebook,
  program,
  takeTheirs,
} from "../state/programs.js";
import { selection } from "../state/selection.js";
import { whenReady } from "../state/session.js";
import { StoreController } from "../store.js";
import { codeStyle } from "../styles/code.js";
import controls from "../styles/controls.css";
import editor from "../styles/editor.css";

/** @typedef {import("../locale.js").StringKey} StringKey */
/** @typedef {import("../protocol.js").Mend} Mend */

/** What phones have no keys for, or far away. */
const KEYS = ["(", ")", "[", "]", ":", "=", '"'];
/** The words of the search panel, as CodeMirror names them. @type {Record<string, StringKey>} */
const PHRASES = {
  Find: "find.find",
  Replace: "find.replaceWith",
  next: "find.next",
  previous: "find.previous",
  all: "find.all",
  "match case": "find.case",
  regexp: "find.regexp",
  "by word": "find.word",
  replace: "find.replace",
  "replace all": "find.replaceAll",
  close: "find.close",
  "current match": "find.current",
  "replaced $ matches": "find.replaced",
  "replaced match on line $": "find.replacedOne",
  "on line": "find.onLine",
};

export class CodeEditor extends LitElement {
  static styles = [unsafeCSS(controls), unsafeCSS(editor)];

  static properties = { hasCells: { state: true } };

  constructor() {
    super();
    /** @type {EditorView | null} */
    this.view = null;
    this.words = new Compartment();
    this.wrapping = new Compartment();
    this.searching = new Compartment();
    /** @type {import("@codemirror/state").Extension} */
    this.search = [];
    this.narrow = matchMedia("(max-width: 60rem)");
    /** What of the state is shown. */
    this.shown = program.values;
    /** Text, cursor and history of the programs that are not shown. @type {Map<string, EditorState>} */
    this.states = new Map();
    this.shownCells = cells.values;
    this.hasCells = false;
    new StoreController(this, program, cells);
  }

  render() {
    return html`
      <div role="status">${program.values.conflict ? this.conflict() : nothing}</div>
      <div class="host" @dragover=${this.dragOver}></div>
      <p id="keys" class="keys">${t(this.hasCells ? "editor.cellKeys" : "editor.keys")}</p>
      <div class="key-row" role="toolbar" aria-label=${t("editor.keyRow")} @pointerdown=${keepFocus}>
        ${KEYS.map((key) => html`<button @click=${() => this.type(key)}>${key}</button>`)}
        <button aria-label=${t("editor.indent")} @click=${() => this.view && indentMore(this.view)}>
          <svg width="18" height="14" viewBox="0 0 18 14" aria-hidden="true">
            <path
              d="M1 1h16M9 7h8M1 13h16M1 4.5L4 7l-3 2.5"
              fill="none"
              stroke="currentColor"
              stroke-width="1.6"
            />
          </svg>
        </button>
        <button aria-label=${t("editor.undo")} @click=${() => this.view && undo(this.view)}>
          <svg width="18" height="14" viewBox="0 0 18 14" aria-hidden="true">
            <path
              d="M5 1L1 5l4 4M1 5h10a4 4 0 010 8H6"
              fill="none"
              stroke="currentColor"
              stroke-width="1.6"
            />
          </svg>
        </button>
      </div>
    `;
  }

  conflict() {
    const deleted = program.values.conflict === "deleted";
    return html`
      <div class="conflict">
        <p>${t(deleted ? "conflict.deleted" : "conflict.changed")}</p>
        <button @click=${takeTheirs}>${t(deleted ? "conflict.letGo" : "conflict.take")}</button>
        <button @click=${keepMine}>${t(deleted ? "conflict.keep" : "conflict.copy")}</button>
      </div>
    `;
  }

  firstUpdated() {
    const parent = /** @type {HTMLElement} */ (this.renderRoot.querySelector(".host"));
    this.view = new EditorView({
      parent,
      root: /** @type {ShadowRoot} */ (this.renderRoot),
      state: this.createState(program.values.text),
    });
    this.hasCells = hasCells(this.view.state);
    whenReady(() => this.fetchSearch().catch(() => {})); // the keys try again
    this.narrow.addEventListener("change", () => this.configure());
    onLanguageChange(() => {
      this.requestUpdate();
      this.configure();
    });
  }

  updated() {
    const { opened, error, goTo, mending } = program.values;
    const { shown } = this;
    this.shown = program.values;
    if (opened !== shown.opened) {
      this.open(shown.id);
    }
    if (cells.values !== this.shownCells && this.view) {
      this.shownCells = cells.values;
      refreshCells(this.view);
    }
    if (error !== shown.error || opened !== shown.opened) {
      this.mark();
    }
    if (goTo && goTo !== shown.goTo) {
      this.goTo(goTo.line);
    }
    if (mending && mending !== shown.mending) {
      this.mend(mending.mend);
    }
  }

  /** Shows the text of the open program. @param {string} left The program that was shown before. */
  open(left) {
    const { view } = this;
    const { id, text } = program.values;
    if (!view) {
      return;
    }
    if (id !== left) {
      this.states.set(left, view.state);
      const kept = this.states.get(id);
      // A copy begins as what it was made from, with the same way back.
      if (kept || view.state.doc.toString() !== text) {
        view.setState(kept ?? this.createState(text));
        this.configure();
      }
    }
    this.hasCells = hasCells(view.state);
    const changes = difference(view.state.doc.toString(), text);
    if (changes) {
      view.dispatch({ changes, userEvent: "input.replace" });
    }
  }

  /** Marks the error of the open program. */
  mark() {
    const { view } = this;
    if (!view) {
      return;
    }
    const mark = program.values.error;
    view.dispatch({ effects: setErrorMark.of(mark) });
    const line = markedLine(view.state);
    if (line > 0 && !this.narrow.matches) {
      // In one column this would take the reader away from what they look at.
      const { from } = view.state.doc.line(line);
      view.dispatch({ effects: EditorView.scrollIntoView(from, { y: "center" }) });
    }
  }

  /** Puts the cursor on a line and brings it into view. @param {number} line */
  goTo(line) {
    const view = this.view;
    if (!view) {
      return;
    }
    const { from } = view.state.doc.line(Math.min(line, view.state.doc.lines));
    view.dispatch({
      selection: EditorSelection.cursor(from),
      effects: EditorView.scrollIntoView(from, { y: "center" }),
    });
    view.focus();
    this.scrollIntoView({ block: "nearest" }); // in one column the editor may be far above
  }

  /** @param {Mend} mend */
  mend(mend) {
    const { view } = this;
    const change = view && mendingChange(view.state, mend);
    if (view && change) {
      view.dispatch({
        changes: change,
        selection: { anchor: change.from + change.insert.length },
        scrollIntoView: true,
        userEvent: "input.mend",
      });
      view.focus();
    }
  }

  /** Types for the reader. @param {string} text */
  type(text) {
    this.view?.dispatch(this.view.state.replaceSelection(text), {
      scrollIntoView: true,
      userEvent: "input.type",
    });
  }

  /**
   * A file that is dropped or pasted opens as a program, or goes to the program's folder; the text of
   * a notebook opens as a program too.
   *
   * @param {DataTransfer | null} data
   * @param {Event} event
   */
  take(data, event) {
    const taken = [...(data?.files ?? [])];
    const text = taken.length === 0 ? (data?.getData("text/plain") ?? "") : "";
    if (taken.length === 0 && !isNotebook(text)) {
      return false; // text, which the editor takes
    }
    event.preventDefault();
    if (taken.length === 0) {
      openNotebook(text);
    }
    openFiles(taken.filter(isProgramFile));
    uploadFiles(taken.filter((file) => !isProgramFile(file)));
    return true;
  }

  /** @param {DragEvent} event */
  dragOver(event) {
    if (event.dataTransfer?.types.includes("Files")) {
      event.preventDefault();
    }
  }

  /** Fetches what searches in the program, and lets the keys have it. */
  async fetchSearch() {
    const { openSearchPanel, searching } = await import("../editor-search.js");
    this.search = searching;
    this.configure();
    return openSearchPanel;
  }

  /** Searches, where what that takes had not come yet. */
  async find() {
    try {
      const openSearchPanel = await this.fetchSearch();
      this.view && openSearchPanel(this.view);
    } catch {
      toast("toast.noSearch");
    }
  }

  /** Takes the language and the width of the window into the state. */
  configure() {
    const { view } = this;
    if (!view) {
      return;
    }
    view.dispatch({
      effects: [
        this.words.reconfigure(this.inWords()),
        this.wrapping.reconfigure(this.whenNarrow()),
        this.searching.reconfigure(this.search),
      ],
    });
    refreshCells(view);
  }

  /** @param {string} text */
  createState(text) {
    return EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        indentUnit.of("    "),
        indentOnInput(),
        bracketMatching(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        python(),
        errorMark,
        cellMarks,
        pasteHelp,
        codeStyle,
        this.searching.of(this.search),
        keymap.of([
          { key: "Mod-f", run: command(() => this.find()) },
          { key: "Mod-Enter", run: command(runOrResume) },
          { key: "Shift-Enter", run: runCellAndMoveOn },
          { key: "F8", run: (view) => this.goToError(view) },
          { key: "Mod-.", run: command(mendError) },
          ...defaultKeymap,
          ...historyKeymap,
          indentWithTab,
        ]),
        EditorView.domEventHandlers({
          drop: (event) => this.take(event.dataTransfer, event),
          paste: (event) => this.take(event.clipboardData, event),
        }),
        this.words.of(this.inWords()),
        this.wrapping.of(this.whenNarrow()),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged) {
            keepProgram(this.shown.id, state.doc.toString());
            this.hasCells = hasCells(state);
          }
        }),
        EditorView.updateListener.of(({ selectionSet, docChanged, state }) => {
          if (selectionSet || docChanged) {
            const { from, to } = state.selection.main;
            selection.set({ from, to });
          }
        }),
      ],
    });
  }

  /** @param {EditorView} view */
  goToError(view) {
    const line = markedLine(view.state);
    if (line > 0) {
      this.goTo(line);
    }
    return line > 0;
  }

  whenNarrow() {
    return this.narrow.matches ? [EditorView.lineWrapping, hangingIndent] : [];
  }

  inWords() {
    const phrases = Object.entries(PHRASES).map(([phrase, key]) => [phrase, t(key)]);
    return [
      EditorState.phrases.of(Object.fromEntries(phrases)),
      placeholder(t("editor.placeholder")),
      EditorView.contentAttributes.of({
        "aria-label": t("editor.label"),
        "aria-describedby": "keys",
        tabindex: "0", // it is by nature, but checkers of accessibility want it said
      }),
    ];
  }
}

/** @param {() => void} action */
function command(action) {
  return () => {
    action();
    return true;
  };
}

/** A key of the row below must not take the focus, and with it the phone's keyboard. @param {Event} event */
function keepFocus(event) {
  event.preventDefault();
}

/**
 * The one change that makes a text another, so that the cursor stays where it can.
 *
 * @param {string} before
 * @param {string} after
 */
function difference(before, after) {
  if (before === after) {
    return null;
  }
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) {
    start += 1;
  }
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) {
    end += 1;
  }
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}

customElements.define("code-editor", CodeEditor);
