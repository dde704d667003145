/**
 * A grid of small pictures of numbers, all on one scale: the filters of a layer, its activations,
 * the maps of its neurons. One that is pressed is drawn large, with its numbers.
 */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { ref } from "lit/directives/ref.js";
import { paintMap, SchemeController } from "../../inside-colors.js";
import { tableOf } from "../../inside-parts.js";
import { formatMetric, LanguageController, t } from "../../locale.js";
import { rove, settle } from "../../roving.js";
import controls from "../../styles/controls.css";
import figures from "../../styles/figures.css";
import inside from "../../styles/inside.css";

/** @typedef {import("../../protocol.js").Maps} Maps */

export class MapGrid extends LitElement {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = {
    maps: { attribute: false },
    label: {},
    wide: { type: Boolean },
    smooth: { type: Boolean },
    pressed: { state: true },
  };

  static styles = [
    unsafeCSS(controls),
    unsafeCSS(figures),
    unsafeCSS(inside),
    css`
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(3.5rem, 1fr));
        gap: var(--space-2);
        margin: 0;
        padding: 0;
        list-style: none;
      }

      ul.single {
        grid-template-columns: minmax(0, 20rem);
      }

      :host([wide]) ul.single {
        grid-template-columns: minmax(0, 1fr);
      }

      .map {
        display: block;
        width: 100%;
        min-height: 0;
        padding: 0.25rem;
        border-color: var(--line);
        text-align: center;
      }

      .map[aria-pressed="true"] {
        outline: 2px solid var(--accent);
        outline-offset: -1px;
      }

      canvas {
        width: 100%;
        height: auto;
        max-height: 20rem;
        background: var(--surface-panel);
      }

      :host([smooth]) canvas {
        image-rendering: auto;
      }

      .flat canvas {
        height: 1.5rem;
      }

      .name {
        display: block;
        overflow: hidden;
        color: var(--text-muted);
        font-size: var(--size-small);
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .large {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: var(--space-3);
        margin: var(--space-3) 0;
      }

      .large canvas {
        width: 14rem;
        max-width: 100%;
        border: 1px solid var(--line);
      }

      .scale {
        display: grid;
        grid-template-columns: auto minmax(4rem, 12rem) auto;
        align-items: center;
        justify-content: start;
        gap: var(--space-2);
        margin: var(--space-2) 0;
        color: var(--text-muted);
        font-size: var(--size-small);
        font-variant-numeric: tabular-nums;
      }

      .ramp {
        height: 0.5rem;
        border: 1px solid var(--line);
        background: linear-gradient(to right, var(--surface-panel), var(--series-2));
      }

      .ramp.around {
        background: linear-gradient(to right, var(--series-1), var(--surface-panel), var(--series-2));
      }
    `,
  ];

  constructor() {
    super();
    /** @type {Maps | null} */
    this.maps = null;
    this.label = "";
    this.wide = false;
    this.smooth = false;
    /** Which map is drawn large. @type {number | null} */
    this.pressed = null;
    this.scheme = new SchemeController(this);
    new LanguageController(this);
  }

  render() {
    const { maps } = this;
    if (!maps || maps.of.length === 0) {
      return nothing;
    }
    const single = maps.of.length === 1;
    const pressed = this.pressed !== null && this.pressed < maps.of.length ? this.pressed : null;
    const colors = {
      above: this.scheme.color("--series-2"),
      below: this.scheme.color("--series-1"),
    };
    return html`
      <ul
        class="${single ? "single" : ""} ${maps.height === 1 ? "flat" : ""}"
        role="list"
        aria-label=${this.label}
        @keydown=${rove}
        @focusin=${settle}
      >
        ${maps.of.map((one, at) => (single ? this.picture(maps, at, colors) : this.tile(maps, at, colors, one.name)))}
      </ul>
      ${
        pressed !== null && !single
          ? html`
            <div class="large">
              ${this.canvas(maps, pressed, colors)}
              <p class="note" aria-live="polite">${describe(maps, pressed)}</p>
            </div>
          `
          : nothing
      }
      <div class="scale">
        <span>${formatMetric(maps.low)}</span>
        <span class="ramp ${maps.low < 0 ? "around" : ""}"></span>
        <span>${formatMetric(maps.high)}</span>
      </div>
      ${maps.hidden > 0 ? html`<p class="note">${t("inside.moreMaps", { count: maps.hidden })}</p>` : nothing}
      ${tableOf(
        ["", t("inside.least"), t("inside.mean"), t("inside.most")],
        maps.of.map(({ name, low, mean, high }) => [
          nameOf(name),
          formatMetric(low),
          formatMetric(mean),
          formatMetric(high),
        ]),
        this.label,
      )}
    `;
  }

  /**
   * @param {Maps} maps
   * @param {number} at
   * @param {{above: import("../../inside-colors.js").Color, below: import("../../inside-colors.js").Color}} colors
   * @param {string} name
   */
  tile(maps, at, colors, name) {
    const isPressed = this.pressed === at;
    const words = describe(maps, at);
    return html`
      <li>
        <button
          class="map"
          data-stop
          tabindex=${at === 0 ? 0 : -1}
          aria-pressed=${isPressed}
          aria-label=${words}
          title=${words}
          @click=${() => {
            this.pressed = isPressed ? null : at;
          }}
        >
          ${this.canvas(maps, at, colors)}
          <span class="name" aria-hidden="true">${name}</span>
        </button>
      </li>
    `;
  }

  /**
   * @param {Maps} maps
   * @param {number} at
   * @param {{above: import("../../inside-colors.js").Color, below: import("../../inside-colors.js").Color}} colors
   */
  picture(maps, at, colors) {
    return html`
      <li>
        <div role="img" aria-label=${`${this.label}: ${describe(maps, at)}`}>
          ${this.canvas(maps, at, colors)}
        </div>
      </li>
    `;
  }

  /**
   * @param {Maps} maps
   * @param {number} at
   * @param {{above: import("../../inside-colors.js").Color, below: import("../../inside-colors.js").Color}} colors
   */
  canvas(maps, at, colors) {
    return html`
      <canvas
        aria-hidden="true"
        ${ref((canvas) => canvas && paintMap(/** @type {HTMLCanvasElement} */ (canvas), maps, at, colors))}
      ></canvas>
    `;
  }
}

/** @param {Maps} maps @param {number} at @returns {string} */
function describe({ of }, at) {
  const { name, low, mean, high } = of[at];
  return t("inside.map", {
    name: nameOf(name),
    low: formatMetric(low),
    mean: formatMetric(mean),
    high: formatMetric(high),
  });
}

/** What a map is called: some are called by what they are of. @param {string} name @returns {string} */
function nameOf(name) {
  switch (name) {
    case "gradient":
      return t("inside.mapGradient");
    case "occlusion":
      return t("inside.mapOcclusion");
    case "matrix":
      return t("inside.mapMatrix");
    case "row":
      return t("inside.mapRow");
    default:
      return name;
  }
}

customElements.define("map-grid", MapGrid);
