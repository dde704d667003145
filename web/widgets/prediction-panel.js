/**
 * What the model says about samples: the score, and each sample with the model's answer and its
 * probabilities; for regression the predicted values beside the true ones; and so on.
 */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { confusionMatrix } from "../confusion-matrix.js";
import { LanguageController, t } from "../locale.js";
import { className, predictionTile } from "../prediction-tile.js";
import { labelsView, pairsView, regressionView, sequencesView } from "../report-view.js";
import {
  describeMoment,
  describeNothing,
  describeSet,
  nameOfSet,
  scoreOf,
} from "../report-words.js";
import { rove, settle } from "../roving.js";
import { formOf } from "../sample-view.js";
import { showCell } from "../state/actions.js";
import { chooseGallery, chooseOutput, data } from "../state/data.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";
import figures from "../styles/figures.css";
import tiles from "../styles/tiles.css";
import { WidthController } from "../width.js";

/** @typedef {import("../protocol.js").OneReport} OneReport */
/** @typedef {import("../protocol.js").Report} Report */
/** @typedef {import("../protocol.js").ClassReport} ClassReport */
/** @typedef {import("../protocol.js").Gallery} Gallery */
/** @typedef {import("../protocol.js").SampleSet} SampleSet */
/** @typedef {import("../state/data.js").GalleryChoice} GalleryChoice */

const PLOT_HEIGHT_PX = 360;
const PADDING_PX = 32;
const PAIRS_SHOWN = 12;

export class PredictionPanel extends LitElement {
  static styles = [
    unsafeCSS(controls),
    unsafeCSS(figures),
    unsafeCSS(tiles),
    css`
      :host {
        padding: var(--space-3) var(--space-4) var(--space-4);
      }

      .summary {
        display: flex;
        align-items: baseline;
        flex-wrap: wrap;
        gap: 0 var(--space-3);
      }

      .figure {
        font-size: var(--size-figure);
        font-weight: var(--weight-strong);
        line-height: var(--leading-tight);
        font-variant-numeric: tabular-nums;
      }

      .set {
        margin: 0;
        max-width: 46rem;
      }

      .set.seen {
        color: var(--text);
      }

      .tools {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
        margin: var(--space-3) 0;
      }

      .choice {
        display: flex;
        flex-wrap: wrap;
      }

      .choice button {
        border-radius: 0;
        font-size: var(--size-note);
      }

      .choice button + button {
        margin-left: -1px;
      }

      .choice button:first-child {
        border-radius: var(--radius-small) 0 0 var(--radius-small);
      }

      .choice button:last-child {
        border-radius: 0 var(--radius-small) var(--radius-small) 0;
      }

      .choice [aria-pressed="true"] {
        background: var(--accent-soft);
        color: var(--accent);
        font-weight: var(--weight-strong);
      }

      .teach {
        max-width: 36rem;
        margin: 0;
      }

      .stale {
        opacity: 0.72;
      }

      .trouble {
        margin: 0 0 var(--space-3);
        padding: var(--space-2) var(--space-3);
        border-left: 3px solid var(--wrong);
        background: var(--wrong-soft);
        overflow-wrap: anywhere;
      }

      ol.pairs.images {
        grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr));
      }

      .pair {
        flex-direction: row;
        justify-content: space-around;
        gap: var(--space-2);
      }

      figure {
        flex: 1;
        min-width: 0;
        margin: 0;
        text-align: center;
      }

      figure canvas {
        margin: 0 auto;
      }

      figcaption {
        color: var(--text-muted);
        font-size: var(--size-small);
      }

      ol.sequences {
        grid-template-columns: minmax(0, 1fr);
      }

      .table,
      .matrix {
        position: relative; /* what is hidden in it is cut off with it */
        overflow-x: auto;
      }

      .sequences td {
        min-width: 1.5rem;
        padding-right: var(--space-2);
      }

      .sequences th {
        text-align: left;
      }

      .off {
        color: var(--wrong);
        font-weight: var(--weight-strong);
      }

      .matrix caption {
        padding-bottom: var(--space-2);
        color: var(--text-muted);
        font-size: var(--size-note);
        text-align: left;
      }

      .matrix th,
      .matrix td {
        padding: 1px;
        border: 0;
        text-align: center;
      }

      .matrix th {
        max-width: 7rem;
        padding: 0 var(--space-1);
        overflow: hidden;
        text-overflow: ellipsis;
      }

      .matrix .corner {
        font-size: var(--size-small);
        white-space: normal;
      }

      .matrix tbody th {
        position: sticky;
        left: 0;
        background: var(--surface-panel);
        text-align: right;
      }

      .cell {
        min-width: 2.25rem;
        width: 100%;
        min-height: 1.75rem;
        padding: 0 var(--space-1);
        border-color: var(--line);
        border-radius: 3px;
        font-size: var(--size-small);
        font-variant-numeric: tabular-nums;
      }

      .cell.right {
        background: color-mix(in srgb, var(--right-soft) var(--share), var(--surface-panel));
        font-weight: var(--weight-strong);
      }

      .cell.wrong {
        background: color-mix(in srgb, var(--wrong-soft) calc(30% + var(--share)), var(--surface-panel));
        border: 1px dashed var(--wrong);
      }

      .cell.none {
        color: var(--text-muted);
      }

      .cell[aria-pressed="true"] {
        outline: 2px solid var(--text);
        outline-offset: -1px;
      }

      h3 {
        margin: var(--space-4) 0 var(--space-2);
        font-size: var(--size-text);
      }

      @media (pointer: coarse) {
        .cell {
          min-height: 2.75rem;
          min-width: 2.75rem;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.size = new WidthController(this);
    new StoreController(this, data);
    new LanguageController(this);
  }

  render() {
    const { predictions, failure, earlier, finished, failed } = data.values;
    const report = predictions?.report;
    const outdated = earlier && (failure !== "" || (finished && !failed));
    return html`
      <section aria-label=${t("predictions.title")}>
        ${
          report && report.kind !== "nothing" && predictions.set && !outdated
            ? html`
                ${
                  failure
                    ? html`<p class="trouble" role="alert">${t("predictions.failed", { detail: failure })}</p>`
                    : nothing
                }
                <div class=${earlier ? "stale" : ""}>${this.renderReport(report, predictions.set)}</div>
              `
            : html`<div class="summary"><p class="note teach">${describeNothing(data.values)}</p></div>`
        }
      </section>
    `;
  }

  /**
   * @param {Report} report
   * @param {SampleSet} set
   */
  renderReport(report, set) {
    const shown = shownPart(report);
    const { figure, text } = scoreOf(shown);
    return html`
      <div class="summary">
        <span class="figure">${figure}</span>
        <span class="muted">${text}</span>
        <span class="note about">${t("predictions.about", { set: nameOfSet(set), moment: describeMoment(data.values) })}</span>
      </div>
      <p class="note set ${set.seen ? "seen" : ""}">${describeSet(set)}</p>
      <div class="tools">
        ${report.kind === "several" ? this.renderOutputs(report) : nothing}
        ${shown.kind === "classes" ? this.renderChoices(shown) : nothing}
      </div>
      ${this.renderPart(shown)}
    `;
  }

  /** @param {Extract<Report, {kind: "several"}>} report */
  renderOutputs({ outputs }) {
    const shown = shownName(outputs);
    return html`
      <div class="choice" role="group" aria-label=${t("predictions.output")}>
        ${outputs.map(
          ({ name }) => html`
            <button aria-pressed=${shown === name} @click=${() => chooseOutput(name)}>${name}</button>
          `,
        )}
      </div>
    `;
  }

  /** @param {ClassReport} report */
  renderChoices(report) {
    const { total, correct, matrix } = report;
    const shown = shownGallery(report);
    /** @type {[GalleryChoice, string][]} */
    const choices = [
      ["balanced", t("predictions.balanced")],
      ["wrong", t("predictions.mistakes", { count: total - correct })],
      ["unsure", t("predictions.unsure")],
    ];
    if (matrix) {
      choices.push(["matrix", t("predictions.matrix")]);
    }
    return html`
      <div class="choice" role="group" aria-label=${t("predictions.show")}>
        ${choices.map(
          ([name, label]) => html`
            <button aria-pressed=${shown === name} @click=${() => chooseGallery(name)}>${label}</button>
          `,
        )}
      </div>
    `;
  }

  /** @param {OneReport} report */
  renderPart(report) {
    switch (report.kind) {
      case "classes":
        return this.renderClasses(report);
      case "labels":
        return html`<div @keydown=${rove} @focusin=${settle}>${labelsView(report)}</div>`;
      case "sequences":
        return html`<div @keydown=${rove} @focusin=${settle}>${sequencesView(report)}</div>`;
      case "pairs":
        return html`<div @keydown=${rove} @focusin=${settle}>${pairsView(report, PAIRS_SHOWN)}</div>`;
      case "regression": {
        const width = Math.max(this.size.width_px - PADDING_PX, 160);
        return regressionView(report, { width, height: PLOT_HEIGHT_PX }, true);
      }
    }
  }

  /** @param {ClassReport} report */
  renderClasses(report) {
    const shown = shownGallery(report);
    if (shown !== "matrix" || !report.matrix) {
      const gallery = report[shown === "matrix" ? "balanced" : shown];
      return gallery.indices.length === 0
        ? html`<p class="note">${t("predictions.noMistakes")}</p>`
        : this.renderGallery(gallery, report.names);
    }
    const { cell } = data.values;
    return html`
      ${confusionMatrix(report.matrix, report.names, cell, showCell)}
      ${cell ? this.renderCell(report, cell) : html`<p class="note">${t("matrix.hint")}</p>`}
    `;
  }

  /**
   * @param {ClassReport} report
   * @param {import("../protocol.js").Cell} cell
   */
  renderCell({ cell: found, names, matrix }, cell) {
    const values = { truth: className(cell.truth, names), guess: className(cell.guess, names) };
    const count = matrix?.[cell.truth]?.[cell.guess] ?? 0;
    const there = found !== null && found.truth === cell.truth && found.guess === cell.guess;
    return html`
      <h3 aria-live="polite">${t("matrix.cell", { ...values, count })}</h3>
      ${there && found.indices.length > 0 ? this.renderGallery(found, names) : nothing}
    `;
  }

  /**
   * @param {Gallery} gallery
   * @param {string[] | null} names
   */
  renderGallery(gallery, names) {
    return html`
      <ol
        class=${formOf(gallery.samples)}
        aria-label=${t("predictions.tiles")}
        @keydown=${rove}
        @focusin=${settle}
      >
        ${gallery.indices.map((_, at) => predictionTile(gallery, at, names, at === 0))}
      </ol>
    `;
  }
}

/** The gallery that is shown: the reader's choice where there is such a one. @param {ClassReport} report */
function shownGallery({ matrix }) {
  const { gallery } = data.values;
  return gallery === "matrix" && !matrix ? "balanced" : gallery;
}

/** @param {{name: string}[]} outputs */
function shownName(outputs) {
  const { output } = data.values;
  return outputs.some(({ name }) => name === output) ? output : outputs[0].name;
}

/** @param {Report} report @returns {OneReport} */
function shownPart(report) {
  if (report.kind !== "several") {
    return report;
  }
  const name = shownName(report.outputs);
  return (report.outputs.find((part) => part.name === name) ?? report.outputs[0]).report;
}

customElements.define("prediction-panel", PredictionPanel);
