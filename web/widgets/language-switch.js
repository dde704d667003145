/** Chooses the language of the page. Each language is offered under its own name. */

import { css, html, LitElement, unsafeCSS } from "lit";
import { LANGUAGES, LanguageController, language, setLanguage, t } from "../locale.js";
import { toast } from "../state/notices.js";
import controls from "../styles/controls.css";

/** @typedef {import("../locale.js").Language} Language */

export class LanguageSwitch extends LitElement {
  static styles = [
    unsafeCSS(controls),
    css`
      select {
        border-color: transparent;
        background: transparent;
      }
    `,
  ];

  constructor() {
    super();
    new LanguageController(this);
  }

  render() {
    return html`
      <select aria-label=${t("language.label")} @change=${this.choose}>
        ${LANGUAGES.map(
          ([code, name]) => html`
            <option value=${code} lang=${code} ?selected=${code === language()}>${name}</option>
          `,
        )}
      </select>
    `;
  }

  /** @param {Event} event */
  async choose({ target }) {
    const select = /** @type {HTMLSelectElement} */ (target);
    try {
      await setLanguage(/** @type {Language} */ (select.value));
    } catch {
      select.value = language();
      toast("toast.notFetched");
    }
  }
}

customElements.define("language-switch", LanguageSwitch);
