/** Whether a classifier is as sure as it is right, and how it does with each class. */

import { css, html, nothing, svg } from "lit";
import { InsideElement } from "../../inside-element.js";
import { tableOf } from "../../inside-parts.js";
import { formatNumber, formatPercent, t } from "../../locale.js";
import { className } from "../../prediction-tile.js";

/** @typedef {import("../../protocol.js").CalibrationReport} CalibrationReport */

/** @extends {InsideElement<CalibrationReport>} */
class InsideCalibration extends InsideElement {
  static styles = [
    .../** @type {import("lit").CSSResult[]} */ (InsideElement.styles),
    css`
      .diagram {
        display: block;
        width: 100%;
        max-width: 24rem;
      }

      .frame {
        fill: none;
        stroke: var(--line-strong);
        stroke-width: 0.4;
      }

      .ideal {
        stroke: var(--text-muted);
        stroke-width: 0.5;
        stroke-dasharray: 2 2;
      }

      .share {
        fill: var(--series-1);
        background: var(--series-1);
      }

      .too-sure {
        fill: var(--series-2);
        background: var(--series-2);
      }

      .too-unsure {
        fill: var(--series-6);
        background: var(--series-6);
      }

      .legend i {
        display: inline-block;
        width: 0.75rem;
        height: 0.75rem;
        margin-right: var(--space-1);
        vertical-align: -1px;
      }

      text {
        fill: var(--text-muted);
        font-size: 3.6px;
      }

      .classes th[scope="row"] {
        text-align: left;
      }

      .classes .bar {
        width: 8rem;
      }

      .classes .bar span {
        display: block;
        width: var(--share);
        min-width: 1px;
        height: 0.625rem;
        border-radius: 2px;
        background: var(--series-1);
      }
    `,
  ];

  render() {
    const { report } = this;
    if (!report) {
      return nothing;
    }
    const { total, correct, error, notNumbers } = report;
    if (total === 0) {
      return html`<p class="lost">${t("inside.notNumbers", { count: notNumbers })}</p>`;
    }
    const mean = report.bins.reduce((sum, bin) => sum + bin.count * bin.certainty, 0) / total;
    const words = t(mean > correct / total ? "inside.tooSure" : "inside.tooUnsure", {
      certainty: formatPercent(mean),
      accuracy: formatPercent(correct / total),
      error: formatPercent(error),
      total,
    });
    return html`
      <p class="words">${words}</p>
      ${notNumbers > 0 ? html`<p class="lost">${t("inside.notNumbers", { count: notNumbers })}</p>` : nothing}
      <div class="two">
        <div>
          ${diagram(report, words)}
          <ul class="legend" role="list">
            <li><i class="share"></i>${t("inside.shareRight")}</li>
            <li><i class="too-sure"></i>${t("inside.surerThanRight")}</li>
            <li><i class="too-unsure"></i>${t("inside.rightThanSure")}</li>
          </ul>
          <p class="note">${t("inside.calibrationLegend")}</p>
          ${tableOf(
            [
              t("inside.certainty"),
              t("samples.samples"),
              t("inside.meanCertainty"),
              t("inside.right"),
            ],
            report.bins.map(({ low, high, count, certainty, accuracy }) => [
              `${formatPercent(low, 0)} – ${formatPercent(high, 0)}`,
              formatNumber(count),
              count > 0 ? formatPercent(certainty) : "–",
              count > 0 ? formatPercent(accuracy) : "–",
            ]),
            t("inside.calibration"),
          )}
        </div>
        ${this.renderClasses(report)}
      </div>
    `;
  }

  /** @param {CalibrationReport} report */
  renderClasses({ classes, names, hidden }) {
    return html`
      <div>
        <h3>${t("inside.perClass")}</h3>
        <div class="scrolling" role="group" tabindex="0" aria-label=${t("inside.perClass")}>
          <table class="classes">
            <thead>
              <tr>
                <th scope="col">${t("samples.class")}</th>
                <th scope="col">${t("samples.samples")}</th>
                <th scope="col">${t("inside.recall")}</th>
                <th scope="col">${t("inside.precision")}</th>
                <td></td>
              </tr>
            </thead>
            <tbody>
              ${classes.map(({ samples, found, said }, at) => {
                const recall = samples > 0 ? found / samples : 0;
                return html`
                  <tr>
                    <th scope="row">${className(at, names)}</th>
                    <td>${formatNumber(samples)}</td>
                    <td>${samples > 0 ? formatPercent(recall) : "–"}</td>
                    <td>${said > 0 ? formatPercent(found / said) : "–"}</td>
                    <td class="bar" aria-hidden="true">
                      <span style="--share: ${(100 * recall).toFixed(1)}%"></span>
                    </td>
                  </tr>
                `;
              })}
            </tbody>
          </table>
        </div>
        <p class="note">${t("inside.perClassLegend")}</p>
        ${hidden > 0 ? html`<p class="note">${t("samples.moreClasses", { count: hidden })}</p>` : nothing}
      </div>
    `;
  }
}

/** @param {CalibrationReport} report @param {string} words */
function diagram({ bins }, words) {
  return html`
    <svg class="diagram" viewBox="0 0 118 114" role="img" aria-label=${words}>
      ${bins.map(({ low, count, certainty, accuracy }) => {
        if (count === 0) {
          return nothing;
        }
        const x = 14 + 100 * low;
        const sure = certainty > accuracy;
        const gap = 100 * Math.abs(certainty - accuracy);
        return svg`
          <rect class="share" x=${x + 0.5} width="9" y=${4 + 100 * (1 - accuracy)} height=${100 * accuracy} />
          <rect
            class=${sure ? "too-sure" : "too-unsure"}
            x=${x + 0.5} width="9"
            y=${4 + 100 * (1 - Math.max(accuracy, certainty))} height=${gap}
          />
        `;
      })}
      <path class="frame" d="M14 4V104H114" />
      <path class="ideal" d="M14 104L114 4" />
      ${[0, 0.5, 1].map(
        (value) => svg`
          <text x=${14 + 100 * value} y="109" text-anchor=${value === 1 ? "end" : "middle"}>${formatPercent(value, 0)}</text>
          <text x="12.5" y=${105.2 - 100 * value} text-anchor="end">${formatPercent(value, 0)}</text>
        `,
      )}
      <text x="64" y="113" text-anchor="middle">${t("inside.certainty")}</text>
    </svg>
  `;
}

customElements.define("inside-calibration", InsideCalibration);
