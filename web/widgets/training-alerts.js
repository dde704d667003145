/** Says what goes wrong with a training, and what helps; nothing where all is well. */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { formatMetric, LanguageController, t } from "../locale.js";
import { changeSetting } from "../state/actions.js";
import { alerts, dismissAlert } from "../state/alerts.js";
import { session } from "../state/session.js";
import { training } from "../state/training.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";

/** @typedef {import("../state/alert-rules.js").AlertKind} AlertKind */
/** @typedef {import("../state/alerts.js").ShownAlert} ShownAlert */

/** What to multiply the learning rate with, where that is the remedy. @type {Partial<Record<AlertKind, number>>} */
const RATE_TIMES = { divergence: 0.1, jumps: 0.3, slow: 10, plateau: 0.1 };

export class TrainingAlerts extends LitElement {
  static styles = [
    unsafeCSS(controls),
    css`
      /* Where there is nothing to say it takes no room, yet listeners know of it. */
      :host(:not([filled])) {
        position: absolute;
      }

      .alert {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-1) var(--space-3);
        padding: var(--space-2) var(--space-3);
        border: 1px solid var(--caution-line);
        border-radius: var(--radius-small);
        background: var(--caution-soft);
        font-size: var(--size-note);
      }

      p {
        flex: 1 1 20rem;
        margin: 0;
      }

      strong {
        font-weight: var(--weight-strong);
      }

      button {
        min-height: 1.75rem;
        font-size: var(--size-note);
      }

      @media (pointer: coarse) {
        button {
          min-height: 2.75rem;
        }
      }
    `,
  ];

  constructor() {
    super();
    new StoreController(this, alerts, session);
    new LanguageController(this);
  }

  render() {
    const { alert } = alerts.values;
    return html`<div role="status">${alert ? this.renderAlert(alert) : nothing}</div>`;
  }

  updated() {
    this.toggleAttribute("filled", alerts.values.alert !== null);
  }

  /** @param {ShownAlert} alert */
  renderAlert(alert) {
    const rate = this.betterRate(alert.kind);
    return html`
      <div class="alert">
        <p><strong>${sentence(alert)}</strong> ${t(`alert.${alert.kind}.remedy`)}</p>
        ${
          rate
            ? html`
              <button @click=${() => changeSetting("learning_rate", rate)}>
                ${t("alert.setRate", { rate: formatMetric(rate) })}
              </button>
            `
            : nothing
        }
        <button @click=${dismissAlert}>${t("alert.dismiss")}</button>
      </div>
    `;
  }

  /** A learning rate to offer while it can still help. @param {AlertKind} kind */
  betterRate(kind) {
    const { state, training: goesOn, settings } = session.values;
    const rate = settings.find(({ name }) => name === "learning_rate");
    const times = RATE_TIMES[kind];
    const open = state === "running" && goesOn;
    return open && times && rate && !rate.scheduled
      ? Number((rate.value * times).toPrecision(2))
      : null;
  }
}

/** @param {ShownAlert} alert */
function sentence({ kind, values, fit }) {
  const place = values.axis === "epoch" ? "chart.at.epoch" : "chart.at.step";
  const placed = "place" in values ? { place: t(place, { place: values.place }) } : {};
  const text = t(`alert.${kind}`, { ...values, ...placed });
  return training.values.record.fits.length > 1
    ? t("alert.model", { name: fit.label, text })
    : text;
}

customElements.define("training-alerts", TrainingAlerts);
