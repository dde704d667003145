/** A field and a slider for each number of a row; the model is asked about the row. */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { formatValue, LanguageController, t } from "../locale.js";
import { ask, shownWay, trying } from "../state/trying.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";

/** @typedef {import("../protocol.js").NumbersWay} NumbersWay */
/** @typedef {import("../protocol.js").Field} Field */

/** A slider has so many places. */
const PLACES = 200;

export class TryNumbers extends LitElement {
  static properties = { values: { state: true } };

  static styles = [
    unsafeCSS(controls),
    css`
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr));
        gap: var(--space-2) var(--space-4);
      }

      label {
        display: block;
        overflow: hidden;
        font-size: var(--size-note);
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .field {
        min-width: 0;
      }

      .pair {
        display: flex;
        align-items: center;
        gap: var(--space-2);
      }

      input {
        min-width: 0;
        min-height: var(--control-height);
        color: var(--text);
        font: inherit;
        font-variant-numeric: tabular-nums;
      }

      input[type="range"] {
        flex: 1 1 4rem;
        accent-color: var(--accent);
      }

      input[type="number"] {
        width: 5.5rem;
        padding: 0 var(--space-2);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius-small);
        background: var(--surface-panel);
      }

      input[aria-invalid="true"] {
        border-color: var(--wrong);
      }

      .range {
        color: var(--text-muted);
        font-size: var(--size-small);
      }

      .tools {
        margin-top: var(--space-3);
      }
    `,
  ];

  constructor() {
    super();
    /** What is in the fields; null where that is no number. @type {(number | null)[]} */
    this.values = [];
    /** The columns that the values are of. */
    this.columns = "";
    this.row = -1;
    new StoreController(this, trying);
    new LanguageController(this);
  }

  /** @returns {NumbersWay | null} */
  get way() {
    const way = shownWay(trying.values);
    return way?.kind === "numbers" ? way : null;
  }

  willUpdate() {
    const { way } = this;
    const columns = JSON.stringify(way?.fields.map(({ name, low, high }) => [name, low, high]));
    if (way && columns !== this.columns) {
      this.columns = columns;
      this.row = -1;
      this.values = way.fields.map(({ start }) => start);
      this.ask();
    }
  }

  render() {
    const { way } = this;
    if (!way) {
      return nothing;
    }
    return html`
      <div class="fields">${way.fields.map((field, at) => this.renderField(field, at, way.known))}</div>
      ${
        way.rows.length > 0
          ? html`<div class="tools"><button @click=${this.takeSample}>${t("try.sample")}</button></div>`
          : nothing
      }
    `;
  }

  /**
   * @param {Field} field
   * @param {number} at
   * @param {boolean} known
   */
  renderField({ name, low, high, whole }, at, known) {
    const value = this.values[at];
    const label = name || `x${at + 1}`;
    const step = whole ? 1 : (high - low) / PLACES || 0.01;
    const range = { low: formatValue(low), high: formatValue(high) };
    return html`
      <div class="field">
        <label for="field-${at}" title=${label}>${label}</label>
        <div class="pair">
          <input
            id="field-${at}"
            type="number"
            step="any"
            .value=${value === null ? this.typed(at) : String(rounded(value, step))}
            aria-invalid=${value === null}
            aria-describedby="range-${at}"
            @input=${(/** @type {Event} */ event) => this.change(event, at)}
          />
          ${
            known && high > low
              ? html`<input
                  type="range"
                  min=${low}
                  max=${high}
                  step=${step}
                  .value=${String(value ?? low)}
                  aria-label=${label}
                  @input=${(/** @type {Event} */ event) => this.change(event, at)}
                />`
              : nothing
          }
        </div>
        <span id="range-${at}" class="range">${known ? t("try.range", range) : t("try.noRange")}</span>
      </div>
    `;
  }

  /** What the reader is writing, which is no number yet. @param {number} at */
  typed(at) {
    const input = /** @type {HTMLInputElement | null} */ (
      this.renderRoot.querySelector(`#field-${at}`)
    );
    return input?.value ?? "";
  }

  /**
   * @param {Event} event
   * @param {number} at
   */
  change({ target }, at) {
    const { value } = /** @type {HTMLInputElement} */ (target);
    const number = value.trim() === "" ? Number.NaN : Number(value);
    this.values = this.values.map((old, place) =>
      place === at ? (Number.isFinite(number) ? number : null) : old,
    );
    this.ask();
  }

  takeSample() {
    const rows = this.way?.rows ?? [];
    this.row = (this.row + 1) % rows.length;
    this.values = rows[this.row].slice();
    this.ask();
  }

  ask() {
    const { values } = this;
    const numbers = values.filter((value) => value !== null);
    ask(numbers.length === values.length ? () => ({ kind: "numbers", values: numbers }) : null);
  }
}

/**
 * As few digits as the slider's places need.
 *
 * @param {number} value
 * @param {number} step
 */
function rounded(value, step) {
  const digits = Math.min(Math.max(Math.ceil(-Math.log10(step)) + 1, 0), 12);
  return Number(value.toFixed(digits));
}

customElements.define("try-numbers", TryNumbers);
