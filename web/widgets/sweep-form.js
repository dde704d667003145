/** Runs the program once for each of several values of what is marked in the editor. */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { LanguageController, t } from "../locale.js";
import { startSweep, stopProgram } from "../state/actions.js";
import { program } from "../state/programs.js";
import { selection } from "../state/selection.js";
import { session } from "../state/session.js";
import { MOST_VALUES, placeOf, sweep, valuesOf } from "../state/sweep.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";

const EXAMPLE = "8, 32, 128";

export class SweepForm extends LitElement {
  static properties = { text: { state: true }, problem: { state: true } };

  static styles = [
    unsafeCSS(controls),
    css`
      :host {
        padding: var(--space-3) var(--space-4);
        border-bottom: 1px solid var(--line);
      }

      form {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-3);
      }

      code {
        font-family: var(--font-code);
      }

      input {
        flex: 1 1 9rem;
        min-width: 8rem;
        min-height: var(--control-height);
        padding: 0 var(--space-2);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius-small);
        background: var(--surface-panel);
        color: var(--text);
        font: inherit;
        font-family: var(--font-code);
      }

      p {
        flex-basis: 100%;
        margin: 0;
      }

      .problem {
        color: var(--wrong);
      }
    `,
  ];

  constructor() {
    super();
    this.text = "";
    this.problem = "";
    new StoreController(this, program, selection, session, sweep);
    new LanguageController(this);
  }

  /** What a sweep would change. */
  get place() {
    return placeOf(program.values.text, selection.values);
  }

  render() {
    const running = sweep.values.sweep;
    if (running) {
      const { values, at } = running;
      return html`
        <form @submit=${this.stop}>
          <span role="status">
            ${t("sweep.running", { number: at + 1, count: values.length })} <code>${values[at]}</code>
          </span>
          <button>${t("sweep.stop")}</button>
        </form>
      `;
    }
    const { place } = this;
    const { text } = program.values;
    const line = place ? text.slice(0, place.from).split("\n").length : 0;
    return html`
      <form @submit=${this.start} aria-labelledby="title">
        <h2 id="title">${t("sweep.title")}</h2>
        ${
          place
            ? html`
              <label for="values">
                ${t("sweep.place", { line })} <code>${text.slice(place.from, place.to)}</code>
              </label>
              <input
                id="values"
                autocomplete="off"
                spellcheck="false"
                placeholder=${EXAMPLE}
                .value=${this.text}
                aria-describedby=${this.problem ? "problem" : nothing}
                @input=${this.write}
              />
              <button aria-disabled=${session.values.state !== "ready"}>${t("sweep.start")}</button>
            `
            : html`<p class="note">${t("sweep.hint")}</p>`
        }
        <p id="problem" class="problem" role="alert">${this.problem}</p>
      </form>
    `;
  }

  /** @param {Event} event */
  write({ target }) {
    this.text = /** @type {HTMLInputElement} */ (target).value;
    this.problem = "";
  }

  /** @param {Event} event */
  start(event) {
    event.preventDefault();
    const { place } = this;
    const values = valuesOf(this.text);
    if (values.length < 2) {
      this.problem = t("sweep.tooFew");
    } else if (values.length > MOST_VALUES) {
      this.problem = t("sweep.tooMany", { most: MOST_VALUES, count: values.length });
    } else if (place && session.values.state === "ready") {
      startSweep(place, values);
    }
  }

  /** @param {Event} event */
  stop(event) {
    event.preventDefault();
    stopProgram();
  }
}

customElements.define("sweep-form", SweepForm);
