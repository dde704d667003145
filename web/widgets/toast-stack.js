/** Says for a while what was done, and offers to undo it. F6 leads there from anywhere. */

import { css, html, LitElement, unsafeCSS } from "lit";
import { LanguageController, t } from "../locale.js";
import { dismissToast, notices } from "../state/notices.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";

/** @typedef {import("../state/notices.js").Toast} Toast */
/** @typedef {import("../state/notices.js").ToastAction} ToastAction */

/** How long a toast stays; while one points at it or is in it, and while the page is hidden, longer. */
const PATIENCE_MS = 10_000;
const TICK_MS = 250;

export class ToastStack extends LitElement {
  static styles = [
    unsafeCSS(controls),
    css`
      :host {
        position: fixed;
        inset: auto var(--space-4) max(var(--space-4), env(safe-area-inset-bottom)) auto;
        z-index: 4;
        max-width: min(30rem, calc(100vw - 2 * var(--space-4)));
        pointer-events: none;
      }

      [role="status"] {
        display: grid;
        gap: var(--space-2);
        justify-items: end;
      }

      .toast {
        display: flex;
        align-items: center;
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-3);
        padding: var(--space-2) var(--space-2) var(--space-2) var(--space-4);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--surface-panel);
        box-shadow: 0 4px 16px var(--scroll-shade);
        pointer-events: auto;
      }

      p {
        flex: 1 1 12rem;
        margin: 0;
        overflow-wrap: anywhere;
      }

      .actions {
        display: flex;
        align-items: center;
        gap: var(--space-1);
        margin-left: auto;
      }

      .action {
        font-weight: var(--weight-strong);
      }

      kbd {
        padding: 0 var(--space-1);
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        color: var(--text-muted);
        font: var(--size-small) var(--font-code);
      }

      .close {
        display: inline-grid;
        place-items: center;
        min-width: var(--control-height);
        padding: 0;
      }

      @media (pointer: coarse) {
        kbd {
          display: none;
        }
      }

      @media (max-width: 60rem) {
        :host {
          /* Above the bar with Run and the row of keys. */
          inset: auto var(--space-3) calc(7.5rem + env(safe-area-inset-bottom));
          max-width: none;
        }

        [role="status"] {
          justify-items: stretch;
        }
      }
    `,
  ];

  constructor() {
    super();
    /** Milliseconds that each toast still has. @type {Map<number, number>} */
    this.left_ms = new Map();
    this.held = false;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
    /** Where the focus came from. @type {HTMLElement | null} */
    this.cameFrom = null;
    this.leadHere = this.leadHere.bind(this);
    new StoreController(this, notices);
    new LanguageController(this);
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("keydown", this.leadHere);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.leadHere);
    clearInterval(this.timer);
    this.timer = undefined;
  }

  render() {
    const { toasts } = notices.values;
    return html`
      <div
        role="status"
        @pointerenter=${() => this.hold(true)}
        @pointerleave=${() => this.hold(false)}
        @focusin=${() => this.hold(true)}
        @focusout=${() => this.hold(false)}
        @keydown=${this.closeOnEscape}
      >
        ${toasts.map(
          (toast) => html`
            <div class="toast" data-toast=${toast.id}>
              <p>${t(toast.key, toast.values)}</p>
              <div class="actions">
                ${toast.actions.map(
                  (action) => html`
                    <button class="quiet action" @click=${() => this.act(toast, action)}>
                      ${t(action.key)}
                    </button>
                  `,
                )}
                ${toast.actions.length > 0 ? html`<kbd aria-hidden="true">F6</kbd>` : ""}
                <button
                  class="quiet close"
                  aria-label=${t("toast.close")}
                  @click=${() => this.close(toast.id)}
                >
                  <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
                    <path d="M1 1l8 8M9 1l-8 8" stroke="currentColor" stroke-width="1.5" />
                  </svg>
                </button>
              </div>
            </div>
          `,
        )}
      </div>
    `;
  }

  updated() {
    const { toasts } = notices.values;
    this.left_ms = new Map(toasts.map(({ id }) => [id, this.left_ms.get(id) ?? PATIENCE_MS]));
    if (toasts.length > 0 && this.timer === undefined) {
      this.timer = setInterval(() => this.tick(), TICK_MS);
    } else if (toasts.length === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
      this.held = false; // what was pointed at is gone without a word
    }
  }

  tick() {
    if (this.held || document.hidden) {
      return;
    }
    for (const [id, left_ms] of this.left_ms) {
      this.left_ms.set(id, left_ms - TICK_MS);
      if (left_ms <= TICK_MS) {
        dismissToast(id);
      }
    }
  }

  /** @param {boolean} held */
  hold(held) {
    this.held = held;
  }

  /**
   * @param {Toast} toast
   * @param {ToastAction} action
   */
  act(toast, action) {
    this.close(toast.id);
    action.run();
  }

  /** @param {number} id */
  close(id) {
    dismissToast(id);
    this.held = false;
    this.cameFrom?.focus(); // the button with the focus is about to go
    this.cameFrom = null;
  }

  /** @param {KeyboardEvent} event */
  leadHere(event) {
    const newest = [...this.renderRoot.querySelectorAll(".toast")].at(-1);
    const button = newest?.querySelector("button");
    if (event.key === "F6" && button && !event.defaultPrevented) {
      event.preventDefault();
      this.cameFrom = focused();
      button.focus();
    }
  }

  /** @param {KeyboardEvent} event */
  closeOnEscape(event) {
    const toast = /** @type {HTMLElement} */ (event.target).closest("[data-toast]");
    if (event.key === "Escape" && toast) {
      event.stopPropagation();
      this.close(Number(toast.getAttribute("data-toast")));
    }
  }
}

/** @returns {HTMLElement | null} What has the focus, in whatever element it is. */
function focused() {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) {
    element = element.shadowRoot.activeElement;
  }
  return /** @type {HTMLElement | null} */ (element);
}

customElements.define("toast-stack", ToastStack);
