/** Run and Stop. Emits `run-request` and `stop-request`. */

import { css, html, LitElement, unsafeCSS } from "lit";
import { LanguageController, t } from "../locale.js";
import controls from "../styles/controls.css";

/** @typedef {import("../runner.js").RunnerState} RunnerState */

export class RunControls extends LitElement {
  static properties = { state: {}, queued: { type: Boolean } };

  static styles = [
    unsafeCSS(controls),
    css`
      :host {
        display: flex;
        gap: var(--space-2);
      }

      button {
        display: inline-flex;
        align-items: center;
        justify-content: center;
        gap: var(--space-2);
        min-width: 5.5rem;
        white-space: nowrap;
      }

      @media (max-width: 60rem) {
        button {
          flex: 1;
        }
      }
    `,
  ];

  constructor() {
    super();
    /** @type {RunnerState} */
    this.state = "loading";
    this.queued = false;
    new LanguageController(this);
  }

  render() {
    const canRun = (this.state === "ready" || this.state === "loading") && !this.queued;
    const canStop = this.state === "running" || this.state === "stopping" || this.queued;
    const stopKey = this.state === "stopping" ? "run.stopNow" : "run.stop";
    return html`
      <button
        class="primary"
        aria-disabled=${!canRun}
        aria-keyshortcuts="Control+Enter Meta+Enter"
        title=${t("run.shortcut", { keys: shortcut() })}
        @click=${() => canRun && this.request("run-request")}
      >
        <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
          <path d="M2 1v10l9-5z" fill="currentColor" />
        </svg>
        ${t(this.queued ? "run.queued" : "run.run")}
      </button>
      <button aria-disabled=${!canStop} @click=${() => canStop && this.request("stop-request")}>
        <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
          <rect width="10" height="10" rx="1" fill="currentColor" />
        </svg>
        ${t(stopKey)}
      </button>
    `;
  }

  /** @param {"run-request" | "stop-request"} name */
  request(name) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true }));
  }
}

function shortcut() {
  return /Mac|iP(hone|ad)/.test(navigator.userAgent) ? "⌘ ↵" : "Ctrl + ↵";
}

customElements.define("run-controls", RunControls);
