/**
 * Chooses a program and says what it shows; controls put inside it share its first row.
 * Emits `example-choice` (the id) and `example-reset`.
 */

import { css, html, LitElement, unsafeCSS } from "lit";
import { LanguageController, language, t } from "../locale.js";
import controls from "../styles/controls.css";

/** @typedef {import("../examples.js").Example} Example */
/** @typedef {import("../locale.js").StringKey} StringKey */

export class ExampleChooser extends LitElement {
  static properties = { examples: {}, chosen: {}, edited: { type: Boolean } };

  static styles = [
    unsafeCSS(controls),
    css`
      .row {
        display: flex;
        align-items: center;
        gap: var(--space-2);
      }

      select {
        flex: 0 1 19rem;
        min-width: 0;
        font-weight: var(--weight-strong);
        text-overflow: ellipsis;
      }

      slot {
        display: block;
        margin-left: auto;
      }

      p {
        margin: var(--space-2) 0 0;
        min-height: calc(2 * var(--leading) * 1em);
        line-height: var(--leading);
        text-wrap: pretty;
      }

      .quiet {
        padding: 0 var(--space-2);
        font-size: var(--size-note);
        white-space: nowrap;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {Example[]} */
    this.examples = [];
    /** @type {Example | null} */
    this.chosen = null;
    this.edited = false;
    new LanguageController(this);
  }

  render() {
    const chosen = this.chosen;
    return html`
      <div class="row">
        <select aria-label=${t("example.label")} @change=${this.choose}>
          ${[...this.groups()].map(
            ([group, examples]) => html`
              <optgroup label=${t(/** @type {StringKey} */ (`group.${group}`))}>
                ${examples.map(
                  (example) => html`
                    <option value=${example.id} ?selected=${example === chosen}>
                      ${example.title[language()]}
                    </option>
                  `,
                )}
              </optgroup>
            `,
          )}
        </select>
        <button
          class="quiet"
          ?hidden=${!this.edited}
          title=${t("example.resetTitle")}
          @click=${() => this.emit("example-reset")}
        >
          ${t("example.reset")}
        </button>
        <slot></slot>
      </div>
      <p class="note">${chosen?.description[language()]}</p>
    `;
  }

  /** The examples by group, in the order of the first of each. */
  groups() {
    /** @type {Map<string, Example[]>} */
    const groups = new Map();
    for (const example of this.examples) {
      groups.set(example.group, [...(groups.get(example.group) ?? []), example]);
    }
    return groups;
  }

  /** @param {Event} event */
  choose({ target }) {
    this.emit("example-choice", /** @type {HTMLSelectElement} */ (target).value);
  }

  /**
   * @param {string} name
   * @param {string} [detail]
   */
  emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

customElements.define("example-chooser", ExampleChooser);
