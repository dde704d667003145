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
    /** What brought it: the pointer that leaves something else does not take it away. */
    this.by = "";
    new LanguageController(this);
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("term", (event) =>
      this.follow(/** @type {CustomEvent<import("../terms.js").Term>} */ (event).detail),
    );
    addEventListener("scroll", () => this.place(), { capture: true, passive: true });
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
    this.place();
  }

  /** Beside its term, also when that is scrolled: the focus may have brought it into view. */
  place() {
    const tip = /** @type {HTMLElement | null} */ (this.renderRoot.querySelector("[popover]"));
    if (!tip || !this.term || !this.anchor) {
      return;
    }
    const { left, top, bottom } = this.anchor.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = tip;
    const below = bottom + GAP_PX + height < innerHeight;
    tip.style.top = `${below ? bottom + GAP_PX : Math.max(top - GAP_PX - height, MARGIN_PX)}px`;
    tip.style.left = `${Math.max(Math.min(left, innerWidth - width - MARGIN_PX), MARGIN_PX)}px`;
  }

  /** @param {import("../terms.js").Term} term */
  follow({ anchor, by }) {
    const term = anchor?.dataset.term ?? "";
    if (anchor && Object.hasOwn(glossary, term)) {
      this.anchor = anchor;
      this.by = by;
      this.term = /** @type {Term} */ (term);
      const [, meaning] = glossary[this.term][language()];
      anchor.setAttribute("aria-description", meaning);
    } else if (this.by === by) {
      this.leave();
    }
  }

  leave() {
    this.term = null;
  }
}

/** Shows the term that was met before this was here. @param {import("../terms.js").Term} term */
export function showTerm(term) {
  const tip = /** @type {TermTip | null} */ (document.querySelector("term-tip"));
  tip?.follow(term);
}

customElements.define("term-tip", TermTip);
