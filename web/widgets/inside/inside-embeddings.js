/** Where a layer puts the samples, or an embedding its words, in two dimensions. */

import { css, html, nothing, svg } from "lit";
import { InsideElement } from "../../inside-element.js";
import { choice, tableOf } from "../../inside-parts.js";
import { classLegend, classPoint } from "../../inside-points.js";
import { formatMetric, formatPercent, t } from "../../locale.js";
import { className } from "../../prediction-tile.js";
import { chooseIn } from "../../state/inspection.js";

/** @typedef {import("../../protocol.js").EmbeddingsReport} EmbeddingsReport */

/** More words would lie over each other. */
const WORDS_WRITTEN = 80;

/** @extends {InsideElement<EmbeddingsReport>} */
class InsideEmbeddings extends InsideElement {
  static styles = [
    .../** @type {import("lit").CSSResult[]} */ (InsideElement.styles),
    css`
      .points {
        display: block;
        width: 100%;
        max-width: 34rem;
        border: 1px solid var(--line-strong);
        background: var(--surface-sunken);
      }

      .plain {
        fill: var(--series-1);
        stroke: var(--surface-panel);
        stroke-width: 0.3;
      }

      .word {
        fill: var(--text);
        font-size: 3px;
      }
    `,
  ];

  render() {
    const { report } = this;
    if (!report) {
      return nothing;
    }
    const { layers, layer, share, width, x, total, labels, names } = report;
    const words = t(report.of === "words" ? "inside.embeddedWords" : "inside.embedded", {
      layer,
      width,
      shown: x.length,
      total,
      share: formatPercent(share[0] + share[1]),
    });
    return html`
      <div class="tools">
        ${choice(t("inside.layer"), layers, layer, (name) => chooseIn("embeddings", { layer: name }))}
      </div>
      ${points(report, words)}
      ${labels ? classLegend(labels, names) : nothing}
      <p class="words">${words}</p>
      ${tableOf(
        [
          t("inside.number"),
          report.of === "words" ? t("inside.word") : t("samples.class"),
          "1",
          "2",
        ],
        x
          .slice(0, 100)
          .map((value, at) => [
            String(report.indices[at]),
            report.words?.[at] ?? (labels ? className(labels[at], names) : "–"),
            formatMetric(value),
            formatMetric(report.y[at]),
          ]),
        t("inside.embeddings"),
      )}
    `;
  }
}

/** @param {EmbeddingsReport} report @param {string} description */
function points({ x, y, labels, words }, description) {
  const toX = scale(x, 4, 96);
  const toY = scale(y, 76, 4);
  const written = words && words.length <= WORDS_WRITTEN;
  return html`
    <svg class="points" viewBox="0 0 100 80" role="img" aria-label=${description}>
      ${x.map((value, at) => {
        const [left, top] = [toX(value), toY(y[at])];
        if (written) {
          return svg`
            <circle class="plain" cx=${left} cy=${top} r="0.6" />
            <text
              class="word"
              x=${left > 80 ? left - 1 : left + 1} y=${top + 1}
              text-anchor=${left > 80 ? "end" : "start"}
            >${words[at]}</text>
          `;
        }
        return labels
          ? classPoint(left, top, labels[at], 0.9)
          : svg`<circle class="plain" cx=${left} cy=${top} r="0.9" />`;
      })}
    </svg>
  `;
}

/** @param {number[]} values @param {number} from @param {number} to */
function scale(values, from, to) {
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  return (/** @type {number} */ value) =>
    Number((from + ((value - low) / span) * (to - from)).toFixed(2));
}

customElements.define("inside-embeddings", InsideEmbeddings);
