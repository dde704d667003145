/** Run and Stop. */

import { css, html, LitElement, unsafeCSS } from "lit";
import { LanguageController, t } from "../locale.js";
import { runProgram, stopProgram } from "../state/actions.js";
import { session } from "../state/session.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";

export class RunControls extends LitElement {
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
    new StoreController(this, session);
    new LanguageController(this);
  }

  render() {
    const { state, queued } = session.values;
    const canRun = (state === "ready" || state === "loading") && !queued;
    const canStop = state === "running" || state === "stopping" || queued;
    const stopKey = state === "stopping" ? "run.stopNow" : "run.stop";
    return html`
      <button
        class="primary"
        aria-disabled=${!canRun}
        aria-keyshortcuts="Control+Enter Meta+Enter"
        title=${t("run.shortcut", { keys: shortcut() })}
        @click=${() => canRun && runProgram()}
      >
        <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
          <path d="M2 1v10l9-5z" fill="currentColor" />
        </svg>
        ${t(queued ? "run.queued" : "run.run")}
      </button>
      <button aria-disabled=${!canStop} @click=${() => canStop && stopProgram()}>
        <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
          <rect width="10" height="10" rx="1" fill="currentColor" />
        </svg>
        ${t(stopKey)}
      </button>
    `;
  }
}

function shortcut() {
  return /Mac|iP(hone|ad)/.test(navigator.userAgent) ? "⌘ ↵" : "Ctrl + ↵";
}

customElements.define("run-controls", RunControls);
