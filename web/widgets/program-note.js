/** What the chosen example shows. */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { LanguageController, language } from "../locale.js";
import { program } from "../state/programs.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";

export class ProgramNote extends LitElement {
  static styles = [
    unsafeCSS(controls),
    css`
      p {
        margin: 0;
        padding: var(--space-2) var(--space-3);
        border-bottom: 1px solid var(--line);
        text-wrap: pretty;
      }
    `,
  ];

  constructor() {
    super();
    new StoreController(this, program);
    new LanguageController(this);
  }

  render() {
    const { example } = program.values;
    return example ? html`<p class="note">${example.description[language()]}</p>` : nothing;
  }
}

customElements.define("program-note", ProgramNote);
