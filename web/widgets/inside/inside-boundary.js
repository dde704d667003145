/** The plane of a model of two inputs, with the samples in it, and each neuron's own map. */

import { css, html, nothing, svg } from "lit";
import { ref } from "lit/directives/ref.js";
import {
  CLASS_COLORS,
  classToken,
  paintMap,
  paintPlane,
  SchemeController,
} from "../../inside-colors.js";
import { InsideElement } from "../../inside-element.js";
import { choice, tableOf } from "../../inside-parts.js";
import { classLegend, classPoint } from "../../inside-points.js";
import { formatMetric, formatPercent, formatValue, t } from "../../locale.js";
import { className } from "../../prediction-tile.js";
import { chooseIn } from "../../state/inspection.js";

/** @typedef {import("../../protocol.js").BoundaryReport} BoundaryReport */

/** The table has so many points of the grid on each side. */
const TABLE = 5;

/** @extends {InsideElement<BoundaryReport>} */
class InsideBoundary extends InsideElement {
  static styles = [
    .../** @type {import("lit").CSSResult[]} */ (InsideElement.styles),
    css`
      .plane {
        display: grid;
        margin-top: var(--space-3);
        grid-template: "up field" auto "corner across" auto / auto minmax(0, 24rem);
        gap: var(--space-1);
      }

      .field {
        grid-area: field;
        position: relative;
        aspect-ratio: 1;
        border: 1px solid var(--line-strong);
        overflow: hidden;
      }

      .field canvas,
      .field svg {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        max-width: none;
        image-rendering: auto;
      }

      .up,
      .across {
        display: flex;
        justify-content: space-between;
        gap: var(--space-1);
        color: var(--text-muted);
        font-size: var(--size-small);
        font-variant-numeric: tabular-nums;
      }

      .up {
        grid-area: up;
        flex-direction: column;
        align-items: end;
      }

      .up .name {
        writing-mode: vertical-rl;
        rotate: 180deg;
      }

      .across {
        grid-area: across;
      }

      .plain {
        fill: var(--text);
        stroke: var(--surface-panel);
        stroke-width: 0.3;
      }
    `,
  ];

  constructor() {
    super();
    this.scheme = new SchemeController(this);
  }

  render() {
    const { report } = this;
    if (!report) {
      return nothing;
    }
    const words = describe(report);
    return html`
      <div class="two">
        <div>
          ${this.renderPlane(report, words)}
          ${report.classes > 0 ? classLegend([...report.shares.keys()].slice(0, 30), report.names) : nothing}
          <p class="words">${words}</p>
          ${report.notNumbers > 0 ? html`<p class="note lost">${t("inside.planeLost", { count: report.notNumbers })}</p>` : nothing}
          ${tableOf(["", ...places(report.x)], rowsOf(report), t("inside.boundary"))}
        </div>
        ${report.neurons ? this.renderNeurons(report, report.neurons) : nothing}
      </div>
    `;
  }

  /** @param {BoundaryReport} report @param {string} words */
  renderPlane(report, words) {
    const { x, y, features, points } = report;
    const toX = (/** @type {number} */ value) => (100 * (value - x[0])) / (x[1] - x[0]);
    const toY = (/** @type {number} */ value) => 100 - (100 * (value - y[0])) / (y[1] - y[0]);
    return html`
      <div class="plane">
        <div class="up" aria-hidden="true">
          <span>${formatMetric(y[1])}</span><span class="name">${features[1]}</span><span>${formatMetric(y[0])}</span>
        </div>
        <div class="field" role="img" aria-label=${words}>
          <canvas ${ref((canvas) => canvas && this.paint(/** @type {HTMLCanvasElement} */ (canvas), report))}></canvas>
          <svg viewBox="0 0 100 100" aria-hidden="true">
            ${points.x.map((value, at) =>
              report.classes > 0 && points.labels
                ? classPoint(toX(value), toY(points.y[at]), points.labels[at])
                : svg`<circle class="plain" cx=${toX(value).toFixed(2)} cy=${toY(points.y[at]).toFixed(2)} r="0.9" />`,
            )}
          </svg>
        </div>
        <div class="across" aria-hidden="true">
          <span>${formatMetric(x[0])}</span><span>${features[0]}</span><span>${formatMetric(x[1])}</span>
        </div>
      </div>
    `;
  }

  /** @param {HTMLCanvasElement} canvas @param {BoundaryReport} report */
  paint(canvas, { size, guesses, certainties, classes, height }) {
    if (guesses && certainties) {
      const colors = Array.from({ length: CLASS_COLORS }, (_, at) =>
        this.scheme.color(classToken(at)),
      );
      paintPlane(canvas, { size, guesses, certainties, classes }, colors);
    } else if (height) {
      const colors = {
        above: this.scheme.color("--series-2"),
        below: this.scheme.color("--series-1"),
      };
      paintMap(canvas, height, 0, colors);
    }
  }

  /** @param {BoundaryReport} report @param {import("../../protocol.js").Maps} neurons */
  renderNeurons({ layer, layers }, neurons) {
    return html`
      <div>
        <h3>${t("inside.neurons", { layer })}</h3>
        <p class="note">${t("inside.neuronsAbout")}</p>
        <div class="tools">
          ${choice(t("inside.layer"), layers, layer, (name) => chooseIn("boundary", { layer: name }))}
        </div>
        <map-grid smooth .maps=${neurons} label=${t("inside.neurons", { layer })}></map-grid>
      </div>
    `;
  }
}

/** @param {BoundaryReport} report @returns {string} */
function describe({ classes, shares, names, range }) {
  if (classes === 0) {
    const [low, high] = range ?? [0, 0];
    return t("inside.planeHeight", { low: formatMetric(low), high: formatMetric(high) });
  }
  const parts = shares
    .map((share, at) => ({ share, at }))
    .sort((a, b) => b.share - a.share)
    .slice(0, 4)
    .map(({ share, at }) =>
      t("inside.planeShare", { name: className(at, names), share: formatPercent(share) }),
    );
  return t("inside.planeShares", { parts: parts.join(t("inside.comma")) });
}

/** Places of the table along an axis. @param {number[]} ends @returns {string[]} */
function places([low, high]) {
  return Array.from({ length: TABLE }, (_, at) =>
    formatMetric(low + ((high - low) * at) / (TABLE - 1)),
  );
}

/** @param {BoundaryReport} report */
function rowsOf({ size, y, guesses, height, range, names }) {
  const steps = Array.from({ length: TABLE }, (_, at) =>
    Math.round((at * (size - 1)) / (TABLE - 1)),
  );
  const heads = places(y).reverse();
  return steps.map((row, at) => [
    heads[at],
    ...steps.map((column) => {
      const place = row * size + column;
      if (guesses) {
        return className(guesses[place] === 255 ? -1 : guesses[place], names);
      }
      if (!height || !range) {
        return "";
      }
      return formatValue(height.low + (height.values[place] / 255) * (height.high - height.low));
    }),
  ]);
}

customElements.define("inside-boundary", InsideBoundary);
