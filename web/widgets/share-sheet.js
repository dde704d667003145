/** The link of the open program, to be copied; or a file, where it would be too long. */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { copyText } from "../clipboard.js";
import { LanguageController, language, t } from "../locale.js";
import { program, saveProgram } from "../state/programs.js";
import { linkOfProgram } from "../state/sharing.js";
import { closeSheet, sheets } from "../state/sheets.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";
import sheet from "../styles/sheet.css";

export class ShareSheet extends LitElement {
  static properties = { link: { state: true }, said: { state: true } };

  static styles = [
    unsafeCSS(controls),
    unsafeCSS(sheet),
    css`
      dialog {
        width: min(34rem, calc(100vw - 2 * var(--space-3)));
        box-sizing: border-box;
      }

      textarea {
        width: 100%;
        height: 6.5rem;
        box-sizing: border-box;
        padding: var(--space-2);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius-small);
        background: var(--surface-sunken);
        color: var(--text);
        font-family: var(--font-code);
        font-size: var(--size-note);
        overflow-wrap: anywhere;
        resize: none;
      }

      .buttons {
        align-items: center;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {{address: string, tooLong: boolean} | null} */
    this.link = null;
    /** @type {"share.copied" | "share.notCopied" | null} */
    this.said = null;
    new StoreController(this, sheets, program);
    new LanguageController(this);
  }

  get isOpen() {
    return sheets.values.open === "share";
  }

  render() {
    const { link } = this;
    return html`
      <dialog aria-labelledby="title" @close=${closeSheet}>
        <h2 id="title">${t("share.of", { title: program.values.title })}</h2>
        ${this.isOpen && link ? this.contents(link) : nothing}
        <div class="buttons">
          <span role="status" class="note">${this.said ? t(this.said) : ""}</span>
          <button @click=${closeSheet}>${t("share.close")}</button>
          ${
            link?.tooLong
              ? html`<button class="primary" @click=${saveProgram}>${t("program.save")}</button>`
              : html`<button class="primary" ?disabled=${!link} @click=${this.copy}>
                  ${t("share.copy")}
                </button>`
          }
        </div>
      </dialog>
    `;
  }

  /** @param {{address: string, tooLong: boolean}} link */
  contents({ address, tooLong }) {
    const length = address.length.toLocaleString(language());
    if (tooLong) {
      return html`<p>${t("share.tooLong", { length })}</p>`;
    }
    return html`
      <p id="about">${t("share.about")}</p>
      <textarea
        readonly
        spellcheck="false"
        aria-label=${t("share.link")}
        aria-describedby="about"
        .value=${address}
        @focus=${this.select}
      ></textarea>
      <p class="note">${t("share.length", { length })}</p>
    `;
  }

  async updated() {
    const dialog = /** @type {HTMLDialogElement} */ (this.renderRoot.querySelector("dialog"));
    if (this.isOpen && !dialog.open) {
      this.said = null;
      this.link = null;
      dialog.showModal();
      this.link = await linkOfProgram();
    } else if (!this.isOpen && dialog.open) {
      dialog.close();
    }
  }

  /** @param {FocusEvent} event */
  select({ target }) {
    /** @type {HTMLTextAreaElement} */ (target).select();
  }

  async copy() {
    const copied = this.link !== null && (await copyText(this.link.address));
    this.said = copied ? "share.copied" : "share.notCopied";
  }
}

customElements.define("share-sheet", ShareSheet);
