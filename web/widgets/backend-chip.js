/**
 * What training runs on, as a chip in the header. Behind it: why, what else was refused, and what to
 * run on from the next fit on. Its width never changes.
 */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { LanguageController, t } from "../locale.js";
import { backend, inWords, PREFERENCES, preferBackend, SHORT_NAMES } from "../state/backend.js";
import { session } from "../state/session.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";

/** @typedef {import("../state/backend.js").Preference} Preference */

export class BackendChip extends LitElement {
  static styles = [
    unsafeCSS(controls),
    css`
      .chip {
        width: 4.25rem;
        min-height: 2rem;
        padding: 0;
        border-color: var(--line);
        border-radius: 1rem;
        color: var(--text-muted);
        font-size: var(--size-note);
      }

      [popover] {
        --width: min(24rem, 100vw - 16px);

        inset: auto;
        right: max(8px, min(var(--from-right), 100vw - var(--width) - 8px));
        width: var(--width);
        max-height: calc(100dvh - 6rem);
        margin: 0;
        padding: var(--space-4);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--surface-panel);
        color: var(--text);
        box-shadow: 0 4px 16px var(--scroll-shade);
        overflow: auto;
      }

      p,
      dl {
        margin: var(--space-2) 0 0;
      }

      dt {
        margin-top: var(--space-2);
        font-weight: var(--weight-strong);
      }

      dd {
        margin: 0;
        color: var(--text-muted);
      }

      dd::first-letter {
        text-transform: uppercase;
      }

      fieldset {
        display: grid;
        margin: var(--space-4) 0 0;
        padding: var(--space-3) 0 0;
        border: 0;
        border-top: 1px solid var(--line);
      }

      legend {
        float: left;
        padding: 0 0 var(--space-1);
        font-weight: var(--weight-strong);
      }

      label {
        display: grid;
        grid-template-columns: auto 1fr;
        align-items: baseline;
        gap: 0 var(--space-2);
        padding: var(--space-1) 0;
        cursor: pointer;
      }

      input {
        margin: 0;
        accent-color: var(--accent);
      }

      label .note {
        grid-column: 2;
      }

      @media (pointer: coarse) {
        label {
          padding: var(--space-2) 0;
        }
      }
    `,
  ];

  constructor() {
    super();
    new StoreController(this, backend, session);
    new LanguageController(this);
  }

  render() {
    const { chosen, preferred } = backend.values;
    const { state, training } = session.values;
    if (state === "loading" || state === "failed") {
      return nothing;
    }
    const name = chosen ? SHORT_NAMES[chosen.name] : shortName(preferred);
    const label = chosen ? t("backend.trainsOn", { name }) : t("backend.willTrainOn", { name });
    return html`
      <button class="chip" popovertarget="about" aria-label=${label} title=${chosen ? inWords(chosen.why) : label}>
        ${name}
      </button>
      <div id="about" popover role="dialog" aria-label=${t("backend.title")} @beforetoggle=${this.place}>
        ${chosen ? this.about(chosen) : html`<p>${t("backend.nothingYet")}</p>`}
        ${this.choice(preferred)}
      </div>
      <p class="hidden-text" role="status">${training && chosen ? label : ""}</p>
    `;
  }

  /** @param {import("../state/backend.js").Chosen} chosen */
  about({ name, why, refused, device }) {
    return html`
      <h2>${t(`backend.name.${name}`)}</h2>
      ${device ? html`<p class="note device">${device}</p>` : nothing}
      <p class="why">${inWords(why)}</p>
      ${
        refused.length > 0
          ? html`
            <dl>
              ${refused.map(
                (other) => html`
                  <dt>${t("backend.notOn", { name: SHORT_NAMES[other.name] })}</dt>
                  <dd>${inWords(other.why)}</dd>
                `,
              )}
            </dl>
          `
          : nothing
      }
    `;
  }

  /** @param {Preference} preferred */
  choice(preferred) {
    return html`
      <fieldset @change=${this.choose}>
        <legend>${t("backend.choice")}</legend>
        ${PREFERENCES.map(
          (name) => html`
            <label>
              <input type="radio" name="backend" value=${name} .checked=${name === preferred} />
              <span>${shortName(name)}</span>
              <span class="note">${t(`backend.about.${name}`)}</span>
            </label>
          `,
        )}
      </fieldset>
      <p class="note" role="status">${backend.values.waits ? t("backend.fromNextFit") : ""}</p>
    `;
  }

  /** @param {Event} event */
  choose({ target }) {
    preferBackend(/** @type {Preference} */ (/** @type {HTMLInputElement} */ (target).value));
  }

  /** Below the chip, within the page. @param {ToggleEvent} event */
  place({ target }) {
    const menu = /** @type {HTMLElement} */ (target);
    const { bottom, right } = this.getBoundingClientRect();
    menu.style.top = `${bottom + 4}px`;
    const fromRight = document.documentElement.clientWidth - right;
    menu.style.setProperty("--from-right", `${fromRight}px`);
  }
}

/** @param {Preference} name */
function shortName(name) {
  return name === "auto" ? t("backend.auto") : SHORT_NAMES[name];
}

customElements.define("backend-chip", BackendChip);
