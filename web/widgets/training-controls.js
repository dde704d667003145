/**
 * The numbers of the optimizer, changed while it trains, pauses or has ended; and how to go on:
 * from new weights, or for more epochs.
 */

import { css, html, LitElement, unsafeCSS } from "lit";
import { formatMetric, LanguageController, t } from "../locale.js";
import { changeSetting, chooseSeed, resetWeights, trainMore } from "../state/actions.js";
import { session } from "../state/session.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";
import { tellTerm } from "../terms.js";

/** @typedef {import("../protocol.js").Setting} Setting */

/** The slider goes over these powers of ten. */
const LOWEST = -6;
const HIGHEST = 1;
const MOST_EPOCHS = 100_000;

export class TrainingControls extends LitElement {
  static properties = { epochs: { state: true } };

  static styles = [
    unsafeCSS(controls),
    css`
      .row,
      .rate {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-3);
      }

      .rate {
        flex: 1 1 22rem;
      }

      label {
        font-size: var(--size-note);
        white-space: nowrap;
      }

      input {
        min-height: var(--control-height);
        color: var(--text);
        font: inherit;
        font-variant-numeric: tabular-nums;
      }

      input[type="range"] {
        flex: 1 1 6rem;
        min-width: 5rem;
        accent-color: var(--accent);
      }

      input[type="number"] {
        width: 6.5rem;
        padding: 0 var(--space-2);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius-small);
        background: var(--surface-panel);
      }

      input.epochs {
        width: 4.5rem;
      }

      details {
        flex-basis: 100%;
        font-size: var(--size-note);
      }

      summary {
        min-height: 1.5rem;
        color: var(--accent);
        cursor: pointer;
      }

      .others {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr));
        gap: var(--space-2) var(--space-4);
        padding-top: var(--space-2);
      }

      .others label {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-2);
        font-family: var(--font-code);
      }

      .wait {
        flex-basis: 100%;
        margin: 0;
      }

      form {
        display: flex;
        align-items: center;
        gap: var(--space-2);
      }
    `,
  ];

  constructor() {
    super();
    this.epochs = 5;
    new StoreController(this, session);
    new LanguageController(this);
  }

  render() {
    const { settings, state, canTrainMore } = session.values;
    const rate = settings.find(({ name }) => name === "learning_rate");
    const others = settings.filter((setting) => setting !== rate);
    const trained = settings.length > 0 || canTrainMore;
    return html`
      <section class="row" aria-label=${t("controls.title")}>
        ${rate ? this.rate(rate) : ""}
        <label class="seed" title=${t("controls.seedTitle")}>
          ${t("controls.seed")}
          <input
            class="epochs"
            type="number"
            min="0"
            max="4294967295"
            placeholder=${t("controls.noSeed")}
            .value=${session.values.seed === null ? "" : String(session.values.seed)}
            @change=${this.enterSeed}
          />
        </label>
        <button
          ?hidden=${!trained}
          aria-disabled=${state !== "running" && state !== "ready"}
          @click=${() => (state === "running" || state === "ready") && resetWeights()}
        >
          ${t("controls.reset")}
        </button>
        ${state === "ready" && canTrainMore ? this.more() : ""}
        ${others.length > 0 ? this.others(others) : ""}
      </section>
    `;
  }

  /** @param {Setting} setting */
  rate({ name, value, scheduled, why }) {
    const wanted = session.values.waitingFor[name];
    const shown = wanted ?? value;
    const power = Math.log10(Math.max(shown, 10 ** LOWEST));
    return html`
      <div
        class="rate"
        data-term="learning_rate"
        @pointerover=${tellTerm}
        @pointerleave=${tellTerm}
        @focusin=${tellTerm}
        @focusout=${tellTerm}
      >
        <label for="slider">${t("controls.rate")}</label>
        <input
          id="slider"
          type="range"
          min=${LOWEST}
          max=${HIGHEST}
          step="0.05"
          .value=${String(power)}
          aria-valuetext=${formatMetric(shown)}
          @input=${this.slide}
        />
        ${this.number(name, shown, t("controls.rateValue"))}
        <p class="note wait" ?hidden=${wanted === undefined && !scheduled}>
          ${wanted === undefined ? t("controls.scheduled", { why: why ?? "" }) : t("controls.waiting")}
        </p>
      </div>
    `;
  }

  /** @param {Setting[]} settings */
  others(settings) {
    return html`
      <details>
        <summary>${t("controls.others", { count: settings.length })}</summary>
        <div class="others">
          ${settings.map(
            ({ name, value }) => html`
              <label>
                ${name} ${this.number(name, session.values.waitingFor[name] ?? value, name)}
              </label>
            `,
          )}
        </div>
      </details>
    `;
  }

  /**
   * @param {string} name
   * @param {number} value
   * @param {string} label
   */
  number(name, value, label) {
    return html`
      <input
        type="number"
        step="any"
        aria-label=${label}
        .value=${String(Number(value.toPrecision(6)))}
        @change=${(/** @type {Event} */ event) => this.enter(event, name)}
      />
    `;
  }

  more() {
    return html`
      <form @submit=${this.goOn}>
        <input
          class="epochs"
          type="number"
          min="1"
          max=${MOST_EPOCHS}
          required
          aria-label=${t("controls.epochs")}
          .value=${String(this.epochs)}
          @input=${this.chooseEpochs}
        />
        <button class="more">${t("controls.more")}</button>
      </form>
    `;
  }

  /** @param {Event} event */
  slide({ target }) {
    const power = Number(/** @type {HTMLInputElement} */ (target).value);
    changeSetting("learning_rate", Number((10 ** power).toPrecision(3)));
  }

  /**
   * @param {Event} event
   * @param {string} name
   */
  enter({ target }, name) {
    const value = /** @type {HTMLInputElement} */ (target).valueAsNumber;
    if (Number.isFinite(value)) {
      changeSetting(name, value);
    } else {
      this.requestUpdate(); // what is no number is not taken: the field shows the value again
    }
  }

  /** An empty field lets the program decide. @param {Event} event */
  enterSeed({ target }) {
    const { value, valueAsNumber, validity } = /** @type {HTMLInputElement} */ (target);
    const seed = value === "" ? null : Math.trunc(valueAsNumber);
    if (seed === null || validity.valid) {
      chooseSeed(seed);
    }
    this.requestUpdate();
  }

  /** @param {Event} event */
  chooseEpochs({ target }) {
    this.epochs = /** @type {HTMLInputElement} */ (target).valueAsNumber;
  }

  /** @param {Event} event */
  goOn(event) {
    event.preventDefault();
    trainMore(Math.round(this.epochs));
  }
}

customElements.define("training-controls", TrainingControls);
