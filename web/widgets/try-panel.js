/**
 * Where the reader tries the model: the ways to do it, what it says, and what is to be known of that.
 * Each way is an element of its own, which this one lays beside the answer.
 */

import { html, LitElement, nothing, unsafeCSS } from "lit";
import { LanguageController, t } from "../locale.js";
import { session } from "../state/session.js";
import { chooseWay, shownWay, trying } from "../state/trying.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";
import figures from "../styles/figures.css";
import styles from "../styles/try-panel.css";
import { spokenAnswer, trialView } from "../trial-view.js";

/** @typedef {import("../locale.js").StringKey} StringKey */
/** @typedef {import("../protocol.js").Way} Way */

/** @type {Record<Way["kind"], StringKey>} */
const NAMES = {
  image: "try.wayImage",
  numbers: "try.wayNumbers",
  text: "try.wayText",
  latent: "try.wayLatent",
};

/** What is said where there is nothing to ask about. @type {Record<Way["kind"], StringKey>} */
const EMPTY = {
  image: "try.emptyImage",
  numbers: "try.emptyNumbers",
  text: "try.emptyText",
  latent: "try.emptyLatent",
};

export class TryPanel extends LitElement {
  static styles = [unsafeCSS(controls), unsafeCSS(figures), unsafeCSS(styles)];

  constructor() {
    super();
    new StoreController(this, trying, session);
    new LanguageController(this);
  }

  render() {
    const { ways, why, shapes, model } = trying.values;
    const way = shownWay(trying.values);
    if (!way) {
      const written = shapes.map((shape) => `(${shape.map(sizeOf).join(", ")})`).join(t("set.and"));
      return why === "several" || why === "form"
        ? html`
            <section aria-label=${t("try.title")}>
              <h2>${t("try.title")}</h2>
              <p class="note">${t(why === "several" ? "try.several" : "try.noForm", { model, shapes: written })}</p>
            </section>
          `
        : nothing;
    }
    return html`
      <section aria-label=${t("try.title")}>
        <div class="head">
          <h2>${t("try.title")}</h2>
          ${
            ways.length > 1
              ? html`<div class="choice" role="group" aria-label=${t("try.way")}>
                  ${ways.map(
                    ({ kind }) => html`
                      <button aria-pressed=${kind === way.kind} @click=${() => chooseWay(kind)}>
                        ${this.nameOf(kind, way)}
                      </button>
                    `,
                  )}
                </div>`
              : nothing
          }
          ${this.renderMoment()}
        </div>
        <div class="trial ${way.kind}">
          <div class="way">${element(way.kind)}</div>
          <div class="answer" aria-busy=${trying.values.state === "asked"}>${this.renderAnswer(way)}</div>
        </div>
        <span class="spoken" role="status">${this.spokenAnswer()}</span>
      </section>
    `;
  }

  /**
   * @param {Way["kind"]} kind
   * @param {Way} way The one that is shown.
   */
  nameOf(kind, way) {
    const colours = way.kind === "image" && way.channels > 1;
    return t(kind === "image" && colours ? "try.wayPicture" : NAMES[kind]);
  }

  renderMoment() {
    const { training, state } = session.values;
    const { said, trained, current } = trying.values;
    if (current && !trained) {
      return html`<p class="caution">${t("try.untrained")}</p>`;
    }
    return said
      ? html`<span class="note">${t(training && state === "running" ? "predictions.live" : "try.now")}</span>`
      : nothing;
  }

  /** @param {Way} way */
  renderAnswer(way) {
    const { said, state, failure } = trying.values;
    if (said) {
      return trialView(said);
    }
    if (state === "failed") {
      return html`<p class="trouble" role="alert">${t("try.failed", { detail: failure })}</p>`;
    }
    if (state === "asked") {
      return html`<p class="note">${t("try.asked")}</p>`;
    }
    const unknown = "known" in way && !way.known;
    const key = way.kind === "image" && way.channels > 1 ? "try.emptyPicture" : EMPTY[way.kind];
    return html`
      <p class="note">${t(key)}</p>
      ${unknown && way.kind !== "latent" ? html`<p class="note">${t("try.unknownRange")}</p>` : nothing}
      ${way.kind === "latent" ? html`<p class="note">${t(way.known ? "try.codesKnown" : "try.codesUnknown", { decoder: way.decoder })}</p>` : nothing}
    `;
  }

  /** What changes while one draws is told in few words. */
  spokenAnswer() {
    const [output] = trying.values.said?.outputs ?? [];
    return output ? spokenAnswer(output.says, session.values.training) : "";
  }
}

/** @param {Way["kind"]} kind */
function element(kind) {
  switch (kind) {
    case "image":
      return html`<draw-pad></draw-pad>`;
    case "numbers":
      return html`<try-numbers></try-numbers>`;
    case "text":
      return html`<try-text></try-text>`;
    case "latent":
      return html`<latent-pad></latent-pad>`;
  }
}

/** @param {number} size */
function sizeOf(size) {
  return size < 0 ? "?" : String(size);
}

customElements.define("try-panel", TryPanel);
