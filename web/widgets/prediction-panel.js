/**
 * What the model says about samples: the score, and each sample with the model's answer and its
 * probabilities; for regression the predicted values beside the true ones; and so on.
 */

import { html, LitElement, nothing, unsafeCSS } from "lit";
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
import styles from "../styles/prediction-panel.css";
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
  static styles = [unsafeCSS(controls), unsafeCSS(figures), unsafeCSS(tiles), unsafeCSS(styles)];

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
