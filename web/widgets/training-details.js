/** What else is known of a training, in small charts: learning rate, norms, speed, memory. */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { ChartElement } from "../chart-element.js";
import { axisOf } from "../chart-picture.js";
import { COLORS } from "../chart-series.js";
import { LanguageController, t } from "../locale.js";
import { drawnFits } from "../state/drawn-fits.js";
import { training } from "../state/training.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";

/** @typedef {import("../state/fit.js").DetailName} DetailName */

const NAMES = /** @type {DetailName[]} */ (["rate", "gradients", "weights", "speed", "memory"]);

/** Only the fit that trains, or that was trained last, has them. */
function lastFit() {
  return training.values.record.fits.at(-1);
}

class DetailChart extends ChartElement {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { which: {} };

  constructor() {
    super();
    /** @type {DetailName} */
    this.which = "rate";
    new StoreController(this, training);
  }

  chart() {
    const curves = lastFit()?.details.get(this.which) ?? new Map();
    return {
      name: `detail/${this.which}`,
      heading: t(`detail.${this.which}`),
      series: [...curves].map(([label, points], index) => ({
        key: `detail/${this.which}/${label}`,
        label: label || t(`detail.${this.which}`),
        color: (index % COLORS) + 1,
        marker: Math.floor(index / COLORS),
        dashed: false,
        points,
        latest: points.value[points.length - 1],
      })),
      ...axisOf(drawnFits(training.values)),
      share: false,
    };
  }
}

class TrainingDetails extends LitElement {
  static styles = [
    unsafeCSS(controls),
    css`
      .charts {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr));
        gap: var(--space-1) var(--space-4);
      }
    `,
  ];

  constructor() {
    super();
    new StoreController(this, training);
    new LanguageController(this);
  }

  render() {
    const fit = lastFit();
    const known = NAMES.filter((name) => fit?.details.has(name));
    return html`
      <section class="charts" aria-label=${t("charts.details")}>
        ${known.map((name) => html`<detail-chart which=${name}></detail-chart>`)}
      </section>
      ${
        fit?.withoutGradients
          ? html`<p class="note without">${t(`detail.withoutGradients.${fit.withoutGradients}`)}</p>`
          : nothing
      }
    `;
  }
}

customElements.define("detail-chart", DetailChart);
customElements.define("training-details", TrainingDetails);
