/** What every chart of curves is: a title, a plot that hands and keys can explore, a legend. */

import { html, LitElement, nothing, unsafeCSS } from "lit";
import uPlotStyle from "uplot/dist/uPlot.min.css";
import { nearest } from "./chart-columns.js";
import { gapOf } from "./chart-gaps.js";
import { exploreByKey, zoomAround } from "./chart-keys.js";
import { Plot } from "./chart-plot.js";
import {
  formatMetric,
  formatNumber,
  formatSeconds,
  LanguageController,
  language,
  t,
} from "./locale.js";
import { chartView, pointAt, toggleSeries, zoomTo } from "./state/chart-view.js";
import { StoreController } from "./store.js";
import charts from "./styles/charts.css";
import controls from "./styles/controls.css";

/** @typedef {import("./chart-series.js").Series} Series */
/** @typedef {import("./state/curve.js").Axis} Axis */

export class ChartElement extends LitElement {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { log: { state: true }, said: { state: true } };

  static styles = [unsafeCSS(controls), unsafeCSS(uPlotStyle), unsafeCSS(charts)];

  constructor() {
    super();
    this.log = false;
    /** What was last told to someone who explores by keys. */
    this.said = "";
    /** Which of the series the keys move along. */
    this.explored = 0;
    /** @type {Plot | null} */
    this.plot = null;
    this.visible = true;
    new StoreController(this, chartView);
    new LanguageController(this);
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.resizes = new ResizeObserver(() => this.plot?.fitWidth());
    this.views = new IntersectionObserver(([{ isIntersecting }]) =>
      this.showOrRest(isIntersecting),
    );
    this.redraw = () => this.plot?.redraw();
  }

  /** The curves, those that the reader hid too. @returns {Series[]} */
  series() {
    return [];
  }

  /** What the curves are of, in the reader's language. @returns {string} */
  heading() {
    return "";
  }

  /** What stands in the place of curves where there are none. @returns {string} */
  emptyText() {
    return "";
  }

  /** Whether the values are shares of 1. */
  get share() {
    return false;
  }

  /** @returns {Axis} */
  get axis() {
    return chartView.values.axis;
  }

  /** Where the axis ends. */
  get end() {
    return 1;
  }

  /** The part of the axis that is shown. @returns {[number, number]} */
  get range() {
    return chartView.values.zoom ?? [0, this.end];
  }

  get shownSeries() {
    return this.series().filter(({ key }) => !chartView.values.hidden.has(key));
  }

  connectedCallback() {
    super.connectedCallback();
    this.resizes.observe(this);
    this.views.observe(this);
    this.scheme.addEventListener("change", this.redraw);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.resizes.disconnect();
    this.views.disconnect();
    this.scheme.removeEventListener("change", this.redraw);
    this.plot?.destroy();
    this.plot = null;
  }

  /** Nothing is drawn where nobody can see it. @param {boolean} visible */
  showOrRest(visible) {
    this.visible = visible;
    if (visible) {
      this.requestUpdate();
    }
  }

  shouldUpdate() {
    return this.visible || !this.hasUpdated;
  }

  render() {
    const series = this.series();
    return html`
      <div class="head">
        ${this.renderTitle()}
        <span class="place note">${this.placeText(series)}</span>
        <button
          class="log"
          aria-pressed=${this.log}
          ?hidden=${series.length === 0}
          @click=${this.toggleLog}
        >${t("chart.log")}</button>
      </div>
      <div
        class="plot"
        role="application"
        tabindex=${series.length > 0 ? 0 : -1}
        aria-roledescription=${t("chart.role")}
        aria-label=${this.describe(series)}
        aria-description=${t("chart.keys")}
        @keydown=${this.press}
        @wheel=${{ handleEvent: this.wheel.bind(this), passive: false }}
      >
        <p class="empty note" ?hidden=${series.length > 0}>${this.emptyText()}</p>
        ${this.renderLeftOut(series)}
      </div>
      <ul class="legend" role="list">${series.map((entry) => this.renderEntry(entry))}</ul>
      <p class="hidden-text" aria-live="polite">${this.said}</p>
    `;
  }

  renderTitle() {
    return html`<h2>${this.heading()}</h2>`;
  }

  /** @param {Series} entry */
  renderEntry(entry) {
    const shown = !chartView.values.hidden.has(entry.key);
    return html`
      <li>
        <button aria-pressed=${shown} @click=${() => toggleSeries(entry.key)}>
          <svg style=${`color: var(--series-${entry.color})`} width="20" height="10" aria-hidden="true">
            <line
              x1="0" y1="5" x2="20" y2="5" stroke="currentColor" stroke-width="2"
              stroke-dasharray=${entry.dashed ? "4 3" : "none"}
            />
            ${entry.marker > 0 ? MARKS[(entry.marker - 1) % MARKS.length] : nothing}
          </svg>
          <span class="muted">${entry.label}</span>
          <span class="value">${formatMetric(this.shownValue(entry))}</span>
        </button>
      </li>
    `;
  }

  /** @param {Series[]} series */
  renderLeftOut(series) {
    const texts = series.flatMap(({ label, points }) => {
      const gap = gapOf(points);
      if (!gap) {
        return [];
      }
      const place = t(`chart.at.${gap.axis}`, { place: gap.place });
      const name = series.length > 1 ? label : "";
      const values = { name, place, value: gap.value, count: gap.count };
      return [
        t(gap.toEnd ? "chart.notFinite" : "chart.someNotFinite", values).replace(/^[:：] ?/, ""),
      ];
    });
    if (this.log && series.some(({ points }) => hasNonPositive(points))) {
      texts.push(t("chart.notPositive"));
    }
    return texts.length > 0
      ? html`<p class="left-out note">${texts.slice(0, 2).join(" · ")}${texts.length > 2 ? " …" : ""}</p>`
      : nothing;
  }

  updated() {
    const target = /** @type {HTMLElement | null} */ (this.renderRoot.querySelector(".plot"));
    if (!target || !this.visible) {
      return;
    }
    this.plot ??= new Plot(target, { point: pointAt, zoom: zoomTo });
    this.plot.show({
      series: this.shownSeries,
      axis: this.axis,
      range: this.range,
      log: this.log,
      share: this.share,
      smoothing: chartView.values.smoothing,
      language: language(),
    });
    this.plot.point(chartView.values.cursor);
  }

  toggleLog() {
    this.log = !this.log;
  }

  /** @param {Series[]} series */
  describe(series) {
    const parts = series.map((entry) => `${entry.label} ${formatMetric(entry.latest)}`);
    return [this.heading(), ...parts].join(", ");
  }

  /** @param {Series} entry */
  shownValue({ points, latest }) {
    const { cursor } = chartView.values;
    const at = cursor === null ? -1 : nearest(points, this.axis, cursor);
    return at < 0 ? latest : points.value[at];
  }

  /** Where the crosshair is. @param {Series[]} series */
  placeText(series) {
    const { cursor } = chartView.values;
    if (cursor === null || series.length === 0) {
      return "";
    }
    return placeName(this.axis, cursor, this.range[1] - this.range[0]);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const series = this.shownSeries;
    this.explored = Math.min(this.explored, series.length - 1);
    const move = exploreByKey(event, {
      series,
      explored: this.explored,
      axis: this.axis,
      range: this.range,
      end: this.end,
      view: chartView.values,
    });
    if (!move) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (move.zoom !== undefined) {
      zoomTo(move.zoom);
    }
    if (move.cursor !== undefined) {
      pointAt(move.cursor);
    }
    this.explored = move.explored ?? this.explored;
    this.said = this.sayPoint(series, move.cursor ?? chartView.values.cursor);
  }

  /**
   * @param {Series[]} series
   * @param {number | null} cursor
   */
  sayPoint(series, cursor) {
    const entry = series[this.explored];
    const at = entry && cursor !== null ? nearest(entry.points, this.axis, cursor) : -1;
    if (at < 0) {
      return "";
    }
    const [from, to] = this.range;
    const place = placeName(this.axis, entry.points[this.axis][at], to - from);
    return `${entry.label}: ${formatMetric(entry.points.value[at])}, ${place}`;
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    const { plot } = this;
    if (!event.ctrlKey || !plot?.plot) {
      return;
    }
    event.preventDefault();
    const { left } = plot.plot.over.getBoundingClientRect();
    const place = plot.plot.posToVal(event.clientX - left, "x");
    zoomTo(zoomAround(place, 1.002 ** event.deltaY, this.range, this.end));
  }
}

/** Shapes that tell curves of one colour apart, as in the drawing. */
const MARKS = [
  "M13.5 5a3.5 3.5 0 1 1-7 0a3.5 3.5 0 1 1 7 0",
  "M6.5 1.5h7v7h-7z",
  "M10 .5l4.5 8h-9z",
  "M10 0l5 5-5 5-5-5z",
  "M5.5 3.5h9v3h-9z",
].map((path) => html`<svg><path d=${path} fill="currentColor" /></svg>`);

/**
 * @param {Axis} axis
 * @param {number} place
 * @param {number} length What is shown of the axis.
 */
function placeName(axis, place, length) {
  if (axis === "time") {
    return formatSeconds(Math.max(place, 0));
  }
  const digits = axis === "step" ? 0 : Math.min(Math.max(Math.ceil(2 - Math.log10(length)), 0), 4);
  return t(`chart.at.${axis}`, { place: formatNumber(place, { maximumFractionDigits: digits }) });
}

/** @param {import("./chart-columns.js").Points} points */
function hasNonPositive({ length, value }) {
  for (let at = 0; at < length; at += 1) {
    if (value[at] <= 0) {
      return true;
    }
  }
  return false;
}
