/**
 * The tabs of one side of the page, or in one column of all of it. Drawn into the page itself, not
 * below a shadow root, so that tabs and the views they open can name each other.
 */

import { html, LitElement, nothing } from "lit";
import { LanguageController, t } from "../locale.js";
import { isShown, SIDES, show, view } from "../state/view.js";
import { StoreController } from "../store.js";

/** @typedef {import("../state/view.js").ViewName} ViewName */
/** @typedef {import("../locale.js").StringKey} StringKey */

const NAMES = /** @type {ViewName[]} */ (Object.keys(SIDES));

export class ViewTabs extends LitElement {
  static properties = { side: {} };

  constructor() {
    super();
    /** @type {import("../state/view.js").Side | "single"} */
    this.side = "single";
    new StoreController(this, view);
    new LanguageController(this);
  }

  createRenderRoot() {
    return this;
  }

  /** The views that have a tab here now. */
  get names() {
    const { narrow, present } = view.values;
    const { side } = this;
    return NAMES.filter(
      (name) => present.has(name) && (narrow ? side === "single" : SIDES[name] === side),
    );
  }

  render() {
    const { names } = this;
    if (names.length === 0) {
      return nothing;
    }
    return html`
      <div role="tablist" aria-label=${t(`tabs.${this.side}`)} @keydown=${this.move}>
        ${names.map((name) => this.tab(name))}
      </div>
    `;
  }

  /** @param {ViewName} name */
  tab(name) {
    const selected = isShown(name);
    const news = view.values.news.has(name);
    return html`
      <button
        role="tab"
        id="tab-${name}"
        aria-controls="view-${name}"
        aria-selected=${selected}
        tabindex=${selected ? 0 : -1}
        @click=${() => show(name)}
      >
        ${t(/** @type {StringKey} */ (`tab.${name}`))}${
          news
            ? html`<span class="news"><span class="hidden-text">${t("tabs.news")}</span></span>`
            : ""
        }
      </button>
    `;
  }

  /** Arrow keys go from tab to tab, as in any list of tabs. @param {KeyboardEvent} event */
  move(event) {
    const { names } = this;
    const at = names.findIndex(isShown);
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: names.length - 1 }[
      event.key
    ];
    if (next !== undefined) {
      event.preventDefault();
      const name = names[(next + names.length) % names.length];
      show(name);
      this.updateComplete.then(() => document.getElementById(`tab-${name}`)?.focus());
    }
  }

  updated() {
    const tab = this.querySelector("[aria-selected=true]");
    if (this.side === "single" && tab instanceof HTMLElement) {
      tab.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }
}

customElements.define("view-tabs", ViewTabs);
