/** What the model has learned, in one row below the curves: a few samples, and the score. */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { formatPercent, LanguageController, t } from "../locale.js";
import { predictionTile } from "../prediction-tile.js";
import { pairsView, regressionView } from "../report-view.js";
import { nameOfSet, scoreOf } from "../report-words.js";
import { rove, settle } from "../roving.js";
import { formOf } from "../sample-view.js";
import { data } from "../state/data.js";
import { show } from "../state/view.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";
import figures from "../styles/figures.css";
import tiles from "../styles/tiles.css";
import { WidthController } from "../width.js";

/** @typedef {import("../protocol.js").OneReport} OneReport */

const TILES = 12;
const PAIRS = 6;
const PLOT = { width: 320, height: 150 };

export class PredictionStrip extends LitElement {
  static styles = [
    unsafeCSS(controls),
    unsafeCSS(figures),
    unsafeCSS(tiles),
    css`
      .head {
        display: flex;
        align-items: baseline;
        flex-wrap: wrap;
        gap: 0 var(--space-2);
        margin-bottom: var(--space-1);
      }

      .figure {
        font-size: var(--size-title);
        font-weight: var(--weight-strong);
        font-variant-numeric: tabular-nums;
      }

      .more {
        margin-left: auto;
      }

      .row ol {
        grid-template-columns: none;
        grid-auto-columns: minmax(3.75rem, 1fr);
        grid-auto-flow: column;
        padding: 2px;
        position: relative; /* what is hidden in it is cut off with it */
        overflow-x: auto;
        scrollbar-width: thin;
      }

      .row ol.lines,
      .row ol.pairs {
        grid-auto-columns: minmax(9.5rem, 1fr);
      }

      .tile {
        padding: var(--space-1);
        font-size: var(--size-small);
      }

      .tile canvas {
        height: 2.25rem;
      }

      figure {
        flex: 1;
        min-width: 0;
        margin: 0;
        text-align: center;
      }

      .pair {
        flex-direction: row;
      }

      figure canvas {
        margin: 0 auto;
      }

      .row .bars,
      figcaption {
        display: none;
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
    const { predictions, earlier } = data.values;
    const { report, set } = predictions ?? {};
    if (!report || !set || earlier || report.kind === "nothing") {
      return nothing;
    }
    const shown = report.kind === "several" ? report.outputs[0].report : report;
    const { figure, text } = this.score(shown);
    return html`
      <section aria-label=${t("strip.label")}>
        <div class="head">
          <span class="figure">${figure}</span>
          <span class="muted">${text} ${t("strip.of", { total: shown.total, set: nameOfSet(set) })}</span>
          <button class="quiet more" @click=${() => show("predict")}>${t("strip.more")}</button>
        </div>
        ${this.renderPart(shown)}
      </section>
    `;
  }

  /** @param {OneReport} report */
  score(report) {
    const { figure } = scoreOf(report);
    if (report.kind === "classes") {
      return { figure: formatPercent(report.correct / report.total), text: "" };
    }
    const words = {
      labels: "strip.labels",
      sequences: "strip.steps",
      pairs: "strip.error",
      regression: "strip.error",
    };
    const key = /** @type {import("../locale.js").StringKey} */ (words[report.kind]);
    return { figure, text: t(key) };
  }

  /** @param {OneReport} report */
  renderPart(report) {
    if (report.kind === "classes") {
      const { balanced, names, classes } = report;
      const even = classes <= TILES ? Math.floor(TILES / classes) * classes : TILES;
      const shown = balanced.indices.slice(0, even);
      return html`
        <div class="row" @keydown=${rove} @focusin=${settle}>
          <ol class=${formOf(balanced.samples)} aria-label=${t("predictions.tiles")}>
            ${shown.map((_, at) => predictionTile(balanced, at, names, at === 0))}
          </ol>
        </div>
      `;
    }
    if (report.kind === "pairs") {
      return html`<div class="row" @keydown=${rove} @focusin=${settle}>${pairsView(report, PAIRS)}</div>`;
    }
    if (report.kind === "regression") {
      const width = Math.min(Math.max(this.size.width_px, 160), 2 * PLOT.width);
      return regressionView(report, { ...PLOT, width }, false);
    }
    return nothing;
  }
}

customElements.define("prediction-strip", PredictionStrip);
