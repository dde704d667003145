/** What every chart of curves is: a title, a plot that hands and keys can explore, a legend. */

import { html, LitElement, nothing, unsafeCSS } from "lit";
import uPlotStyle from "uplot/dist/uPlot.min.css";
import { nearest } from "./chart-columns.js";
import { exploreByKey, zoomAround } from "./chart-keys.js";
import { leftOutOf, pictureOf, rangeOf } from "./chart-picture.js";
import { fetchPlot } from "./chart-plots.js";
import { formatMetric, formatNumber, formatSeconds, LanguageController, t } from "./locale.js";
import { saveCharts } from "./state/chart-images.js";
import { chartView, pointAt, toggleLog, toggleSeries, zoomTo } from "./state/chart-view.js";
import { StoreController } from "./store.js";
import charts from "./styles/charts.css";
import controls from "./styles/controls.css";

/** @typedef {import("./chart-picture.js").Chart} Chart */
/** @typedef {import("./chart-series.js").Series} Series */
/** @typedef {import("./state/curve.js").Axis} Axis */

export class ChartElement extends LitElement {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { said: { state: true } };

  static styles = [unsafeCSS(controls), unsafeCSS(uPlotStyle), unsafeCSS(charts)];

  constructor() {
    super();
    /** What was last told to someone who explores by keys. */
    this.said = "";
    /** Which of the series the keys move along. */
    this.explored = 0;
    /** @type {import("./chart-plot.js").Plot | null} */
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

  /** What it shows. @returns {Chart} */
  chart() {
    return { name: "", heading: "", series: [], axis: "epoch", end: 1, share: false };
  }

  /** What stands in the place of curves where there are none. @returns {string} */
  emptyText() {
    return "";
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
    const chart = this.chart();
    const { name, series } = chart;
    const empty = series.length === 0;
    const log = chartView.values.log.has(name);
    return html`
      <div class="head">
        ${this.renderTitle(chart)}
        <span class="place note">${placeText(chart)}</span>
        <button class="log" aria-pressed=${log} ?hidden=${empty} @click=${() => toggleLog(name)}>
          ${t("chart.log")}
        </button>
        <button
          class="save"
          title=${t("chart.save")}
          aria-label=${t("chart.saveNamed", { name: chart.heading })}
          ?hidden=${empty}
          @click=${() => saveCharts([this.chart()])}
        >
          ${t("chart.png")}
        </button>
      </div>
      <div
        class="plot"
        role="application"
        tabindex=${empty ? -1 : 0}
        aria-roledescription=${t("chart.role")}
        aria-label=${describe(chart)}
        aria-description=${t("chart.keys")}
        @keydown=${this.press}
        @wheel=${{ handleEvent: this.wheel.bind(this), passive: false }}
      >
        <p class="empty note" ?hidden=${!empty}>${this.emptyText()}</p>
        ${renderLeftOut(leftOutOf(series, log))}
      </div>
      <ul class="legend" role="list">
        ${series.map((entry) => this.renderEntry(entry, chart.axis))}
      </ul>
      <p class="hidden-text" aria-live="polite">${this.said}</p>
    `;
  }

  /** @param {Chart} chart */
  renderTitle({ heading }) {
    return html`<h2>${heading}</h2>`;
  }

  /**
   * @param {Series} entry
   * @param {Axis} axis
   */
  renderEntry(entry, axis) {
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
          <span class="value">${formatMetric(shownValue(entry, axis))}</span>
        </button>
      </li>
    `;
  }

  updated() {
    if (!this.visible) {
      return;
    }
    const chart = this.chart();
    if (this.plot) {
      this.plot.show(pictureOf(chart));
      this.plot.point(chartView.values.cursor);
    } else if (chart.series.length > 0) {
      this.makePlot();
    }
  }

  /** Begins to draw, as soon as what draws is there. */
  async makePlot() {
    const Plot = await fetchPlot();
    const target = /** @type {HTMLElement | null} */ (this.renderRoot.querySelector(".plot"));
    if (Plot && target && !this.plot && this.isConnected) {
      this.plot = new Plot(target, { point: pointAt, zoom: zoomTo });
      this.requestUpdate();
    }
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const chart = this.chart();
    const picture = pictureOf(chart);
    const { series, axis, range } = picture;
    const explored = Math.min(this.explored, series.length - 1);
    const { end } = chart;
    const view = chartView.values;
    const move = exploreByKey(event, { series, explored, axis, range, end, view });
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
    this.explored = move.explored ?? explored;
    this.said = sayPoint(series[this.explored], picture, move.cursor ?? chartView.values.cursor);
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    const { plot } = this;
    if (!event.ctrlKey || !plot?.plot) {
      return;
    }
    event.preventDefault();
    const { end } = this.chart();
    const { left } = plot.plot.over.getBoundingClientRect();
    const place = plot.plot.posToVal(event.clientX - left, "x");
    zoomTo(zoomAround(place, 1.002 ** event.deltaY, rangeOf(end), end));
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

/** @param {Chart} chart */
function describe({ heading, series }) {
  const parts = series.map((entry) => `${entry.label} ${formatMetric(entry.latest)}`);
  return [heading, ...parts].join(", ");
}

/** @param {string[]} texts */
function renderLeftOut(texts) {
  return texts.length > 0
    ? html`<p class="left-out note">${texts.slice(0, 2).join(" · ")}${texts.length > 2 ? " …" : ""}</p>`
    : nothing;
}

/**
 * The value where the reader points, else the last one.
 *
 * @param {Series} entry
 * @param {Axis} axis
 */
function shownValue({ points, latest }, axis) {
  const { cursor } = chartView.values;
  const at = cursor === null ? -1 : nearest(points, axis, cursor);
  return at < 0 ? latest : points.value[at];
}

/** Where the crosshair is. @param {Chart} chart */
function placeText({ series, axis, end }) {
  const { cursor } = chartView.values;
  if (cursor === null || series.length === 0) {
    return "";
  }
  const [from, to] = rangeOf(end);
  return placeName(axis, cursor, to - from);
}

/**
 * @param {Series | undefined} entry
 * @param {import("./chart-plot.js").Picture} picture
 * @param {number | null} cursor
 */
function sayPoint(entry, { axis, range }, cursor) {
  const at = entry && cursor !== null ? nearest(entry.points, axis, cursor) : -1;
  if (!entry || at < 0) {
    return "";
  }
  const place = placeName(axis, entry.points[axis][at], range[1] - range[0]);
  return `${entry.label}: ${formatMetric(entry.points.value[at])}, ${place}`;
}

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
