/** Chooses a program. */

import { css, html, LitElement, unsafeCSS } from "lit";
import { LanguageController, language, t } from "../locale.js";
import { chooseExample, examples, program, resetProgram } from "../state/programs.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";

/** @typedef {import("../state/programs.js").Example} Example */
/** @typedef {import("../locale.js").StringKey} StringKey */

export class ExampleChooser extends LitElement {
  static styles = [
    unsafeCSS(controls),
    css`
      .row {
        display: flex;
        align-items: center;
        gap: var(--space-2);
      }

      select {
        flex: 1;
        min-width: 0;
        font-weight: var(--weight-strong);
        text-overflow: ellipsis;
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
    new StoreController(this, program);
    new LanguageController(this);
  }

  render() {
    const { example: chosen, edited } = program.values;
    return html`
      <div class="row">
        <select aria-label=${t("example.label")} @change=${this.choose}>
          ${[...this.groups()].map(
            ([group, members]) => html`
              <optgroup label=${t(/** @type {StringKey} */ (`group.${group}`))}>
                ${members.map(
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
          ?hidden=${!edited}
          title=${t("example.resetTitle")}
          @click=${resetProgram}
        >
          ${t("example.reset")}
        </button>
      </div>
    `;
  }

  /** The examples by group, in the order of the first of each. */
  groups() {
    /** @type {Map<string, Example[]>} */
    const groups = new Map();
    for (const example of examples) {
      groups.set(example.group, [...(groups.get(example.group) ?? []), example]);
    }
    return groups;
  }

  /** @param {Event} event */
  choose({ target }) {
    chooseExample(/** @type {HTMLSelectElement} */ (target).value);
  }
}

customElements.define("example-chooser", ExampleChooser);
