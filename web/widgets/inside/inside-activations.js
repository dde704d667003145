/** What each layer makes of one sample, from the input to the answer. */

import { css, html, nothing } from "lit";
import { InsideElement } from "../../inside-element.js";
import { sampleHead, shapeText, tableOf } from "../../inside-parts.js";
import { formatMetric, formatPercent, t } from "../../locale.js";
import { className } from "../../prediction-tile.js";

/** @typedef {import("../../protocol.js").ActivationsReport} ActivationsReport */
/** @typedef {import("../../protocol.js").InspectedLayer} InspectedLayer */

/** @extends {InsideElement<ActivationsReport>} */
class InsideActivations extends InsideElement {
  static styles = [
    .../** @type {import("lit").CSSResult[]} */ (InsideElement.styles),
    css`
      .layer {
        padding: var(--space-3) 0;
        border-top: 1px solid var(--line);
      }

      .layer h3 {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--space-2);
        margin: 0 0 var(--space-1);
      }

      .layer h3 span {
        color: var(--text-muted);
        font-weight: normal;
      }

      .values {
        display: flex;
        align-items: stretch;
        height: 4.5rem;
        border-bottom: 1px solid var(--line);
      }

      .values i {
        position: relative;
        flex: 1 1 0;
        min-width: 0;
        max-width: 3rem;
      }

      .values i::after {
        position: absolute;
        inset: var(--top) 10% var(--bottom);
        min-height: 1px;
        background: var(--series-2);
        content: "";
      }

      .values .below::after {
        background: var(--series-1);
      }
    `,
  ];

  render() {
    const { report } = this;
    if (!report) {
      return nothing;
    }
    return html`
      ${sampleHead(report)}
      ${report.layers.map((layer, at) => this.renderLayer(layer, at === report.layers.length - 1 ? report.names : null))}
      ${report.hidden > 0 ? html`<p class="note">${t("inside.moreLayers", { count: report.hidden })}</p>` : nothing}
    `;
  }

  /** @param {InspectedLayer} layer @param {string[] | null} names Of the classes, for the last one. */
  renderLayer(layer, names) {
    const { name, layerClass, shape, low, high, mean, zeros, notNumbers } = layer;
    const words = t("inside.layerWords", {
      low: formatMetric(low),
      high: formatMetric(high),
      mean: formatMetric(mean),
      zeros: formatPercent(zeros),
    });
    return html`
      <div class="layer">
        <h3>${name} <span>${layerClass} ${shapeText(shape)}</span></h3>
        ${
          layer.maps
            ? html`<map-grid .maps=${layer.maps} label=${t("inside.outputOf", { layer: name })}></map-grid>`
            : nothing
        }
        ${layer.values ? renderValues(layer, layer.values, words, names) : nothing}
        <p class="note">${words}</p>
        ${notNumbers > 0 ? html`<p class="lost">${t("inside.notNumbers", { count: notNumbers })}</p>` : nothing}
      </div>
    `;
  }
}

/**
 * @param {InspectedLayer} layer
 * @param {number[]} values
 * @param {string} words
 * @param {string[] | null} names
 */
function renderValues({ name, hidden }, values, words, names) {
  const finite = values.filter(Number.isFinite);
  const high = Math.max(...finite, 0);
  const low = Math.min(...finite, 0);
  const span = high - low || 1;
  const label = t("inside.outputOf", { layer: name });
  return html`
    <div class="values" role="img" aria-label=${`${label}: ${words}`}>
      ${values.map((value) => {
        const known = Number.isFinite(value) ? value : 0;
        const top = (100 * (high - Math.max(known, 0))) / span;
        const bottom = (100 * (Math.min(known, 0) - low)) / span;
        return html`<i class=${known < 0 ? "below" : ""} style="--top: ${top.toFixed(1)}%; --bottom: ${bottom.toFixed(1)}%"></i>`;
      })}
    </div>
    ${hidden > 0 ? html`<p class="note">${t("inside.moreValues", { count: hidden })}</p>` : nothing}
    ${tableOf(
      [t("inside.unit"), t("inside.value")],
      values.map((value, at) => [names ? className(at, names) : String(at), formatMetric(value)]),
      label,
    )}
  `;
}

customElements.define("inside-activations", InsideActivations);
