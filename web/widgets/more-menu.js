/**
 * Links and settings at the end of the header: side by side where there is room, else behind a
 * button. Its content comes from outside; the sheet of shortcuts is its own.
 */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { LanguageController, t } from "../locale.js";
import { OTHER_KEYS, SHORTCUTS } from "../shortcuts.js";
import { installApp, offline } from "../state/offline.js";
import { openSheet } from "../state/sheets.js";
import { view } from "../state/view.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";

/** @typedef {import("../locale.js").StringKey} StringKey */

export class MoreMenu extends LitElement {
  static styles = [
    unsafeCSS(controls),
    css`
      :host {
        position: relative;
        display: flex;
        align-items: center;
        gap: var(--space-1);
      }

      nav {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        white-space: nowrap;
      }

      .menu {
        padding: 0;
        border: 0;
        background: none;
        color: inherit;
      }

      .opener {
        min-width: var(--control-height);
        padding: 0;
        border-color: transparent;
        background: transparent;
        font-weight: var(--weight-strong);
      }

      [popover] {
        inset: auto;
        margin: 0;
        padding: var(--space-3);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--surface-panel);
        color: var(--text);
        box-shadow: 0 4px 16px var(--scroll-shade);
      }

      [popover] nav {
        flex-direction: column;
        align-items: stretch;
      }

      .key {
        min-width: 1.5rem;
        min-height: 1.75rem;
        padding: 0 var(--space-2);
      }

      dialog {
        max-width: min(34rem, calc(100vw - 2rem));
        padding: var(--space-5);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--surface-panel);
        color: var(--text);
      }

      dialog::backdrop {
        background: rgb(0 0 0 / 45%);
      }

      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: var(--space-2) var(--space-5);
        margin: var(--space-4) 0;
      }

      dt {
        font-family: var(--font-code);
        white-space: nowrap;
      }

      dd {
        margin: 0;
      }
    `,
  ];

  constructor() {
    super();
    new StoreController(this, view, offline);
    new LanguageController(this);
  }

  render() {
    const content = html`
      <nav aria-label=${t("menu.label")}>
        <slot></slot>
        ${
          offline.values.canInstall
            ? html`<button class="quiet key" @click=${installApp}>${t("offline.install")}</button>`
            : nothing
        }
        <button class="quiet key" @click=${this.openSheet}>${t("shortcuts.title")}</button>
      </nav>
    `;
    const { compact } = view.values;
    const rest = html`
      <button class="quiet key" popovertarget="menu" popovertargetaction="hide" @click=${this.askToDelete}>
        ${t("data.delete")}
      </button>
    `;
    return html`
      ${compact ? nothing : content}
      <button class="opener" popovertarget="menu" aria-label=${t("menu.label")}>⋯</button>
      <div id="menu" popover @beforetoggle=${this.place}>
        ${compact ? content : nothing}${rest}
      </div>
      ${this.sheet()}
    `;
  }

  sheet() {
    return html`
      <dialog aria-labelledby="sheet-title">
        <h2 id="sheet-title">${t("shortcuts.title")}</h2>
        <dl>
          ${[
            ...Object.entries(SHORTCUTS).map(([action, { shown }]) => [action, shown]),
            ...Object.entries(OTHER_KEYS),
          ].map(
            ([action, shown]) => html`
              <dt>${shown}</dt>
              <dd>${this.describe(action)}</dd>
            `,
          )}
        </dl>
        <form method="dialog"><button class="primary">${t("shortcuts.close")}</button></form>
      </dialog>
    `;
  }

  /** @param {string} action */
  describe(action) {
    const [kind, name] = action.split(".");
    return kind === "view"
      ? t("shortcuts.view", { name: t(/** @type {StringKey} */ (`tab.${name}`)) })
      : t(/** @type {StringKey} */ (`shortcuts.${action}`));
  }

  openSheet() {
    this.renderRoot.querySelector("dialog")?.showModal();
  }

  askToDelete() {
    openSheet("delete-data");
  }

  /** Below its button, at the edge of the page. @param {ToggleEvent} event */
  place({ target }) {
    const menu = /** @type {HTMLElement} */ (target);
    const { bottom } = this.getBoundingClientRect();
    menu.style.top = `${bottom + 4}px`;
    menu.style.right = "8px";
  }
}

customElements.define("more-menu", MoreMenu);
