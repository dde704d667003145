/** The examples with a picture of what each comes to, what it teaches, and how long it takes. */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import results from "../examples/results.json" with { type: "json" };
import { describeResult, galleryPicture } from "../gallery-picture.js";
import { LanguageController, t } from "../locale.js";
import { listedGroups } from "../program-list.js";
import { rove, settle } from "../roving.js";
import { shelf } from "../state/program-shelf.js";
import { chooseProgram, program } from "../state/programs.js";
import { closeSheet, sheets } from "../state/sheets.js";
import { show } from "../state/view.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";

/** @typedef {import("../gallery-picture.js").Result} Result */

/** How long an example takes is said in these steps: browsers and machines differ. */
const TIMES_S = [2, 5, 10, 20, 30, 60];

export class ExampleGallery extends LitElement {
  static properties = { filter: { state: true } };

  static styles = [
    unsafeCSS(controls),
    css`
      dialog {
        width: min(76rem, calc(100vw - 2 * var(--space-4)));
        height: min(56rem, calc(100dvh - 2 * var(--space-4)));
        max-width: none;
        max-height: none;
        padding: 0;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--surface-page);
        color: var(--text);
      }

      dialog[open] {
        display: flex;
        flex-direction: column;
      }

      dialog::backdrop {
        background: rgb(0 0 0 / 45%);
      }

      .head {
        display: flex;
        flex: none;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-4);
        padding: var(--space-3) var(--space-4);
        border-bottom: 1px solid var(--line);
        background: var(--surface-panel);
      }

      .head h2 {
        font-size: var(--size-title);
      }

      input {
        flex: 1 1 12rem;
        min-width: 0;
        max-width: 24rem;
        min-height: var(--control-height);
        padding: 0 var(--space-3);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius-small);
        background: var(--surface-panel);
        color: var(--text);
        font: inherit;
      }

      .close {
        margin-left: auto;
      }

      .body {
        flex: 1;
        min-height: 0;
        padding: var(--space-3) var(--space-4) var(--space-5);
        overflow: auto;
        overscroll-behavior: contain;
      }

      h3 {
        margin: var(--space-4) 0 var(--space-2);
        font-size: var(--size-text);
      }

      h3:first-child {
        margin-top: 0;
      }

      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr));
        gap: var(--space-3);
        margin: 0;
        padding: 0;
        list-style: none;
      }

      .card {
        display: flex;
        flex-direction: column;
        width: 100%;
        height: 100%;
        padding: 0;
        border-color: var(--line);
        border-radius: var(--radius);
        text-align: left;
        overflow: hidden;
      }

      .card[aria-current] {
        outline: 2px solid var(--accent);
        outline-offset: -1px;
      }

      .picture {
        display: grid;
        place-items: center;
        width: 100%;
        height: 6rem;
        border-bottom: 1px solid var(--line);
        background: var(--surface-sunken);
      }

      .picture svg {
        width: 100%;
        height: 100%;
      }

      .picture canvas {
        height: 5rem;
        image-rendering: pixelated;
      }

      .line {
        fill: none;
        stroke-width: 2;
        stroke-linejoin: round;
      }

      .series-1 {
        stroke: var(--series-1);
      }

      .series-2 {
        stroke: var(--series-2);
      }

      .series-3 {
        stroke: var(--series-3);
      }

      .series-4 {
        stroke: var(--series-4);
      }

      .dashed {
        stroke-dasharray: 5 3;
      }

      .dot {
        fill: var(--series-1);
        fill-opacity: 0.6;
      }

      .node {
        fill: var(--series-2);
      }

      .words {
        display: flex;
        flex: 1;
        flex-direction: column;
        gap: var(--space-1);
        padding: var(--space-2) var(--space-3) var(--space-3);
      }

      .facts {
        margin-top: auto;
        color: var(--text-muted);
        font-size: var(--size-small);
      }

      @media (prefers-color-scheme: dark) {
        canvas {
          filter: invert(1);
        }
      }
    `,
  ];

  constructor() {
    super();
    this.filter = "";
    new StoreController(this, sheets, shelf, program);
    new LanguageController(this);
  }

  get open() {
    return sheets.values.open === "gallery";
  }

  render() {
    return html`
      <dialog aria-labelledby="title" @close=${closeSheet}>
        ${this.open ? this.contents() : nothing}
      </dialog>
    `;
  }

  contents() {
    const groups = listedGroups(this.filter);
    return html`
      <div class="head">
        <h2 id="title">${t("gallery.title")}</h2>
        <input
          type="search"
          autofocus
          aria-label=${t("program.find")}
          placeholder=${t("program.find")}
          autocomplete="off"
          spellcheck="false"
          .value=${this.filter}
          @input=${this.search}
        />
        <button class="close" @click=${closeSheet}>${t("gallery.close")}</button>
      </div>
      <div class="body" @keydown=${rove} @focusin=${settle}>
        ${groups.length === 0 ? html`<p class="note" role="status">${t("program.none")}</p>` : nothing}
        ${groups.map(
          ({ name, entries }, group) => html`
            <h3 id="group-${group}">${name}</h3>
            <ul aria-labelledby="group-${group}">
              ${entries.map((entry, at) => this.card(entry, group === 0 && at === 0))}
            </ul>
          `,
        )}
      </div>
    `;
  }

  /**
   * @param {import("../program-list.js").Entry} entry
   * @param {boolean} stop Whether it is the tab stop of all.
   */
  card({ id, title, about, edited }, stop) {
    const all = /** @type {Record<string, Result>} */ (/** @type {unknown} */ (results));
    const result = Object.hasOwn(all, id) ? all[id] : null;
    return html`
      <li>
        <button
          class="card"
          data-stop
          tabindex=${stop ? 0 : -1}
          aria-current=${id === program.values.id ? "true" : nothing}
          @click=${() => this.choose(id)}
        >
          ${result ? html`<span class="picture">${galleryPicture(result)}</span>` : nothing}
          <span class="words">
            <strong>${title}</strong>
            ${about ? html`<span class="note">${about}</span>` : nothing}
            <span class="facts">
              ${result ? html`${describeResult(result)}<br />${timeOf(result.seconds)}` : nothing}
              ${edited ? html` · ${t("program.changed")}` : nothing}
            </span>
          </span>
        </button>
      </li>
    `;
  }

  updated() {
    const dialog = /** @type {HTMLDialogElement} */ (this.renderRoot.querySelector("dialog"));
    if (this.open !== dialog.open) {
      this.open ? dialog.showModal() : dialog.close();
      this.filter = "";
    }
  }

  /** @param {Event} event */
  search({ target }) {
    this.filter = /** @type {HTMLInputElement} */ (target).value;
  }

  /** @param {string} id */
  async choose(id) {
    closeSheet();
    if (await chooseProgram(id)) {
      show("code");
    }
  }
}

/** @param {number} seconds As it took where it was recorded. */
function timeOf(seconds) {
  const above = TIMES_S.find((time) => seconds <= time);
  return above === undefined
    ? t("gallery.minutes", { minutes: Math.ceil(seconds / 60) })
    : t("gallery.seconds", { seconds: above });
}

customElements.define("example-gallery", ExampleGallery);
