/** The inside of a model: a choice of inspectors, and what the chosen one has told last. */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { LanguageController, t } from "../../locale.js";
import { rove, settle } from "../../roving.js";
import { chooseInspector, inspection, openInspector } from "../../state/inspection.js";
import { session } from "../../state/session.js";
import { show } from "../../state/view.js";
import { StoreController } from "../../store.js";
import controls from "../../styles/controls.css";
import inside from "../../styles/inside.css";

/** @typedef {import("../../protocol.js").InspectedPanel} InspectedPanel */
/** @typedef {import("../../protocol.js").InspectorName} InspectorName */

export class InsidePanel extends LitElement {
  static styles = [
    unsafeCSS(controls),
    unsafeCSS(inside),
    css`
      :host {
        padding: var(--space-3) var(--space-4) var(--space-4);
      }

      .inspectors {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1);
      }

      .inspectors button {
        min-height: 1.875rem;
        padding: 0 var(--space-3);
        border-color: var(--line);
        border-radius: 1rem;
        font-size: var(--size-note);
      }

      .inspectors [aria-pressed="true"] {
        border-color: var(--accent);
        background: var(--accent-soft);
        color: var(--accent);
        font-weight: var(--weight-strong);
      }

      .about {
        margin: var(--space-3) 0 0;
      }

      .moment {
        margin: 0;
        font-variant-numeric: tabular-nums;
      }

      .stale {
        opacity: 0.72;
      }

      .trouble {
        padding: var(--space-2) var(--space-3);
        border-left: 3px solid var(--wrong);
        background: var(--wrong-soft);
        overflow-wrap: anywhere;
      }

      .also {
        margin-top: var(--space-5);
      }

      .also button {
        min-height: 1.5rem;
        padding: 0;
        font-size: var(--size-note);
        text-decoration: underline;
      }

      @media (pointer: coarse) {
        .inspectors button {
          min-height: 2.75rem;
          border-radius: 1.375rem;
        }
      }
    `,
  ];

  constructor() {
    super();
    new StoreController(this, inspection, session);
    new LanguageController(this);
  }

  render() {
    const { offered } = inspection.values;
    const open = openInspector();
    if (open === null) {
      return html`<p class="note">${t("inside.empty")}</p>`;
    }
    return html`
      <section aria-label=${t("tab.inside")}>
        <div
          class="inspectors"
          role="group"
          aria-label=${t("inside.choose")}
          @keydown=${rove}
          @focusin=${settle}
        >
          ${offered.map((name) => this.renderChoice(name, name === open))}
        </div>
        <p class="note about">${t(`inside.${open}.about`)}</p>
        ${this.renderPanel(open)}
        <p class="note also">
          ${t("inside.alsoPredict")}
          <button class="quiet" @click=${() => show("predict")}>${t("tab.predict")}</button>
        </p>
      </section>
    `;
  }

  /** @param {InspectorName} name @param {boolean} isOpen */
  renderChoice(name, isOpen) {
    return html`
      <button
        data-stop
        tabindex=${isOpen ? 0 : -1}
        aria-pressed=${isOpen}
        @click=${() => chooseInspector(name)}
      >
        ${t(`inside.${name}`)}
      </button>
    `;
  }

  /** @param {InspectorName} name */
  renderPanel(name) {
    const { panels, earlier } = inspection.values;
    const panel = panels[name];
    if (!panel) {
      return html`<p class="note moment" role="status">${t("inside.waiting")}</p>`;
    }
    const isEarlier = earlier.has(name);
    return html`
      <p class="note moment">${describeMoment(panel, isEarlier)}</p>
      <div class=${isEarlier ? "stale" : ""}>${drawn(panel)}</div>
    `;
  }
}

/** Of which weights a report is. @param {InspectedPanel} panel @param {boolean} isEarlier */
function describeMoment({ name, fit, epoch, step, report }, isEarlier) {
  if (isEarlier) {
    return t("inside.earlier");
  }
  if (name === "browser" || report.kind === "nothing" || report.kind === "failed") {
    return nothing;
  }
  if (fit === 0) {
    return t("inside.untrained");
  }
  const { training } = session.values;
  return t(training ? "inside.momentLive" : "inside.moment", { epoch: epoch + 1, step });
}

/** The widget of a report. @param {InspectedPanel} panel */
function drawn({ report }) {
  switch (report.kind) {
    case "nothing":
      return html`<p class="note">${t(`inside.nothing.${report.why}`)}</p>`;
    case "failed":
      return html`<p class="trouble" role="alert">${t("inside.failed", { detail: report.detail })}</p>`;
    case "activations":
      return html`<inside-activations .report=${report}></inside-activations>`;
    case "boundary":
      return html`<inside-boundary .report=${report}></inside-boundary>`;
    case "browser":
      return html`<inside-browser .report=${report}></inside-browser>`;
    case "calibration":
      return html`<inside-calibration .report=${report}></inside-calibration>`;
    case "embeddings":
      return html`<inside-embeddings .report=${report}></inside-embeddings>`;
    case "forecast":
      return html`<inside-forecast .report=${report}></inside-forecast>`;
    case "landscape":
      return html`<inside-landscape .report=${report}></inside-landscape>`;
    case "residuals":
      return html`<inside-residuals .report=${report}></inside-residuals>`;
    case "saliency":
      return html`<inside-saliency .report=${report}></inside-saliency>`;
    case "step":
      return html`<inside-step .report=${report}></inside-step>`;
    case "tokens":
      return html`<inside-tokens .report=${report}></inside-tokens>`;
    case "weights":
      return html`<inside-weights .report=${report}></inside-weights>`;
  }
}

customElements.define("inside-panel", InsidePanel);
