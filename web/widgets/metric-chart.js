/** The curves of one metric: training solid, validation dashed, one colour a fit. */

import { html } from "lit";
import { ChartElement } from "../chart-element.js";
import { seriesOf } from "../chart-series.js";
import { t } from "../locale.js";
import { chartView } from "../state/chart-view.js";
import { axisEnd, axisFor, drawnFits, metricsOf } from "../state/drawn-fits.js";
import { chooseMetric, shownMetric, training } from "../state/training.js";
import { StoreController } from "../store.js";

export class MetricChart extends ChartElement {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { which: {} };

  constructor() {
    super();
    /** Whose curves: "" for the metric that the reader chose, else its name. */
    this.which = "loss";
    new StoreController(this, training);
  }

  get fits() {
    return drawnFits(training.values);
  }

  get metric() {
    return this.which || shownMetric();
  }

  get axis() {
    return axisFor(this.fits, chartView.values.axis);
  }

  get end() {
    return axisEnd(this.fits, this.axis);
  }

  get share() {
    return this.metric.endsWith("accuracy");
  }

  series() {
    return seriesOf(this.fits, this.metric);
  }

  heading() {
    const { metric } = this;
    if (metric === "loss") {
      return t("chart.loss");
    }
    return metric === "accuracy" ? t("chart.accuracy") : metric;
  }

  emptyText() {
    if (this.metric === "loss") {
      return t("chart.emptyLoss");
    }
    return t(this.fits.length > 0 ? "chart.noMetric" : "chart.emptyMetric");
  }

  renderTitle() {
    const choices = this.which ? [] : metricsOf(this.fits);
    if (choices.length < 2) {
      return super.renderTitle();
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
