/** Which part of a sample an answer hangs on. */

import { css, html, nothing } from "lit";
import { InsideElement } from "../../inside-element.js";
import { sampleHead } from "../../inside-parts.js";
import { formatMetric, formatPercent, formatValue, t } from "../../locale.js";

/** @typedef {import("../../protocol.js").SaliencyReport} SaliencyReport */

/** @extends {InsideElement<SaliencyReport>} */
class InsideSaliency extends InsideElement {
  static styles = [
    .../** @type {import("lit").CSSResult[]} */ (InsideElement.styles),
    css`
      .parts th[scope="row"] {
        text-align: left;
      }

      .parts .bar {
        position: relative;
        width: 10rem;
        min-width: 6rem;
      }

      .bar i {
        position: absolute;
        inset-block: 25%;
        left: var(--from);
        width: var(--share);
        min-width: 1px;
        background: var(--series-2);
      }

      .bar .below {
        background: var(--series-1);
      }
    `,
  ];

  render() {
    const { report } = this;
    if (!report) {
      return nothing;
    }
    const { gradient, occlusion, parts, patch, before, hidden } = report;
    return html`
      ${sampleHead(report)}
      ${
        gradient || occlusion
          ? html`
            <div class="two">
              <div>
                <h3>${t("inside.mapGradient")}</h3>
                <p class="note">${t("inside.gradientAbout")}</p>
                ${
                  gradient
                    ? html`<map-grid .maps=${gradient} label=${t("inside.mapGradient")}></map-grid>`
                    : html`<p class="note">${t("inside.noGradient")}</p>`
                }
              </div>
              <div>
                <h3>${t("inside.mapOcclusion")}</h3>
                ${
                  occlusion
                    ? html`
                      <p class="note">${t("inside.occlusionAbout", { patch, before: formatBefore(report, before) })}</p>
                      <map-grid smooth .maps=${occlusion} label=${t("inside.mapOcclusion")}></map-grid>
                    `
                    : html`<p class="note" role="status">${t("inside.waiting")}</p>`
                }
              </div>
            </div>
          `
          : nothing
      }
      ${parts.length > 0 ? this.renderParts(report) : nothing}
      ${hidden > 0 ? html`<p class="note">${t("inside.moreValues", { count: hidden })}</p>` : nothing}
    `;
  }

  /** @param {SaliencyReport} report */
  renderParts(report) {
    const { parts, before } = report;
    const most = Math.max(...parts.map(({ fall }) => Math.abs(fall) || 0), 1e-12);
    const slopes = parts.some(({ gradient }) => gradient !== null);
    return html`
      <p class="note">${t("inside.partsAbout", { before: formatBefore(report, before) })}</p>
      <div class="scrolling" role="group" tabindex="0" aria-label=${t("inside.saliency")}>
        <table class="parts">
          <thead>
            <tr>
              <th scope="col">${t("inside.feature")}</th>
              <th scope="col">${t("inside.value")}</th>
              <th scope="col">${t("inside.fall")}</th>
              <td></td>
              ${slopes ? html`<th scope="col">${t("inside.slope")}</th>` : nothing}
            </tr>
          </thead>
          <tbody>
            ${parts.map(({ name, value, gradient, fall }) => {
              const share = (50 * Math.abs(fall)) / most || 0;
              const from = fall < 0 ? 50 - share : 50;
              return html`
                <tr>
                  <th scope="row">${name}</th>
                  <td>${formatValue(value)}</td>
                  <td>${formatMetric(fall)}</td>
                  <td class="bar" aria-hidden="true">
                    <i class=${fall < 0 ? "below" : ""} style="--from: ${from.toFixed(1)}%; --share: ${share.toFixed(1)}%"></i>
                  </td>
                  ${slopes ? html`<td>${gradient === null ? "–" : formatMetric(gradient)}</td>` : nothing}
                </tr>
              `;
            })}
          </tbody>
        </table>
      </div>
    `;
  }
}

/** @param {SaliencyReport} report @param {number} before */
function formatBefore({ guess }, before) {
  return guess === null ? formatMetric(before) : formatPercent(before || 0);
}

customElements.define("inside-saliency", InsideSaliency);
