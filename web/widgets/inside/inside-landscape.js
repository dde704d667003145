/** The loss around the present weights, along two directions. */

import { css, html, nothing } from "lit";
import { InsideElement } from "../../inside-element.js";
import { tableOf } from "../../inside-parts.js";
import { formatMetric, formatNumber, t } from "../../locale.js";

/** @typedef {import("../../protocol.js").LandscapeReport} LandscapeReport */

/** @extends {InsideElement<LandscapeReport>} */
class InsideLandscape extends InsideElement {
  static styles = [
    .../** @type {import("lit").CSSResult[]} */ (InsideElement.styles),
    css`
      .field {
        position: relative;
        max-width: 22rem;
      }
    `,
  ];

  render() {
    const { report } = this;
    if (!report) {
      return nothing;
    }
    const { size, losses, centre, lowest, highest, rows, samples, reach } = report;
    const middle = Math.floor(size / 2);
    const steps = Array.from({ length: size }, (_, at) => reach * ((2 * at) / (size - 1) - 1));
    const words = t("inside.landscapeWords", {
      centre: formatMetric(centre),
      lowest: formatMetric(lowest),
      highest: formatMetric(highest),
      samples,
    });
    const lines = [
      {
        label: t("inside.direction", { number: 1 }),
        values: steps.map((_, at) => losses[middle * size + at]),
        token: "--series-1",
      },
      {
        label: t("inside.direction", { number: 2 }),
        values: steps.map((_, at) => losses[(size - 1 - at) * size + middle]),
        token: "--series-2",
        dashed: true,
      },
    ];
    return html`
      <p class="words">${words}</p>
      ${rows < size ? html`<p class="note" role="status">${t("inside.landscapeRows", { rows, size })}</p>` : nothing}
      <div class="two">
        <div>
          <div class="field">
            <map-grid smooth .maps=${report.heights} label=${t("inside.landscape")}></map-grid>
          </div>
          <p class="note">${t("inside.landscapeLegend")}</p>
        </div>
        <div>
          <h3>${t("inside.cuts")}</h3>
          <series-lines
            .places=${steps}
            .lines=${lines}
            label=${t("inside.cutsWords", { centre: formatMetric(centre) })}
            axis=${t("inside.distance")}
          ></series-lines>
          ${tableOf(
            ["", ...steps.map((step) => formatNumber(step, { maximumFractionDigits: 2 }))],
            steps.map((_, row) => [
              formatNumber(steps[size - 1 - row], { maximumFractionDigits: 2 }),
              ...losses.slice(row * size, (row + 1) * size).map(formatMetric),
            ]),
            t("inside.landscape"),
          )}
        </div>
      </div>
    `;
  }
}

customElements.define("inside-landscape", InsideLandscape);
