/** A few lines over one axis, drawn by uPlot: how quantiles went, a forecast over the truth. */

import { css, html, LitElement, unsafeCSS } from "lit";
import uPlot from "uplot";
import uPlotStyle from "uplot/dist/uPlot.min.css";
import { SchemeController } from "../../inside-colors.js";
import { formatNumber, LanguageController } from "../../locale.js";
import controls from "../../styles/controls.css";

/**
 * @typedef {object} Line
 * @property {string} label
 * @property {number[]} values One for each place.
 * @property {string} token Its colour.
 * @property {boolean} [dashed]
 * @property {number} [band] The line that the space up to is filled.
 */

const HEIGHT_PX = 200;

export class SeriesLines extends LitElement {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = {
    places: { attribute: false },
    lines: { attribute: false },
    label: {},
    axis: {},
  };

  static styles = [
    unsafeCSS(controls),
    unsafeCSS(uPlotStyle),
    css`
      .plot {
        min-height: 200px;
      }

      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--space-3);
        margin: var(--space-1) 0;
        padding: 0;
        list-style: none;
        font-size: var(--size-note);
      }

      i {
        display: inline-block;
        width: 1.25rem;
        margin-right: var(--space-1);
        border-top: 2px solid var(--line-strong);
        vertical-align: middle;
      }

      i.dashed {
        border-top-style: dashed;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {number[]} */
    this.places = [];
    /** @type {Line[]} */
    this.lines = [];
    this.label = "";
    /** What the places are. */
    this.axis = "";
    /** @type {uPlot | null} */
    this.plot = null;
    this.drawn = "";
    this.scheme = new SchemeController(this);
    new LanguageController(this);
    this.resizes = new ResizeObserver(() => this.fitWidth());
  }

  connectedCallback() {
    super.connectedCallback();
    this.resizes.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.resizes.disconnect();
    this.plot?.destroy();
    this.plot = null;
    this.drawn = "";
  }

  render() {
    return html`
      <div class="plot" role="img" aria-label=${this.label}></div>
      <ul aria-hidden="true">
        ${this.lines.map(
          ({ label, token, dashed }) => html`
            <li><i class=${dashed ? "dashed" : ""} style="border-color: var(${token})"></i>${label}</li>
          `,
        )}
      </ul>
    `;
  }

  get target() {
    return /** @type {HTMLElement} */ (this.renderRoot.querySelector(".plot"));
  }

  fitWidth() {
    const width = this.target?.clientWidth ?? 0;
    if (this.plot && width > 0 && width !== this.plot.width) {
      this.plot.setSize({ width, height: HEIGHT_PX });
    }
  }

  updated() {
    const form = [this.lines.map(({ label }) => label), this.axis, this.scheme.scheme.matches];
    const kind = JSON.stringify(form);
    const data = /** @type {uPlot.AlignedData} */ ([
      this.places,
      ...this.lines.map(({ values }) =>
        values.map((value) => (Number.isFinite(value) ? value : null)),
      ),
    ]);
    if (this.plot && kind === this.drawn) {
      this.plot.setData(data);
      return;
    }
    this.plot?.destroy();
    this.drawn = kind;
    this.plot = new uPlot(this.options(), data, this.target);
  }

  /** @param {string} name */
  token(name) {
    return getComputedStyle(this).getPropertyValue(name).trim();
  }

  /** @returns {uPlot.Options} */
  options() {
    const looks = {
      stroke: this.token("--text-muted"),
      grid: { stroke: this.token("--grid"), width: 1 },
      ticks: { show: false },
      font: `11px ${getComputedStyle(this).fontFamily}`,
    };
    return {
      width: this.target.clientWidth || 320,
      height: HEIGHT_PX,
      padding: [8, 10, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false } },
      axes: [
        {
          ...looks,
          label: this.axis,
          labelFont: looks.font,
          labelSize: 16,
          labelGap: 0,
          size: 25,
          values: (_, marks) => marks.map((mark) => formatNumber(mark)),
        },
        { ...looks, size: 56, values: (_, marks) => marks.map(formatMark) },
      ],
      series: [
        {},
        ...this.lines.map(({ label, token, dashed }) => ({
          label,
          stroke: this.token(token),
          width: 2,
          dash: dashed ? [5, 4] : [],
          points: { show: this.places.length < 2 },
        })),
      ],
      bands: this.lines.flatMap(({ band, token }, at) =>
        band === undefined ? [] : [{ series: [at + 1, band + 1], fill: `${this.token(token)}22` }],
      ),
    };
  }
}

/** @param {number} value */
function formatMark(value) {
  return value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)
    ? value.toExponential(1)
    : formatNumber(value, { maximumSignificantDigits: 4 });
}

customElements.define("series-lines", SeriesLines);
