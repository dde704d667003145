/** Tells of things the reader did not ask for, such as a restart of Python. */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { LanguageController, t } from "../locale.js";
import { dismissNotice, notices } from "../state/notices.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";

export class NoticeBar extends LitElement {
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
    new StoreController(this, notices);
    new LanguageController(this);
  }

  render() {
    const { notice } = notices.values;
    return html`
      <div role="status">
        ${
          notice === null
            ? nothing
            : html`
              <div class="notice" @keydown=${this.closeOnEscape}>
                <p>${t(notice.key, notice.values)}</p>
                ${notice.action ? html`<button @click=${this.act}>${t(notice.action.key)}</button>` : nothing}
                <button @click=${dismissNotice}>${t("notice.close")}</button>
              </div>
            `
        }
      </div>
    `;
  }

  act() {
    const action = notices.values.notice?.action;
    dismissNotice();
    action?.run();
  }

  /** @param {KeyboardEvent} event */
  closeOnEscape({ key }) {
    if (key === "Escape") {
      dismissNotice();
    }
  }
}

customElements.define("notice-bar", NoticeBar);
