/** Shows some of the data: images with their labels, points of a curve, or rows of a table. */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { imageCanvas } from "../images.js";
import { formatMetric, LanguageController, t } from "../locale.js";
import { scatter } from "../scatter.js";
import controls from "../styles/controls.css";
import figures from "../styles/figures.css";
import { WidthController } from "../width.js";

/** @typedef {import("../protocol.js").Samples} Samples */
/** @typedef {import("../protocol.js").ImageSamples} ImageSamples */
/** @typedef {import("../protocol.js").PointSamples} PointSamples */
/** @typedef {import("../protocol.js").RowSamples} RowSamples */

const PLACEHOLDERS = Array.from({ length: 30 });
const POINTS_HEIGHT_PX = 114;
/** Space and frame beside the panel's body. */
const PADDING_PX = 17;

export class SamplePanel extends LitElement {
  static properties = { samples: {} };

  static styles = [
    unsafeCSS(controls),
    unsafeCSS(figures),
    css`
      .panel {
        padding: var(--space-1) var(--space-4) var(--space-3);
      }

      /* The same height for every kind of data, so that nothing below moves. */
      .body {
        height: 7.25rem;
        overflow: auto;
      }

      /* Shade at the edges beyond which there is more; at an end a cover scrolls over it. */
      .body.table {
        --cover: var(--surface-panel) 40%, transparent;
        background:
          linear-gradient(to top, var(--cover)) bottom / 100% 2rem local,
          linear-gradient(to left, var(--cover)) right / 2rem 100% local,
          radial-gradient(farthest-side at 50% 100%, var(--scroll-shade), transparent) bottom / 100%
            0.75rem scroll,
          radial-gradient(farthest-side at 100% 50%, var(--scroll-shade), transparent) right /
            0.75rem 100% scroll;
        background-repeat: no-repeat;
      }

      thead th {
        position: sticky;
        top: 0;
        background: var(--surface-panel);
      }

      ol {
        display: grid;
        grid-template-columns: repeat(15, minmax(0, 1fr));
        gap: var(--space-1);
        margin: 0;
        padding: 0;
        list-style: none;
      }

      li {
        display: grid;
        justify-items: center;
        padding: 2px;
        border-radius: var(--radius-small);
        background: var(--surface-sunken);
      }

      canvas,
      .blank {
        width: min(100%, 2.25rem);
        height: 2.25rem;
      }

      .label {
        min-height: 1.3em;
        color: var(--text-muted);
        font-size: var(--size-small);
        line-height: 1.3;
        font-variant-numeric: tabular-nums;
      }

      /* A head and four rows fit in: all of XOR. */
      th,
      td {
        padding-block: 0;
        line-height: 1.35rem;
      }

      @media (max-width: 60rem) {
        .panel-head {
          padding-bottom: var(--space-1);
        }

        .body {
          height: 14.75rem;
        }

        ol {
          grid-template-columns: repeat(auto-fill, minmax(2.5rem, 1fr));
        }
      }
    `,
  ];

  constructor() {
    super();
    /** @type {Samples | null} */
    this.samples = null;
    this.size = new WidthController(this);
    new LanguageController(this);
  }

  render() {
    return html`
      <section class="panel" aria-labelledby="title">
        <div class="panel-head">
          <h2 id="title">${t("samples.title")}</h2>
          <span class="note">${this.caption()}</span>
        </div>
        ${
          this.samples?.samples.kind === "rows"
            ? html`<div class="body table" tabindex="0" role="group" aria-labelledby="title">
                ${this.body()}
              </div>`
            : html`<div class="body">${this.body()}</div>`
        }
      </section>
    `;
  }

  caption() {
    if (!this.samples) {
      return t("samples.empty");
    }
    const { source, samples } = this.samples;
    const shown = {
      images: "pixels" in samples ? imageCount(samples) : 0,
      points: "x" in samples ? samples.x.length : 0,
      rows: "rows" in samples ? samples.rows.length : 0,
    }[samples.kind];
    const key = source === "mnist" ? "samples.builtIn" : "samples.program";
    return t(key, { shown, total: samples.total });
  }

  body() {
    const samples = this.samples?.samples;
    if (!samples) {
      return html`
        <ol aria-hidden="true">
          ${PLACEHOLDERS.map(
            () => html`<li><span class="blank"></span><span class="label"></span></li>`,
          )}
        </ol>
      `;
    }
    if (samples.kind === "images") {
      return renderImages(samples);
    }
    return samples.kind === "points" ? this.renderPoints(samples) : renderRows(samples);
  }

  /** @param {PointSamples} samples */
  renderPoints({ x, y, total }) {
    const description = t("samples.program", { shown: x.length, total });
    const size = { width: this.size.width_px - 2 * PADDING_PX, height: POINTS_HEIGHT_PX };
    return scatter({ x, y, line: null, ...size, xLabel: "", yLabel: "", description });
  }
}

/** @param {ImageSamples} samples */
function imageCount({ pixels, height, width, channels }) {
  return pixels.length / (height * width * channels);
}

/** @param {ImageSamples} samples */
function renderImages(samples) {
  const { labels } = samples;
  const indices = Array.from({ length: imageCount(samples) }, (_, index) => index);
  return html`
    <ol>
      ${indices.map((index) => {
        const label = labels ? String(labels[index]) : "";
        return html`
          <li aria-label=${t("samples.image", { label })}>
            ${imageCanvas(samples, index)}
            <span class="label" aria-hidden="true">${label}</span>
          </li>
        `;
      })}
    </ol>
  `;
}

/** @param {RowSamples} samples */
function renderRows({ rows, targets, features }) {
  const hidden = features - (rows[0]?.length ?? 0);
  return html`
    <table>
      <thead>
        <tr>
          ${rows[0]?.map((_, index) => html`<th scope="col">${t("samples.feature", { number: index + 1 })}</th>`)}
          ${hidden > 0 ? html`<th scope="col">${t("samples.more", { count: hidden })}</th>` : nothing}
          ${targets ? html`<th scope="col">${t("samples.target")}</th>` : nothing}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row, index) => html`
            <tr>
              ${row.map((value) => html`<td>${formatMetric(value)}</td>`)}
              ${hidden > 0 ? html`<td>…</td>` : nothing}
              ${targets ? html`<td>${targets[index].map(formatMetric).join(", ")}</td>` : nothing}
            </tr>
          `,
        )}
      </tbody>
    </table>
  `;
}

customElements.define("sample-panel", SamplePanel);
