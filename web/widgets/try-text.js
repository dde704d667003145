/** A text for the model, asked about while it is written. */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { LanguageController, t } from "../locale.js";
import { ask, shownWay, trying } from "../state/trying.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";

export class TryText extends LitElement {
  static styles = [
    unsafeCSS(controls),
    css`
      label {
        display: block;
        margin-bottom: var(--space-1);
        font-size: var(--size-note);
      }

      textarea {
        width: 100%;
        min-height: 5rem;
        padding: var(--space-2);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius-small);
        background: var(--surface-panel);
        color: var(--text);
        font: inherit;
        resize: vertical;
      }

      .examples {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
        margin-top: var(--space-2);
      }

      .examples button {
        max-width: 100%;
        overflow: hidden;
        font-size: var(--size-note);
        text-overflow: ellipsis;
        white-space: nowrap;
      }
    `,
  ];

  constructor() {
    super();
    new StoreController(this, trying);
    new LanguageController(this);
  }

  render() {
    const way = shownWay(trying.values);
    if (way?.kind !== "text") {
      return nothing;
    }
    return html`
      <label for="text">${t("try.textLabel")}</label>
      <textarea id="text" spellcheck="false" @input=${this.ask}></textarea>
      ${
        way.examples.length > 0
          ? html`<div class="examples" role="group" aria-label=${t("try.texts")}>
              ${way.examples.map((text) => html`<button title=${text} @click=${() => this.take(text)}>${text}</button>`)}
            </div>`
          : nothing
      }
    `;
  }

  get field() {
    return /** @type {HTMLTextAreaElement} */ (this.renderRoot.querySelector("textarea"));
  }

  /** @param {string} text */
  take(text) {
    this.field.value = text;
    this.ask();
  }

  ask() {
    const text = this.field.value;
    ask(text.trim() === "" ? null : () => ({ kind: "text", text }));
  }
}

customElements.define("try-text", TryText);
