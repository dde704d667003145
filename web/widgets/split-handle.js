/** The line between two parts of the page: dragged, or moved with the arrow keys. */

import { css, html, LitElement } from "lit";
import { LanguageController, t } from "../locale.js";
import { setDrawer, setSplit, view } from "../state/view.js";
import { StoreController } from "../store.js";

const STEP = 0.02;

export class SplitHandle extends LitElement {
  static properties = { between: { reflect: true } };

  static styles = css`
    :host {
      display: block;
      touch-action: none;
      user-select: none;
    }

    div {
      position: relative;
      width: 100%;
      height: 100%;
      cursor: col-resize;
    }

    :host([between="rows"]) div {
      cursor: row-resize;
    }

    div::after {
      content: "";
      position: absolute;
      inset: 0;
      margin: auto;
      width: 2px;
      height: 2rem;
      border-radius: 1px;
      background: var(--line-strong);
      opacity: 0.5;
    }

    :host([between="rows"]) div::after {
      width: 2rem;
      height: 2px;
    }

    div:hover::after,
    div:focus-visible::after {
      background: var(--accent);
      opacity: 1;
    }

    div:focus-visible {
      outline: var(--focus);
      outline-offset: -2px;
    }
  `;

  constructor() {
    super();
    /** @type {"columns" | "rows"} */
    this.between = "columns";
    new StoreController(this, view);
    new LanguageController(this);
  }

  /** The share of what is before the handle. */
  get share() {
    return this.between === "columns" ? view.values.split : 1 - view.values.drawer;
  }

  set share(share) {
    if (this.between === "columns") {
      setSplit(share);
    } else {
      setDrawer(1 - share);
    }
  }

  render() {
    const columns = this.between === "columns";
    return html`
      <div
        role="separator"
        tabindex="0"
        aria-label=${t(columns ? "split.columns" : "split.rows")}
        aria-orientation=${columns ? "vertical" : "horizontal"}
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${Math.round(this.share * 100)}
        @keydown=${this.nudge}
        @dblclick=${this.reset}
        @pointerdown=${this.grab}
      ></div>
    `;
  }

  /** @param {KeyboardEvent} event */
  nudge(event) {
    const by = { ArrowLeft: -STEP, ArrowUp: -STEP, ArrowRight: STEP, ArrowDown: STEP }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      this.share += by;
    }
  }

  reset() {
    this.share = this.between === "columns" ? 0.5 : 0.8;
  }

  /** @param {PointerEvent} event */
  grab(event) {
    const handle = /** @type {HTMLElement} */ (event.currentTarget);
    const room = this.parentElement?.getBoundingClientRect();
    if (event.button !== 0 || !room) {
      return;
    }
    handle.setPointerCapture(event.pointerId);
    /** @param {PointerEvent} moved */
    handle.onpointermove = ({ clientX, clientY }) => {
      this.share =
        this.between === "columns"
          ? (clientX - room.left) / room.width
          : (clientY - room.top) / room.height;
    };
    handle.onlostpointercapture = () => {
      handle.onpointermove = null;
    };
  }
}

customElements.define("split-handle", SplitHandle);
