/** Says what Python is doing: arriving (with bytes), starting, ready, or not to be had. */

import { css, html, LitElement, unsafeCSS } from "lit";
import { formatMegabytes, LanguageController, t } from "../locale.js";
import controls from "../styles/controls.css";

/** @typedef {import("../runner.js").RunnerState} RunnerState */
/** @typedef {Extract<import("../protocol.js").FromWorker, {type: "loading"}>} Loading */

export class LoadStatus extends LitElement {
  static properties = { state: {}, loading: {} };

  static styles = [
    unsafeCSS(controls),
    css`
      :host {
        flex: 1;
        min-width: 0;
      }

      .status {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        color: var(--text-muted);
        font-size: var(--size-note);
        font-variant-numeric: tabular-nums;
      }

      .text {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      progress {
        flex: 0 1 9rem;
        min-width: 2.5rem;
        height: 6px;
        border: 0;
        border-radius: 3px;
        background: var(--surface-hover);
        appearance: none;
        overflow: hidden;
      }

      progress::-webkit-progress-bar {
        background: var(--surface-hover);
      }

      progress::-webkit-progress-value {
        background: var(--accent);
      }

      progress::-moz-progress-bar {
        background: var(--accent);
      }

      .dot {
        flex: none;
        width: 8px;
        height: 8px;
        border-radius: 50%;
        background: var(--right);
      }
    `,
  ];

  constructor() {
    super();
    /** @type {RunnerState} */
    this.state = "loading";
    /** @type {Loading | null} */
    this.loading = null;
    new LanguageController(this);
  }

  render() {
    if (this.state === "failed") {
      return html`
        <div class="status">
          <span class="text">${t("load.failed")}</span>
          <button @click=${this.retry}>${t("load.retry")}</button>
        </div>
      `;
    }
    if (this.state !== "loading") {
      return html`
        <div class="status"><span class="dot"></span><span class="text">${t("load.ready")}</span></div>
      `;
    }
    const { loadedBytes = 0, totalBytes = 0, phase = "download" } = this.loading ?? {};
    const text = {
      download: t("load.download", {
        loaded: formatMegabytes(loadedBytes),
        total: formatMegabytes(totalBytes),
      }),
      start: t("load.start"),
      library: t("load.library"),
    }[phase];
    return html`
      <div class="status">
        <progress
          aria-label=${t("load.label")}
          max=${totalBytes || 1}
          value=${loadedBytes}
        ></progress>
        <span class="text">${this.loading ? text : t("load.connect")}</span>
      </div>
    `;
  }

  retry() {
    this.dispatchEvent(new CustomEvent("retry-request", { bubbles: true, composed: true }));
  }
}

customElements.define("load-status", LoadStatus);
