/** The charts of a training side by side, with what holds for all of them. */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { chartsOfMetrics } from "../chart-picture.js";
import { formatMetric, formatNumber, LanguageController, t } from "../locale.js";
import { copiesPictures, copyCharts, saveCharts } from "../state/chart-images.js";
import {
  chartView,
  chooseAxis,
  MOST_SMOOTHING,
  showParts,
  smooth,
  zoomTo,
} from "../state/chart-view.js";
import { axisFor, drawnFits, metricsOf } from "../state/drawn-fits.js";
import { training } from "../state/training.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";

/** @typedef {import("../state/curve.js").Axis} Axis */

const AXES = /** @type {Axis[]} */ (["epoch", "step", "time"]);
/** Epochs are told to those who listen, ten at a time and not faster than one can hear. */
const EPOCHS_TOLD = 10;
const TOLD_APART_MS = 5000;

export class TrainingCharts extends LitElement {
  static styles = [
    unsafeCSS(controls),
    css`
      .tools {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-1) var(--space-3);
        min-height: 2rem;
        font-size: var(--size-note);
      }

      .tools label {
        display: inline-flex;
        align-items: center;
        gap: var(--space-1);
        white-space: nowrap;
      }

      .tools select,
      .tools button {
        min-height: 1.75rem;
        padding: 0 var(--space-2);
        border-color: var(--line);
        font-size: var(--size-note);
      }

      .tools button[aria-expanded]::before {
        content: "▸ ";
      }

      .tools button[aria-expanded="true"]::before {
        content: "▾ ";
      }

      .tools button[aria-pressed="true"] {
        border-color: var(--accent);
        background: var(--accent-soft);
      }

      input[type="range"] {
        width: 6rem;
        min-height: 1.5rem;
        accent-color: var(--accent);
      }

      output {
        min-width: 2.2em;
        font-variant-numeric: tabular-nums;
      }

      .charts {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr));
        gap: var(--space-1) var(--space-4);
      }

      @media (pointer: coarse) {
        .tools select,
        .tools button,
        input[type="range"] {
          min-height: 2.75rem;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.told = { epoch: 0, at: Number.NEGATIVE_INFINITY, text: "" };
    new StoreController(this, training, chartView);
    new LanguageController(this);
  }

  render() {
    const fits = drawnFits(training.values);
    const metrics = metricsOf(fits);
    const { all } = chartView.values;
    const drawn = fits.some(({ curves }) => curves.size > 0);
    return html`
      <div class="charts">
        <metric-chart which="loss"></metric-chart>
        ${
          all && metrics.length > 1
            ? metrics.map((name) => html`<metric-chart which=${name}></metric-chart>`)
            : html`<metric-chart which=""></metric-chart>`
        }
      </div>
      ${fits.length > 0 ? this.renderParts(metrics, drawn) : nothing}
      <p class="hidden-text" role="status">${this.epochTold()}</p>
    `;
  }

  /** @param {string[]} metrics */
  renderTools(metrics) {
    const { smoothing, zoom, all } = chartView.values;
    const axis = axisFor(drawnFits(training.values), chartView.values.axis);
    return html`
      <label>
        ${t("charts.axis")}
        <select @change=${this.chooseAxis}>
          ${AXES.map(
            (name) => html`
              <option value=${name} ?selected=${name === axis} ?disabled=${!this.offers(name)}>
                ${t(`charts.axis.${name}`)}
              </option>
            `,
          )}
        </select>
      </label>
      <label>
        ${t("charts.smoothing")}
        <input
          type="range" min="0" max=${MOST_SMOOTHING} step="0.01" .value=${String(smoothing)}
          @input=${this.smooth}
        />
        <output>${formatNumber(smoothing, { minimumFractionDigits: 2 })}</output>
      </label>
      ${
        metrics.length > 1
          ? html`
            <button aria-pressed=${all} @click=${() => showParts({ all: !all })}>
              ${t("charts.all")}
            </button>
          `
          : nothing
      }
      ${zoom ? html`<button @click=${() => zoomTo(null)}>${t("charts.unzoom")}</button>` : nothing}
    `;
  }

  /**
   * What can be done with the charts stands below them: it comes with the first curves, and moves
   * none of them. What it opens is fetched when it is first opened.
   *
   * @param {string[]} metrics
   * @param {boolean} drawn Whether there are curves.
   */
  renderParts(metrics, drawn) {
    const { table, details } = chartView.values;
    const knowsMore = training.values.record.fits.some((fit) => fit.details.size > 0);
    return html`
      <div class="tools" role="group" aria-label=${t("charts.tools")}>
        ${drawn ? this.renderTools(metrics) : nothing}
        <button aria-expanded=${table} @click=${() => showParts({ table: !table })}>
          ${t("charts.table")}
        </button>
        ${
          knowsMore
            ? html`
              <button aria-expanded=${details} @click=${() => showParts({ details: !details })}>
                ${t("charts.details")}
              </button>
            `
            : nothing
        }
        ${drawn ? this.renderSaving() : nothing}
      </div>
      ${table ? html`<chart-table></chart-table>` : nothing}
      ${details && knowsMore ? html`<training-details></training-details>` : nothing}
    `;
  }

  renderSaving() {
    return html`
      <button @click=${() => saveCharts(chartsOfMetrics())}>${t("charts.save")}</button>
      ${
        copiesPictures()
          ? html`
            <button @click=${() => copyCharts(chartsOfMetrics())}>${t("charts.copy")}</button>
          `
          : nothing
      }
    `;
  }

  /** A loop has no epochs. @param {Axis} name */
  offers(name) {
    return name !== "epoch" || axisFor(drawnFits(training.values), "epoch") === "epoch";
  }

  /** @param {Event} event */
  chooseAxis({ target }) {
    chooseAxis(/** @type {Axis} */ (/** @type {HTMLSelectElement} */ (target).value));
  }

  /** @param {Event} event */
  smooth({ target }) {
    smooth(Number(/** @type {HTMLInputElement} */ (target).value));
  }

  /** Every tenth epoch, in words. */
  epochTold() {
    const { record } = training.values;
    const fit = record.fits.at(-1);
    const done = fit?.epochsDone ?? 0;
    const tens = Math.floor(done / EPOCHS_TOLD);
    const now = performance.now();
    if (fit && record.isTraining && tens * EPOCHS_TOLD !== this.told.epoch) {
      if (tens > 0 && now - this.told.at >= TOLD_APART_MS) {
        const values = Object.entries(fit.latest).map(
          ([name, value]) => `${name} ${formatMetric(value)}`,
        );
        const text = t("charts.told", {
          epoch: done,
          epochs: fit.epochs,
          values: values.join(", "),
        });
        this.told = { epoch: tens * EPOCHS_TOLD, at: now, text };
      }
    }
    return this.told.text;
  }
}

customElements.define("training-charts", TrainingCharts);
