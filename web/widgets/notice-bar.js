/** Tells of things the reader did not ask for, such as a restart of Python. */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { LanguageController, t } from "../locale.js";
import controls from "../styles/controls.css";

/** @typedef {{key: import("../locale.js").StringKey, values?: Record<string, string>}} Notice */

export class NoticeBar extends LitElement {
  static properties = { notice: {} };

  static styles = [
    unsafeCSS(controls),
    css`
      .notice {
        display: flex;
        align-items: center;
        gap: var(--space-4);
        padding: var(--space-2) var(--space-5);
        border-bottom: 1px solid var(--caution-line);
        background: var(--caution-soft);
      }

      p {
        flex: 1;
        margin: 0;
      }

      @media (max-width: 60rem) {
        .notice {
          padding: var(--space-2) var(--space-3);
        }
      }
    `,
  ];

  constructor() {
    super();
    /** @type {Notice | null} */
    this.notice = null;
    new LanguageController(this);
  }

  render() {
    const notice = this.notice;
    return html`
      <div role="status">
        ${
          notice === null
            ? nothing
            : html`
              <div class="notice" @keydown=${this.closeOnEscape}>
                <p>${t(notice.key, notice.values)}</p>
                <button @click=${this.close}>${t("notice.close")}</button>
              </div>
            `
        }
      </div>
    `;
  }

  close() {
    this.notice = null;
  }

  /** @param {KeyboardEvent} event */
  closeOnEscape({ key }) {
    if (key === "Escape") {
      this.close();
    }
  }
}

customElements.define("notice-bar", NoticeBar);
