/** What a term means, shown beside it while the pointer or the focus is on it. */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import glossary from "../glossary.json" with { type: "json" };
import { LanguageController, language } from "../locale.js";
import controls from "../styles/controls.css";

/** @typedef {keyof typeof glossary} Term */

const GAP_PX = 6;
const MARGIN_PX = 8;

export class TermTip extends LitElement {
  static properties = { term: { state: true } };

  static styles = [
    unsafeCSS(controls),
    css`
      [popover] {
        inset: auto;
        max-width: min(20rem, calc(100vw - 1rem));
        margin: 0;
        padding: var(--space-2) var(--space-3);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius-small);
        background: var(--surface-panel);
        color: var(--text);
        font-size: var(--size-note);
        box-shadow: 0 4px 16px var(--scroll-shade);
        pointer-events: none;
      }

      strong {
        display: block;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {Term | null} */
    this.term = null;
    /** Where it is shown. @type {Element | null} */
    this.anchor = null;
    new LanguageController(this);
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("pointerover", (event) => this.follow(event));
    addEventListener("focusin", (event) => this.follow(event));
    addEventListener("focusout", () => this.leave());
    addEventListener("scroll", () => this.leave(), { capture: true, passive: true });
    addEventListener(
      "keydown",
      (event) => {
        if (event.key === "Escape" && this.term) {
          event.stopPropagation();
          this.leave();
        }
      },
      { capture: true },
    );
  }

  render() {
    const [name, meaning] = this.term ? glossary[this.term][language()] : ["", ""];
    return html`
      <div popover="manual" role="tooltip">
        ${this.term ? html`<strong>${name}</strong>${meaning}` : nothing}
      </div>
    `;
  }

  updated() {
    const tip = /** @type {HTMLElement} */ (this.renderRoot.querySelector("[popover]"));
    if (!this.term || !this.anchor) {
      tip.hidePopover();
      return;
    }
    tip.showPopover();
    const { left, top, bottom } = this.anchor.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = tip;
    const below = bottom + GAP_PX + height < innerHeight;
    tip.style.top = `${below ? bottom + GAP_PX : Math.max(top - GAP_PX - height, MARGIN_PX)}px`;
    tip.style.left = `${Math.max(Math.min(left, innerWidth - width - MARGIN_PX), MARGIN_PX)}px`;
  }

  /** @param {Event} event */
  follow(event) {
    const found = event
      .composedPath()
      .find((part) => part instanceof HTMLElement && part.dataset.term !== undefined);
    const anchor = /** @type {HTMLElement | undefined} */ (found);
    if (!anchor) {
      this.leave();
    } else if (anchor.dataset.term && Object.hasOwn(glossary, anchor.dataset.term)) {
      this.anchor = anchor;
      this.term = /** @type {Term} */ (anchor.dataset.term);
      const [, meaning] = glossary[this.term][language()];
      anchor.setAttribute("aria-description", meaning);
    }
  }

  leave() {
    this.term = null;
  }
}

/** Shows the term that was met before this was here. @param {Event} event */
export function showTerm(event) {
  const tip = /** @type {TermTip | null} */ (document.querySelector("term-tip"));
  tip?.follow(event);
}

customElements.define("term-tip", TermTip);
