/** The Python editor. Emits `program-change` (the text) and, on Ctrl/Cmd+Enter, `run-request`. */

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
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
} from "@codemirror/view";
import { css, html, LitElement } from "lit";
import { errorMark, setErrorMark } from "../error-mark.js";
import { onLanguageChange, t } from "../locale.js";
import { codeStyle } from "../styles/code.js";

/** @typedef {import("../error-mark.js").ErrorMark} ErrorMark */

const runKeys = keymap.of([
  {
    key: "Mod-Enter",
    run: (view) => {
      view.dom.dispatchEvent(new CustomEvent("run-request", { bubbles: true, composed: true }));
      return true;
    },
  },
]);

export class CodeEditor extends LitElement {
  static styles = css`
    :host {
      display: flex;
      flex-direction: column;
      min-height: 0;
    }

    .host {
      flex: 1;
      min-height: 0;
      container-type: inline-size;
    }

    p {
      margin: 0;
      padding: var(--space-1) var(--space-3);
      border-top: 1px solid var(--line);
      color: var(--text-muted);
      font-size: var(--size-small);
      visibility: hidden;
    }

    :host(:focus-within) p {
      visibility: visible;
    }

    :host(:focus-within) .host {
      box-shadow: inset 3px 0 0 var(--accent);
    }

    @media (pointer: coarse) {
      :host {
        --code-size: 1rem;
      }

      p {
        display: none;
      }
    }
  `;

  constructor() {
    super();
    /** @type {EditorView | null} */
    this.view = null;
    this.label = new Compartment();
    this.wrapping = new Compartment();
    this.narrow = matchMedia("(max-width: 60rem)");
    this.initialText = "";
  }

  render() {
    return html`
      <div class="host"></div>
      <p id="keys">${t("editor.keys")}</p>
    `;
  }

  firstUpdated() {
    const parent = /** @type {HTMLElement} */ (this.renderRoot.querySelector(".host"));
    this.view = new EditorView({
      parent,
      root: /** @type {ShadowRoot} */ (this.renderRoot),
      state: this.createState(this.initialText),
    });
    this.narrow.addEventListener("change", ({ matches }) => {
      const wrapping = matches ? EditorView.lineWrapping : [];
      this.view?.dispatch({ effects: this.wrapping.reconfigure(wrapping) });
    });
    onLanguageChange(() => {
      this.requestUpdate();
      this.view?.dispatch({ effects: this.label.reconfigure(this.attributesOfContent()) });
    });
  }

  get text() {
    return this.view ? this.view.state.doc.toString() : this.initialText;
  }

  /** Puts a program into the editor; its history of changes starts anew. @param {string} text */
  open(text) {
    this.initialText = text;
    this.view?.setState(this.createState(text));
  }

  /** @param {ErrorMark | null} mark */
  mark(mark) {
    const view = this.view;
    if (!view) {
      return;
    }
    /** @type {import("@codemirror/state").StateEffect<unknown>[]} */
    const effects = [setErrorMark.of(mark)];
    if (mark && !this.narrow.matches) {
      // In one column this would take the reader away from what they look at.
      const { from } = view.state.doc.line(Math.min(mark.line, view.state.doc.lines));
      effects.push(EditorView.scrollIntoView(from, { y: "center" }));
    }
    view.dispatch({ effects });
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
        codeStyle,
        runKeys,
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
        this.label.of(this.attributesOfContent()),
        this.wrapping.of(this.narrow.matches ? EditorView.lineWrapping : []),
        EditorView.updateListener.of((update) => update.docChanged && this.announce()),
      ],
    });
  }

  attributesOfContent() {
    return EditorView.contentAttributes.of({
      "aria-label": t("editor.label"),
      "aria-describedby": "keys",
    });
  }

  announce() {
    const options = { detail: this.text, bubbles: true, composed: true };
    this.dispatchEvent(new CustomEvent("program-change", options));
  }
}

customElements.define("code-editor", CodeEditor);
