/** A plane through the space of codes: the decoder draws what lies at each place of it. */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { formatMetric, LanguageController, t } from "../locale.js";
import { ask, shownWay, trying } from "../state/trying.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";

/** @typedef {import("../protocol.js").LatentWay} LatentWay */

/** What a press of an arrow key moves by, of the whole range; with Shift more. */
const STEP = 1 / 40;
const FAR = 5;
/** @type {Record<string, [axis: 0 | 1, sign: number]>} */
const ARROWS = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [1, 1],
  ArrowDown: [1, -1],
};

export class LatentPad extends LitElement {
  static properties = { code: { state: true }, axes: { state: true } };

  static styles = [
    unsafeCSS(controls),
    css`
      .plane {
        position: relative;
        width: min(15rem, 100%);
        aspect-ratio: 1;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius-small);
        background:
          linear-gradient(var(--grid), var(--grid)) center / 100% 1px no-repeat,
          linear-gradient(var(--grid), var(--grid)) center / 1px 100% no-repeat,
          var(--surface-panel);
        touch-action: none;
        cursor: crosshair;
      }

      .place {
        position: absolute;
        width: 1rem;
        height: 1rem;
        margin: -0.5rem;
        border: 2px solid var(--surface-panel);
        border-radius: 50%;
        background: var(--accent);
        pointer-events: none;
      }

      .tools {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
        max-width: 15rem;
        margin-top: var(--space-2);
        font-size: var(--size-note);
      }

      p {
        max-width: 15rem;
        margin: var(--space-2) 0 0;
        color: var(--text-muted);
        font-size: var(--size-small);
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {number[]} */
    this.code = [];
    /** The axes of the plane, across and up. @type {[number, number]} */
    this.axes = [0, 1];
    new StoreController(this, trying);
    new LanguageController(this);
  }

  /** @returns {LatentWay | null} */
  get way() {
    const way = shownWay(trying.values);
    return way?.kind === "latent" ? way : null;
  }

  willUpdate() {
    const { way } = this;
    if (way && way.start.length !== this.code.length) {
      this.code = way.start.slice();
      this.axes = [0, Math.min(1, way.start.length - 1)];
      this.ask();
    }
  }

  render() {
    const { way } = this;
    if (!way) {
      return nothing;
    }
    const [across, up] = this.axes;
    const at = { x: formatMetric(this.code[across]), y: formatMetric(this.code[up]) };
    const label = t("try.plane", { decoder: way.decoder });
    return html`
      <div
        class="plane"
        role="application"
        tabindex="0"
        aria-label=${label}
        aria-describedby="where"
        @pointerdown=${this.grab}
        @pointermove=${this.drag}
        @keydown=${this.key}
      >
        <span class="place" style="left: ${100 * this.share(across)}%; bottom: ${100 * this.share(up)}%"></span>
      </div>
      ${
        way.start.length > 2
          ? html`<div class="tools">
              ${this.renderAxis("try.across", 0)} ${this.renderAxis("try.up", 1)}
            </div>`
          : nothing
      }
      <div class="tools"><button @click=${this.jump}>${t("try.random")}</button></div>
      <p id="where" role="status">
        ${way.start.length > 1 ? t("try.where", { across: across + 1, up: up + 1, ...at }) : t("try.whereOne", at)}
      </p>
    `;
  }

  /**
   * @param {"try.across" | "try.up"} key
   * @param {0 | 1} side
   */
  renderAxis(key, side) {
    return html`
      <label>
        ${t(key)}
        <select
          .value=${String(this.axes[side])}
          @change=${(/** @type {Event} */ { target }) => this.turn(side, Number(/** @type {HTMLSelectElement} */ (target).value))}
        >
          ${this.code.map((_, axis) => html`<option value=${axis} ?selected=${this.axes[side] === axis}>${axis + 1}</option>`)}
        </select>
      </label>
    `;
  }

  /**
   * @param {0 | 1} side
   * @param {number} axis
   */
  turn(side, axis) {
    const other = this.axes[1 - side] === axis ? this.axes[side] : this.axes[1 - side];
    this.axes = side === 0 ? [axis, other] : [other, axis];
  }

  /** Where the code is on an axis, of what the axis shows. @param {number} axis */
  share(axis) {
    const { low = [], high = [] } = this.way ?? {};
    return Math.min(Math.max((this.code[axis] - low[axis]) / (high[axis] - low[axis]), 0), 1);
  }

  /** @param {[number, number]} shares Across and up. */
  move(shares) {
    const { low = [], high = [] } = this.way ?? {};
    const code = this.code.slice();
    for (const [side, axis] of this.axes.entries()) {
      const share = Math.min(Math.max(shares[side], 0), 1);
      if (side === 0 || axis !== this.axes[0]) {
        code[axis] = low[axis] + share * (high[axis] - low[axis]);
      }
    }
    this.code = code;
    this.ask();
  }

  /** @param {PointerEvent} event */
  grab(event) {
    /** @type {HTMLElement} */ (event.currentTarget).setPointerCapture(event.pointerId);
    this.follow(event);
  }

  /** @param {PointerEvent} event */
  drag(event) {
    if (/** @type {HTMLElement} */ (event.currentTarget).hasPointerCapture(event.pointerId)) {
      this.follow(event);
    }
  }

  /** @param {PointerEvent} event */
  follow(event) {
    const plane = /** @type {HTMLElement} */ (event.currentTarget);
    const { left, bottom, width, height } = plane.getBoundingClientRect();
    this.move([(event.clientX - left) / width, (bottom - event.clientY) / height]);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const arrow = ARROWS[event.key];
    if (!arrow || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    event.preventDefault();
    const [side, sign] = arrow;
    const shares = /** @type {[number, number]} */ (this.axes.map((axis) => this.share(axis)));
    shares[side] += sign * STEP * (event.shiftKey ? FAR : 1);
    this.move(shares);
  }

  /** Any code of the range. */
  jump() {
    const { low = [], high = [] } = this.way ?? {};
    this.code = low.map((start, axis) => start + Math.random() * (high[axis] - start));
    this.ask();
  }

  ask() {
    const { code } = this;
    ask(() => ({ kind: "latent", values: code }));
  }
}

customElements.define("latent-pad", LatentPad);
