/** The curve of one metric: training solid, validation dashed, one colour per fit. */

import { css, html, LitElement, unsafeCSS } from "lit";
import uPlot from "uplot";
import uPlotStyle from "uplot/dist/uPlot.min.css";
import { align, seriesOf } from "../chart-series.js";
import { formatMetric, formatNumber, LanguageController, t } from "../locale.js";
import controls from "../styles/controls.css";

/** @typedef {import("../training-record.js").TrainingRecord} TrainingRecord */
/** @typedef {import("../chart-series.js").Series} Series */

const HEIGHT_PX = 184;
/** Distances between two labels of the axis of epochs: 1, 2, 5, 10, 20 ... */
const EPOCHS_APART = [0, 1, 2, 3, 4, 5].flatMap((power) => [1, 2, 5].map((n) => n * 10 ** power));

export class MetricChart extends LitElement {
  static properties = {
    record: {},
    version: { type: Number },
    metric: {},
    choices: {},
    cursor: { state: true },
  };

  static styles = [
    unsafeCSS(controls),
    unsafeCSS(uPlotStyle),
    css`
      :host {
        min-width: 0;
      }

      /* Two lines from the start: a legend of several fits moves nothing. */
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        align-content: start;
        gap: 0 var(--space-4);
        min-height: 3.25rem;
      }

      select {
        min-height: 0;
        height: 1.625rem;
        padding: 0 var(--space-1);
        border-color: var(--line);
        font-weight: var(--weight-strong);
      }

      ul {
        display: contents;
        list-style: none;
      }

      li {
        display: inline-flex;
        align-items: center;
        gap: var(--space-1);
        height: 1.625rem;
        font-size: var(--size-note);
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }

      h2 {
        height: 1.625rem;
        line-height: 1.625rem;
      }

      .plot {
        position: relative;
        height: ${HEIGHT_PX}px;
        overflow: hidden;
      }

      .empty {
        position: absolute;
        z-index: 1;
        inset: 0;
        padding: var(--space-3);
        border-radius: var(--radius-small);
        background: var(--surface-sunken);
        display: grid;
        place-items: center;
        margin: 0;
        text-align: center;
        text-wrap: balance;
        pointer-events: none;
      }

      .empty[hidden] {
        display: none;
      }

      .color-1 { color: var(--series-1); }
      .color-2 { color: var(--series-2); }
      .color-3 { color: var(--series-3); }
      .color-4 { color: var(--series-4); }
      .color-5 { color: var(--series-5); }
      .color-6 { color: var(--series-6); }

      .value {
        color: var(--text);
      }
    `,
  ];

  constructor() {
    super();
    /** @type {TrainingRecord | null} */
    this.record = null;
    this.version = 0;
    this.metric = "loss";
    /** @type {string[]} */
    this.choices = [];
    /** Where the pointer is in the curves: an index, or null. @type {number | null} */
    this.cursor = null;
    /** @type {uPlot | null} */
    this.plot = null;
    this.shape = "";
    this.language = new LanguageController(this);
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.resizes = new ResizeObserver(() => this.fitWidth());
    this.redraw = () => this.plot?.redraw(false);
  }

  connectedCallback() {
    super.connectedCallback();
    this.resizes.observe(this);
    this.scheme.addEventListener("change", this.redraw);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.resizes.disconnect();
    this.scheme.removeEventListener("change", this.redraw);
  }

  render() {
    const series = this.series();
    return html`
      <div class="head">
        ${this.renderTitle()}
        <ul role="list">
        ${series.map((entry, index) => {
          const value = formatMetric(this.shownValue(entry, index));
          return html`
            <li>
              <svg class="color-${entry.color}" width="18" height="8" aria-hidden="true">
                <line
                  x1="0" y1="4" x2="18" y2="4" stroke="currentColor" stroke-width="2"
                  stroke-dasharray=${entry.dashed ? "4 3" : "none"}
                />
              </svg>
              <span class="muted">${entry.label}</span>
              <span class="value">${value}</span>
            </li>
          `;
        })}
        </ul>
      </div>
      <div class="plot" role="img" aria-label=${this.describe(series)}>
        <p class="empty note" ?hidden=${series.length > 0}>${this.emptyText()}</p>
      </div>
    `;
  }

  renderTitle() {
    if (this.choices.length < 2) {
      return html`<h2>${this.heading()}</h2>`;
    }
    return html`
      <select aria-label=${t("chart.choose")} @change=${this.choose}>
        ${this.choices.map(
          (name) => html`<option value=${name} ?selected=${name === this.metric}>${name}</option>`,
        )}
      </select>
    `;
  }

  /** @param {import("lit").PropertyValues} changed */
  updated(changed) {
    if (!changed.has("cursor") || changed.size > 1) {
      this.draw();
    }
  }

  heading() {
    if (this.metric === "loss") {
      return t("chart.loss");
    }
    return this.metric === "accuracy" ? t("chart.accuracy") : this.metric;
  }

  emptyText() {
    const hasRun = (this.record?.fits.length ?? 0) > 0;
    if (this.metric === "loss") {
      return t("chart.emptyLoss");
    }
    return t(hasRun ? "chart.noMetric" : "chart.emptyMetric");
  }

  /** @param {Series[]} series */
  describe(series) {
    const parts = series.map((entry) => `${entry.label} ${formatMetric(entry.latest)}`);
    return [this.heading(), ...parts].join(", ");
  }

  /** @param {Event} event */
  choose({ target }) {
    const detail = /** @type {HTMLSelectElement} */ (target).value;
    this.dispatchEvent(new CustomEvent("metric-choice", { detail, bubbles: true, composed: true }));
  }

  /** @returns {Series[]} */
  series() {
    return seriesOf(this.record?.fits ?? [], this.metric);
  }

  /**
   * @param {Series} entry
   * @param {number} index
   */
  shownValue(entry, index) {
    const values = this.plot?.data[index + 1];
    if (this.cursor === null || !values) {
      return entry.latest;
    }
    // Curves have points of their own: the nearest one at or before the pointer.
    for (let at = this.cursor; at >= 0; at -= 1) {
      const value = values[at];
      if (value !== null && value !== undefined) {
        return value;
      }
    }
    return undefined;
  }

  draw() {
    const series = this.series();
    const shape = series.map((entry) => `${entry.label}/${entry.color}/${entry.dashed}`).join();
    if (!this.plot || shape !== this.shape) {
      this.build(series, shape);
    }
    this.plot?.setData(align(series));
  }

  /**
   * @param {Series[]} series
   * @param {string} shape
   */
  build(series, shape) {
    this.plot?.destroy();
    this.shape = shape;
    const target = /** @type {HTMLElement} */ (this.renderRoot.querySelector(".plot"));
    this.plot = new uPlot(this.options(series, target.clientWidth), align(series), target);
  }

  /**
   * @param {Series[]} series
   * @param {number} width
   * @returns {uPlot.Options}
   */
  options(series, width) {
    const color = (/** @type {string} */ name) => () =>
      getComputedStyle(this).getPropertyValue(name);
    const font = `11px ${getComputedStyle(this).fontFamily}`;
    const axis = {
      stroke: color("--text-muted"),
      grid: { stroke: color("--grid"), width: 1 },
      ticks: { show: false },
      font,
    };
    return {
      width,
      height: HEIGHT_PX,
      legend: { show: false },
      cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
      scales: {
        x: { time: false, range: () => [0, this.record?.lastEpoch ?? 1] },
        y: { range: (_, low, high) => this.range(low, high) },
      },
      axes: [
        {
          ...axis,
          label: t("chart.epochs"),
          labelFont: font,
          labelSize: 14,
          labelGap: 0,
          size: 25,
          gap: 5,
          space: 44,
          incrs: EPOCHS_APART,
          values: wholeNumbers,
        },
        { ...axis, size: 46, gap: 4, values: (_, splits) => splits.map(shortNumber) },
      ],
      hooks: { setCursor: [(plot) => this.point(plot)] },
      series: [
        {},
        ...series.map((entry) => ({
          stroke: color(`--series-${entry.color}`),
          width: 2,
          dash: entry.dashed ? [5, 4] : [],
          spanGaps: true,
          points: { show: entry.dashed, size: 5, fill: color(`--series-${entry.color}`) },
        })),
      ],
    };
  }

  /** @param {uPlot} plot */
  point(plot) {
    const index = plot.cursor.idx ?? null;
    if (index !== this.cursor) {
      this.cursor = index;
    }
  }

  /**
   * @param {number | null} low
   * @param {number | null} high
   * @returns {[number, number]}
   */
  range(low, high) {
    if (low === null || high === null || !Number.isFinite(low + high)) {
      return [0, 1];
    }
    const room = (high - low || Math.abs(high) || 1) * 0.08;
    const top = this.metric.endsWith("accuracy") ? Math.min(high + room, 1.005) : high + room;
    return [low >= 0 ? Math.max(low - room, 0) : low - room, top];
  }

  fitWidth() {
    const width = this.renderRoot.querySelector(".plot")?.clientWidth ?? 0;
    if (this.plot && width > 0 && width !== this.plot.width) {
      this.plot.setSize({ width, height: HEIGHT_PX });
    }
  }
}

/**
 * @param {uPlot} _
 * @param {number[]} splits
 */
function wholeNumbers(_, splits) {
  return splits.map((value) => (Number.isInteger(value) ? formatNumber(value) : ""));
}

/** @param {number} value */
function shortNumber(value) {
  return formatNumber(value, { maximumSignificantDigits: 3, notation: "compact" });
}

customElements.define("metric-chart", MetricChart);
