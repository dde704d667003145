/**
 * A small chart on which a learner draws the curve that is expected, epoch by epoch, and which then
 * shows what came beside it.
 */

import { css, html, LitElement, nothing, svg, unsafeCSS } from "lit";
import { formatMetric, LanguageController, t } from "../locale.js";
import controls from "../styles/controls.css";

const WIDTH = 272;
const HEIGHT = 168;
const LEFT = 34;
const RIGHT = 8;
const TOP = 10;
const BOTTOM = 24;
/** What an arrow key raises by, of the whole height; with Shift more. */
const STEP = 1 / 40;
const FAR = 5;
/** A curve that reaches over so much of the epochs is drawn to its ends. */
const MOST = 0.8;

export class ExpectedChart extends LitElement {
  static properties = {
    name: { attribute: false },
    epochs: { attribute: false },
    low: { attribute: false },
    high: { attribute: false },
    expected: { attribute: false },
    actual: { attribute: false },
    fixed: { attribute: false },
    at: { state: true },
  };

  static styles = [
    unsafeCSS(controls),
    css`
      .sheet {
        border: 1px solid var(--line-strong);
        border-radius: var(--radius-small);
        background: var(--surface-panel);
        user-select: none;
      }

      .sheet.open {
        touch-action: none;
        cursor: crosshair;
      }

      svg {
        display: block;
        width: 100%;
      }

      text {
        fill: var(--text-muted);
        font-size: 10px;
        font-variant-numeric: tabular-nums;
      }

      .grid {
        stroke: var(--grid);
      }

      .cursor {
        stroke: var(--line-strong);
        stroke-dasharray: 2 2;
      }

      .expected {
        fill: none;
        stroke: var(--series-2);
        stroke-width: 2;
        stroke-dasharray: 5 3;
      }

      .dot {
        fill: var(--series-2);
      }

      .actual {
        fill: none;
        stroke: var(--series-1);
        stroke-width: 2.5;
      }

      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--space-3);
        margin: var(--space-1) 0 0;
        color: var(--text-muted);
        font-size: var(--size-small);
      }

      .legend i {
        display: inline-block;
        width: 1.25rem;
        margin-right: var(--space-1);
        border-top: 2px dashed var(--series-2);
        vertical-align: middle;
      }

      .legend .came i {
        border-top: 2.5px solid var(--series-1);
      }

      .tools {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        margin-top: var(--space-2);
        font-size: var(--size-note);
      }

      p {
        margin: var(--space-1) 0 0;
        font-size: var(--size-note);
      }
    `,
  ];

  constructor() {
    super();
    /** Of the curve. */
    this.name = "";
    this.epochs = 2;
    this.low = 0;
    this.high = 1;
    /** @type {(number | null)[]} */
    this.expected = [];
    /** @type {number[]} */
    this.actual = [];
    /** Whether the drawing is done. */
    this.fixed = false;
    /** The epoch that keys change, from 0. */
    this.at = 0;
    /** The place before the present one of a stroke. @type {{at: number, value: number} | null} */
    this.last = null;
    new LanguageController(this);
  }

  render() {
    const drawn = this.expected.filter((value) => value !== null).length;
    return html`
      <div
        class="sheet ${this.fixed ? "" : "open"}"
        role=${this.fixed ? "img" : "application"}
        tabindex=${this.fixed ? nothing : 0}
        aria-label=${this.describe()}
        @pointerdown=${this.press}
        @pointermove=${this.drag}
        @pointerup=${this.lift}
        @pointercancel=${this.lift}
        @keydown=${this.key}
      >
        <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">
          ${this.axes()}
          ${this.fixed ? nothing : svg`<line class="cursor" x1=${this.x(this.at)} x2=${this.x(this.at)} y1=${TOP} y2=${HEIGHT - BOTTOM} />`}
          <path class="actual" d=${this.path(this.actual)} />
          <path class="expected" d=${this.path(this.expected)} />
          ${this.expected.map((value, at) => (value === null ? nothing : svg`<circle class="dot" cx=${this.x(at)} cy=${this.y(value)} r="2.5" />`))}
        </svg>
      </div>
      <div class="legend" aria-hidden="true">
        <span><i></i>${t("lesson.expected")}</span>
        ${this.actual.length > 0 ? html`<span class="came"><i></i>${t("lesson.came")}</span>` : nothing}
      </div>
      ${
        this.fixed
          ? html`<p>${this.comparison()}</p>`
          : html`
              <div class="tools">
                <span role="status">${t("lesson.drawn", { count: drawn, epochs: this.epochs })}</span>
                <button class="again" aria-disabled=${drawn === 0} @click=${this.clear}>${t("lesson.again")}</button>
              </div>
            `
      }
    `;
  }

  axes() {
    const middle = (this.low + this.high) / 2;
    const last = this.epochs - 1;
    return svg`
      ${[this.low, middle, this.high].map(
        (value) => svg`
          <line class="grid" x1=${LEFT} x2=${WIDTH - RIGHT} y1=${this.y(value)} y2=${this.y(value)} />
          <text x=${LEFT - 4} y=${this.y(value) + 3} text-anchor="end">${short(value)}</text>
        `,
      )}
      <text x=${this.x(0)} y=${HEIGHT - 8} text-anchor="middle">1</text>
      <text x=${this.x(last)} y=${HEIGHT - 8} text-anchor="end">${t("lesson.epochs", { epochs: this.epochs })}</text>
    `;
  }

  describe() {
    const values = this.expected.map((value, at) =>
      value === null ? "" : `${at + 1}: ${formatMetric(value)}`,
    );
    const told = values.filter(Boolean).join(", ") || t("lesson.nothingDrawn");
    const { name, at, fixed } = this;
    return fixed
      ? t("lesson.chartOf", { name, values: told })
      : t("lesson.draw", { name, at: at + 1, values: told });
  }

  comparison() {
    const [expected, actual] = [this.expected.at(-1), this.actual.at(-1)];
    return typeof expected === "number" && actual !== undefined
      ? t("lesson.compared", { expected: formatMetric(expected), actual: formatMetric(actual) })
      : "";
  }

  /** @param {number} at An epoch, from 0. */
  x(at) {
    return LEFT + ((WIDTH - LEFT - RIGHT) * (at + 0.5)) / this.epochs;
  }

  /** @param {number} value */
  y(value) {
    const share = (value - this.low) / (this.high - this.low);
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - Math.min(Math.max(share, 0), 1));
  }

  /** @param {(number | null)[]} values */
  path(values) {
    let pen = "M";
    let path = "";
    for (const [at, value] of values.slice(0, this.epochs).entries()) {
      if (value === null || !Number.isFinite(value)) {
        pen = "M";
      } else {
        path += `${pen}${this.x(at).toFixed(1)} ${this.y(value).toFixed(1)}`;
        pen = "L";
      }
    }
    return path;
  }

  /** @param {PointerEvent} event */
  placeOf(event) {
    const sheet = /** @type {HTMLElement} */ (event.currentTarget);
    const { left, top, width, height } = sheet.getBoundingClientRect();
    const x = ((event.clientX - left) / width) * WIDTH;
    const y = ((event.clientY - top) / height) * HEIGHT;
    const at = Math.floor(((x - LEFT) / (WIDTH - LEFT - RIGHT)) * this.epochs);
    const share = 1 - (y - TOP) / (HEIGHT - TOP - BOTTOM);
    return {
      at: Math.min(Math.max(at, 0), this.epochs - 1),
      value: this.low + Math.min(Math.max(share, 0), 1) * (this.high - this.low),
    };
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (this.fixed) {
      return;
    }
    /** @type {HTMLElement} */ (event.currentTarget).setPointerCapture(event.pointerId);
    this.last = this.placeOf(event);
    this.put(this.last.at, this.last.value);
  }

  /** A stroke that passes several epochs at once draws all of them. @param {PointerEvent} event */
  drag(event) {
    const { last } = this;
    if (last === null) {
      return;
    }
    const now = this.placeOf(event);
    const steps = Math.max(Math.abs(now.at - last.at), 1);
    for (let step = 1; step <= steps; step += 1) {
      const share = step / steps;
      const at = Math.round(last.at + share * (now.at - last.at));
      this.put(at, last.value + share * (now.value - last.value));
    }
    this.last = now;
  }

  /** What a stroke has left out between its points and at the ends goes on as it was drawn. */
  lift() {
    if (this.last !== null) {
      this.last = null;
      this.tell(completed(this.expected));
    }
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
    if (this.fixed || ctrlKey || metaKey || altKey) {
      return;
    }
    const raise = STEP * (shiftKey ? FAR : 1) * (this.high - this.low);
    const before = this.expected.slice(0, this.at + 1).findLast((value) => value !== null);
    const value = this.expected[this.at] ?? before ?? (this.low + this.high) / 2;
    if (key === "ArrowUp" || key === "ArrowDown") {
      const wanted = value + (key === "ArrowUp" ? raise : -raise);
      this.put(this.at, Math.min(Math.max(wanted, this.low), this.high));
    } else if (key === "ArrowRight" || key === "ArrowLeft") {
      this.put(this.at, value);
      const to = this.at + (key === "ArrowRight" ? 1 : -1) * (shiftKey ? FAR : 1);
      this.at = Math.min(Math.max(to, 0), this.epochs - 1);
      if (this.expected[this.at] === null) {
        this.put(this.at, value);
        this.tell(completed(this.expected));
      }
    } else if (key === "Delete" || key === "Backspace") {
      this.clear();
    } else {
      return;
    }
    event.preventDefault();
  }

  /**
   * @param {number} at
   * @param {number} value
   */
  put(at, value) {
    const values = Array.from({ length: this.epochs }, (_, place) =>
      place === at ? value : (this.expected[place] ?? null),
    );
    this.tell(values);
    this.at = at;
  }

  clear() {
    this.at = 0;
    this.tell(Array(this.epochs).fill(null));
  }

  /** @param {(number | null)[]} values */
  tell(values) {
    this.expected = values;
    this.dispatchEvent(new CustomEvent("expect", { detail: values }));
  }
}

/**
 * Straight lines between what is drawn; what is missing at an end of a curve that was nearly drawn
 * is as its last point.
 *
 * @param {(number | null)[]} values
 */
function completed(values) {
  const known = values.flatMap((value, at) => (value === null ? [] : [{ at, value }]));
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last) {
    return values;
  }
  const most = last.at - first.at >= MOST * (values.length - 1);
  return values.map((value, at) => {
    const before = known.findLast((point) => point.at <= at);
    const after = known.find((point) => point.at >= at);
    if (before && after) {
      const share = after.at > before.at ? (at - before.at) / (after.at - before.at) : 0;
      return before.value + share * (after.value - before.value);
    }
    return most ? (before ?? after ?? { value }).value : null;
  });
}

/** @param {number} value */
function short(value) {
  return Number(value.toPrecision(3)).toString();
}

customElements.define("expected-chart", ExpectedChart);
