/**
 * What the model says about samples it has not seen: the score, and each sample with the model's
 * answer and its probabilities; for regression, the predicted values beside the true ones.
 */

import { css, html, LitElement, unsafeCSS } from "lit";
import { formatMetric, formatPercent, LanguageController, t } from "../locale.js";
import { predictionTile } from "../prediction-tile.js";
import { scatter } from "../scatter.js";
import controls from "../styles/controls.css";
import figures from "../styles/figures.css";
import { WidthController } from "../width.js";

/** @typedef {import("../protocol.js").Predictions} Predictions */
/** @typedef {import("../protocol.js").ClassReport} ClassReport */
/** @typedef {import("../protocol.js").RegressionReport} RegressionReport */
/** @typedef {import("../protocol.js").NoReport} NoReport */

const PLACEHOLDERS = Array.from({ length: 24 });
const PLOT_HEIGHT_PX = 340;
/** Space and frame beside the panel's body. */
const PADDING_PX = 17;

export class PredictionPanel extends LitElement {
  static properties = {
    predictions: {},
    failure: { type: String },
    finished: { type: Boolean },
    filter: { state: true },
  };

  static styles = [
    unsafeCSS(controls),
    unsafeCSS(figures),
    css`
      .panel {
        padding: var(--space-1) var(--space-4) var(--space-4);
      }

      .summary {
        display: flex;
        align-items: center;
        flex-wrap: wrap;
        gap: 0 var(--space-3);
        min-height: 3.25rem;
      }

      .figure {
        font-size: var(--size-figure);
        font-weight: var(--weight-strong);
        line-height: var(--leading-tight);
        font-variant-numeric: tabular-nums;
      }

      .choice {
        display: flex;
        margin-left: auto;
      }

      .choice button {
        border-color: var(--line-strong);
        border-radius: 0;
        font-size: var(--size-note);
      }

      .choice button:first-child {
        border-radius: var(--radius-small) 0 0 var(--radius-small);
      }

      .choice button:last-child {
        margin-left: -1px;
        border-radius: 0 var(--radius-small) var(--radius-small) 0;
      }

      .choice [aria-pressed="true"] {
        background: var(--accent-soft);
        color: var(--accent);
        font-weight: var(--weight-strong);
      }

      .body {
        min-height: 24.5rem;
        margin-top: var(--space-2);
      }

      ol {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(6.25rem, 1fr));
        gap: var(--space-2);
        margin: 0;
        padding: 0;
        list-style: none;
      }

      li {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0 var(--space-2);
        height: 5.625rem;
        padding: var(--space-2);
        border: 1px solid transparent;
        border-radius: var(--radius-small);
        background: var(--surface-sunken);
      }

      li.wrong {
        border: 1px dashed var(--wrong);
        background: var(--wrong-soft);
      }

      canvas,
      .blank {
        width: 2.75rem;
        height: 2.75rem;
      }

      .answer {
        line-height: var(--leading-tight);
        font-variant-numeric: tabular-nums;
      }

      .guess {
        display: flex;
        align-items: center;
        gap: var(--space-1);
        font-size: var(--size-title);
        font-weight: var(--weight-strong);
      }

      .mark {
        flex: none;
        color: var(--right);
      }

      .wrong .mark {
        color: var(--wrong);
      }

      .percent {
        font-size: var(--size-small);
        color: var(--text-muted);
      }

      .truth {
        grid-column: 1 / -1;
        font-size: var(--size-small);
      }

      .bars {
        grid-column: 1 / -1;
        align-self: end;
        width: 100%;
        height: 20px;
        overflow: visible;
      }

      .bars .base {
        stroke: var(--line-strong);
        stroke-width: 0.5;
      }

      .bars .bar {
        fill: var(--line-strong);
      }

      .bars .guessed {
        fill: var(--right);
      }

      .wrong .bars .guessed {
        fill: var(--wrong);
      }

      .bars .true {
        fill: var(--text);
      }

      .row {
        overflow: hidden;
        font-size: var(--size-small);
      }

      /* No sample will come any more. */
      .body.none {
        display: none;
      }

      /* In one column, what the program printed is below: little that is empty stands before it. */
      @media (max-width: 60rem) {
        [aria-hidden] > li:nth-child(n + 7) {
          display: none;
        }
      }

      .teach {
        max-width: 34rem;
        margin: 0 0 var(--space-3);
      }
    `,
  ];

  constructor() {
    super();
    /** @type {Predictions | null} */
    this.predictions = null;
    /** Why the model could not answer; empty while it can. */
    this.failure = "";
    this.finished = false;
    /** @type {"items" | "mistakes"} */
    this.filter = "items";
    this.size = new WidthController(this);
    new LanguageController(this);
  }

  render() {
    return html`
      <section class="panel" aria-labelledby="title">
        <div class="panel-head">
          <h2 id="title">${t("predictions.title")}</h2>
          <span class="note">${this.caption()}</span>
        </div>
        ${this.renderReport()}
      </section>
    `;
  }

  caption() {
    if (!this.predictions || this.predictions.report.kind === "nothing") {
      return "";
    }
    return t(this.predictions.final ? "predictions.final" : "predictions.live");
  }

  renderReport() {
    const report = this.predictions?.report;
    switch (report?.kind) {
      case "classes":
        return this.renderClasses(report);
      case "regression":
        return this.renderRegression(report);
      case "nothing":
      case undefined:
        return this.renderNothing(report);
    }
  }

  /** @param {NoReport | undefined} report */
  renderNothing(report) {
    const none = this.finished || this.failure !== "";
    return html`
      <div class="summary"><p class="note teach">${this.explanation(report)}</p></div>
      <div class="body ${none ? "none" : ""}">
        <ol aria-hidden="true">${PLACEHOLDERS.map(() => html`<li></li>`)}</ol>
      </div>
    `;
  }

  /** Why there is nothing to see yet, or will be nothing. @param {NoReport | undefined} report */
  explanation(report) {
    if (this.failure) {
      return t("predictions.failed", { detail: this.failure });
    }
    if (report?.why === "outputs") {
      return t("predictions.notShown");
    }
    return t(this.finished ? "predictions.none" : "predictions.empty");
  }

  /** @param {ClassReport} report */
  renderClasses(report) {
    const { correct, total } = report;
    const gallery = report[this.filter];
    return html`
      <div class="summary">
        <span class="figure">${formatPercent(correct / total)}</span>
        <span class="muted">${t("predictions.correct", { correct, total })}</span>
        <div class="choice" role="group" aria-label=${t("predictions.show")}>
          ${this.renderChoice("items", t("predictions.first", { count: report.items.indices.length }))}
          ${this.renderChoice("mistakes", t("predictions.mistakes", { count: total - correct }))}
        </div>
      </div>
      <div class="body">
        ${
          gallery.indices.length === 0
            ? html`<p class="note">${t("predictions.noMistakes")}</p>`
            : html`<ol>${gallery.indices.map((_, at) => predictionTile(gallery, at))}</ol>`
        }
      </div>
    `;
  }

  /**
   * @param {"items" | "mistakes"} filter
   * @param {string} label
   */
  renderChoice(filter, label) {
    const choose = () => {
      this.filter = filter;
    };
    return html`<button aria-pressed=${this.filter === filter} @click=${choose}>${label}</button>`;
  }

  /** @param {RegressionReport} report */
  renderRegression(report) {
    const { total, meanAbsoluteError, rootMeanSquaredError, actual, predicted, input } = report;
    const error = formatMetric(meanAbsoluteError);
    const description = t("predictions.regressionPlot", { total, error });
    const size = { width: this.size.width_px - 2 * PADDING_PX, height: PLOT_HEIGHT_PX };
    const plot = input
      ? {
          x: input,
          y: actual,
          line: { x: input, y: predicted },
          xLabel: t("samples.x"),
          yLabel: t("samples.y"),
        }
      : {
          x: actual,
          y: predicted,
          line: diagonal(actual),
          xLabel: t("predictions.actual"),
          yLabel: t("predictions.predicted"),
        };
    return html`
      <div class="summary">
        <span class="figure">${error}</span>
        <span class="muted">
          ${t("predictions.error", { total, rmse: formatMetric(rootMeanSquaredError) })}
        </span>
      </div>
      <div class="body">
        ${scatter({ ...plot, ...size, description })}
        <p class="note">${t(input ? "predictions.curveLegend" : "predictions.pairLegend")}</p>
      </div>
    `;
  }
}

/** @param {number[]} values */
function diagonal(values) {
  const ends = [Math.min(...values), Math.max(...values)];
  return { x: ends, y: ends };
}

customElements.define("prediction-panel", PredictionPanel);
