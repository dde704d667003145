/**
 * Says what Python is doing: arriving (with bytes), starting, ready, or not to be had. Behind it, what
 * Python this is, and a new beginning.
 */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { formatMegabytes, LanguageController, t } from "../locale.js";
import { restartPython, retryStart } from "../state/actions.js";
import { isBusy, offline, takeUpdate } from "../state/offline.js";
import { session } from "../state/session.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";

export class LoadStatus extends LitElement {
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

      .chip {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
        min-height: 2rem;
        padding: 0 var(--space-2);
        color: var(--text-muted);
        font-size: var(--size-note);
      }

      [popover] {
        inset: auto;
        max-width: min(20rem, calc(100vw - 16px));
        margin: 0;
        padding: var(--space-4);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--surface-panel);
        color: var(--text);
        box-shadow: 0 4px 16px var(--scroll-shade);
      }

      [popover] p {
        margin: 0 0 var(--space-3);
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
    new StoreController(this, session, offline);
    new LanguageController(this);
  }

  render() {
    const { state, loading } = session.values;
    if (state === "failed") {
      return html`
        <div class="status">
          <span class="text">${t("load.failed")}</span>
          <button @click=${retryStart}>${t("load.retry")}</button>
        </div>
      `;
    }
    if (state !== "loading") {
      return this.chip();
    }
    const { loadedBytes = 0, totalBytes = 0, phase = "download" } = loading ?? {};
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
        <span class="text">${loading ? text : t("load.connect")}</span>
      </div>
    `;
  }

  chip() {
    const { version, pythonVersion } = session.values;
    return html`
      <button class="quiet chip" popovertarget="about">
        <span class="dot"></span><span class="text">${t("load.ready")}</span>
      </button>
      <div id="about" popover @beforetoggle=${this.place}>
        <p>${t("load.about", { version, python: pythonVersion })}</p>
        <p class="note">${t(`offline.${offline.values.kept}`)}</p>
        ${offline.values.update ? this.updateOffer() : nothing}
        <p class="note">${t("load.restartAbout")}</p>
        <button @click=${this.restart}>${t("load.restart")}</button>
      </div>
    `;
  }

  /** A reload would end what runs. */
  updateOffer() {
    const busy = isBusy();
    return html`
      <p>${t(busy ? "offline.updateLater" : "offline.update")}</p>
      ${busy ? nothing : html`<p><button @click=${takeUpdate}>${t("offline.reload")}</button></p>`}
    `;
  }

  restart() {
    /** @type {HTMLElement | null} */ (this.renderRoot.querySelector("#about"))?.hidePopover();
    restartPython();
  }

  /** Below the chip, within the page. @param {ToggleEvent} event */
  place({ target }) {
    const menu = /** @type {HTMLElement} */ (target);
    const { bottom, right } = this.getBoundingClientRect();
    menu.style.top = `${bottom + 4}px`;
    menu.style.right = `${Math.max(document.documentElement.clientWidth - right, 8)}px`;
  }
}

customElements.define("load-status", LoadStatus);
