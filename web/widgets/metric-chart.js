/** The curves of one metric: training solid, validation dashed, one colour a fit. */

import { html } from "lit";
import { ChartElement } from "../chart-element.js";
import { chartOfMetric } from "../chart-picture.js";
import { t } from "../locale.js";
import { drawnFits, metricsOf } from "../state/drawn-fits.js";
import { chooseMetric, shownMetric, training } from "../state/training.js";
import { StoreController } from "../store.js";
import { tellTerm } from "../terms.js";

export class MetricChart extends ChartElement {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { which: {} };

  constructor() {
    super();
    /** Whose curves: "" for the metric that the reader chose, else its name. */
    this.which = "loss";
    new StoreController(this, training);
  }

  get metric() {
    return this.which || shownMetric();
  }

  chart() {
    return chartOfMetric(this.metric);
  }

  emptyText() {
    if (this.metric === "loss") {
      return t("chart.emptyLoss");
    }
    return t(drawnFits(training.values).length > 0 ? "chart.noMetric" : "chart.emptyMetric");
  }

  /** @param {import("../chart-picture.js").Chart} chart */
  renderTitle(chart) {
    const choices = this.which ? [] : metricsOf(drawnFits(training.values));
    if (choices.length < 2) {
      return html`<h2 data-term=${this.metric} @pointerover=${tellTerm} @pointerleave=${tellTerm}>${chart.heading}</h2>`;
    }
    return html`
      <select aria-label=${t("chart.choose")} @change=${this.choose}>
        ${choices.map(
          (name) => html`<option value=${name} ?selected=${name === this.metric}>${name}</option>`,
        )}
      </select>
    `;
  }

  /** @param {Event} event */
  choose({ target }) {
    chooseMetric(/** @type {HTMLSelectElement} */ (target).value);
  }
}

customElements.define("metric-chart", MetricChart);
