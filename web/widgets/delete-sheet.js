/** Asks once before all of the reader's data is deleted. */

import { css, html, LitElement, unsafeCSS } from "lit";
import { LanguageController, t } from "../locale.js";
import { countOwnData, deleteOwnData } from "../state/own-data.js";
import { closeSheet, sheets } from "../state/sheets.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";
import sheet from "../styles/sheet.css";

export class DeleteSheet extends LitElement {
  static properties = { busy: { state: true } };

  static styles = [
    unsafeCSS(controls),
    unsafeCSS(sheet),
    css`
      .danger {
        border-color: var(--wrong);
        color: var(--wrong);
      }
    `,
  ];

  constructor() {
    super();
    this.busy = false;
    new StoreController(this, sheets);
    new LanguageController(this);
  }

  render() {
    return html`
      <dialog aria-labelledby="title" aria-describedby="what" @close=${closeSheet}>
        <h2 id="title">${t("data.title")}</h2>
        <p id="what">${t("data.what", countOwnData())}</p>
        <p>${t("data.forGood")}</p>
        <div class="buttons">
          <button autofocus ?disabled=${this.busy} @click=${closeSheet}>${t("data.cancel")}</button>
          <button class="danger" ?disabled=${this.busy} @click=${this.delete}>
            ${t("data.confirm")}
          </button>
        </div>
      </dialog>
    `;
  }

  updated() {
    const dialog = /** @type {HTMLDialogElement} */ (this.renderRoot.querySelector("dialog"));
    const open = sheets.values.open === "delete-data";
    if (open !== dialog.open) {
      open ? dialog.showModal() : dialog.close();
    }
  }

  delete() {
    this.busy = true;
    deleteOwnData();
  }
}

customElements.define("delete-sheet", DeleteSheet);
