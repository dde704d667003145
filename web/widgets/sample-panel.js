/** Shows the data: what it is made of, how its targets are spread, and some samples of each class. */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { formatColumn, formatNumber, formatValue, LanguageController, t } from "../locale.js";
import { className } from "../prediction-tile.js";
import { rove, settle } from "../roving.js";
import { formOf, nameOf, sampleView, spokenSample } from "../sample-view.js";
import { scatter } from "../scatter.js";
import { chooseClass, data } from "../state/data.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";
import figures from "../styles/figures.css";
import tiles from "../styles/tiles.css";
import { WidthController } from "../width.js";

/** @typedef {import("../protocol.js").SampleFacts} SampleFacts */
/** @typedef {import("../protocol.js").ArrayFacts} ArrayFacts */
/** @typedef {import("../protocol.js").Distribution} Distribution */

const POINTS_HEIGHT_PX = 260;
const PADDING_PX = 32;

export class SamplePanel extends LitElement {
  static styles = [
    unsafeCSS(controls),
    unsafeCSS(figures),
    unsafeCSS(tiles),
    css`
      :host {
        padding: var(--space-3) var(--space-4) var(--space-4);
      }

      .title {
        margin: 0;
        font-weight: var(--weight-strong);
      }

      .facts {
        margin: 0;
        overflow-wrap: anywhere;
        font-variant-numeric: tabular-nums;
      }

      h3 {
        margin: var(--space-4) 0 var(--space-2);
        font-size: var(--size-text);
      }

      .head {
        display: flex;
        align-items: center;
        flex-wrap: wrap;
        gap: var(--space-2) var(--space-3);
        margin: var(--space-4) 0 var(--space-2);
      }

      .head h3 {
        margin: 0;
      }

      ol.images {
        grid-template-columns: repeat(auto-fill, minmax(3.25rem, 1fr));
        gap: var(--space-1);
      }

      .tile {
        align-items: stretch;
        text-align: center;
      }

      .images .tile {
        padding: var(--space-1);
      }

      .label {
        color: var(--text-muted);
        font-size: var(--size-small);
        overflow-wrap: anywhere;
        font-variant-numeric: tabular-nums;
      }

      .spread {
        width: 100%;
        max-width: 34rem;
      }

      .spread td,
      .spread th {
        padding-block: 1px;
      }

      .spread th {
        width: 1%;
        text-align: left;
        font-variant-numeric: tabular-nums;
      }

      .spread .count {
        width: 1%;
      }

      .spread .bar {
        width: 100%;
        padding-right: var(--space-2);
      }

      .bar span {
        display: block;
        width: var(--share);
        min-width: 1px;
        height: 0.75rem;
        border-radius: 2px;
        background: var(--series-1);
      }

      .rows {
        position: relative; /* what is hidden in it is cut off with it */
        overflow-x: auto;
      }

      .rows th {
        font-weight: var(--weight-strong);
      }
    `,
  ];

  constructor() {
    super();
    new StoreController(this, data);
    this.size = new WidthController(this);
    new LanguageController(this);
  }

  render() {
    const { samples } = data.values;
    return html`
      <section aria-label=${t("samples.title")}>
        ${samples ? this.renderData(samples.samples) : html`<p class="note">${t("samples.empty")}</p>`}
      </section>
    `;
  }

  /** Whose data it is. */
  headline() {
    const samples = data.values.samples;
    if (!samples) {
      return "";
    }
    const { use, variables, partial } = samples;
    const names = variables.join(t("set.and"));
    if (use === "built-in") {
      return t("samples.builtIn");
    }
    if (use === "variables") {
      return t("samples.variables", { names });
    }
    const parts = [names ? t("samples.training", { names }) : t("samples.trainingUnnamed")];
    return [...parts, partial ? t("samples.partial") : ""].filter(Boolean).join(t("set.space"));
  }

  /** @param {SampleFacts} samples */
  renderData(samples) {
    const { total, inputs, targets, points, distribution } = samples;
    return html`
      <p class="title">${this.headline()}</p>
      <p class="note facts">
        ${t("samples.count", { total })}
        ${[...inputs.map((array) => facts(array, "samples.x")), ...targets.map((array) => facts(array, "samples.y"))].join(t("set.space"))}
      </p>
      ${distribution ? renderDistribution(distribution) : nothing}
      ${points ? this.renderPoints(points, total) : this.renderSamples(samples)}
    `;
  }

  /** @param {SampleFacts} samples */
  renderSamples(samples) {
    const { shown, labels, first, indices, distribution } = samples;
    const { classShown } = data.values;
    const chosen = indices
      .map((_, at) => at)
      .filter((at) => (classShown === null ? at < first : labels?.[at] === classShown));
    const names = distribution?.kind === "classes" ? namesOf(distribution) : null;
    const rows = !shown.images && !shown.texts && !shown.series;
    return html`
      <div class="head">
        <h3>${t(classShown === null ? "samples.first" : "samples.ofClass", { count: chosen.length })}</h3>
        ${distribution?.kind === "classes" ? renderFilter(distribution, classShown) : nothing}
      </div>
      ${rows ? renderRows(samples, chosen, names) : renderTiles(samples, chosen, names)}
    `;
  }

  /**
   * @param {{x: number[], y: number[]}} points
   * @param {number} total
   */
  renderPoints({ x, y }, total) {
    const description = t("samples.points", { shown: x.length, total });
    const width = Math.max(this.size.width_px - PADDING_PX, 160);
    const labels = { xLabel: t("samples.x"), yLabel: t("samples.y") };
    return html`
      <h3>${description}</h3>
      ${scatter({ x, y, line: null, width, height: POINTS_HEIGHT_PX, ...labels, description })}
    `;
  }
}

/**
 * What an array is made of, in one line.
 *
 * @param {ArrayFacts} array
 * @param {"samples.x" | "samples.y"} role
 */
function facts({ name, shape, dtype, low, high, notNumbers }, role) {
  const size = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const range =
    low === null || high === null
      ? ""
      : t("samples.range", { low: formatValue(low), high: formatValue(high) });
  const lost = notNumbers > 0 ? t("samples.notNumbers", { count: notNumbers }) : "";
  const known = [size, dtype, range, lost].filter(Boolean).join(t("samples.comma"));
  return t("samples.array", { name: name ? `${t(role)} ${name}` : t(role), facts: known });
}

/** @param {Extract<Distribution, {kind: "classes"}>} distribution @returns {Map<number, string>} */
function namesOf({ values, names }) {
  return new Map(values.map((value, at) => [value, names?.[at] ?? className(value, null)]));
}

/**
 * Bars that are a table too.
 *
 * @param {Distribution} distribution
 */
function renderDistribution(distribution) {
  const { counts } = distribution;
  const most = Math.max(...counts, 1);
  const heads =
    distribution.kind === "classes"
      ? [...namesOf(distribution).values()]
      : rangesOf(distribution.edges);
  const hidden = distribution.kind === "classes" ? distribution.hidden : 0;
  const head = distribution.kind === "classes" ? "samples.class" : "samples.y";
  return html`
    <h3 id="spread">${t(distribution.kind === "classes" ? "samples.classes" : "samples.ranges")}</h3>
    <table class="spread" aria-labelledby="spread">
      <thead class="hidden-text">
        <tr>
          <th scope="col">${t(head)}</th>
          <th scope="col">${t("samples.samples")}</th>
          <th></th>
        </tr>
      </thead>
      <tbody>
        ${counts.map(
          (count, at) => html`
            <tr>
              <th scope="row">${heads[at]}</th>
              <td class="count">${formatNumber(count)}</td>
              <td class="bar" aria-hidden="true">
                <span style="--share: ${((100 * count) / most).toFixed(1)}%"></span>
              </td>
            </tr>
          `,
        )}
      </tbody>
    </table>
    ${hidden > 0 ? html`<p class="note">${t("samples.moreClasses", { count: hidden })}</p>` : nothing}
  `;
}

/** @param {number[]} edges */
function rangesOf(edges) {
  const written = formatColumn(edges);
  return edges.slice(1).map((_, at) => `${written[at]} – ${written[at + 1]}`);
}

/**
 * @param {Extract<Distribution, {kind: "classes"}>} distribution
 * @param {number | null} chosen
 */
function renderFilter(distribution, chosen) {
  const choose = (/** @type {Event} */ event) => {
    const { value } = /** @type {HTMLSelectElement} */ (event.currentTarget);
    chooseClass(value === "" ? null : Number(value));
  };
  return html`
    <label class="note">
      ${t("samples.show")}
      <select @change=${choose}>
        <option value="" ?selected=${chosen === null}>${t("samples.all")}</option>
        ${[...namesOf(distribution)].map(
          ([value, name], at) => html`
            <option value=${value} ?selected=${chosen === value}>
              ${t("samples.option", { name, count: distribution.counts[at] })}
            </option>
          `,
        )}
      </select>
    </label>
  `;
}

/**
 * @param {SampleFacts} samples
 * @param {number[]} chosen
 * @param {Map<number, string> | null} names
 */
function renderTiles(samples, chosen, names) {
  const { shown } = samples;
  return html`
    <ol class=${formOf(shown)} @keydown=${rove} @focusin=${settle}>
      ${chosen.map((at, place) => {
        const label = targetOf(samples, at, names);
        const spoken = [t("samples.image", { label }), spokenSample(shown, at)].filter(Boolean);
        return html`
          <li class="tile" data-stop tabindex=${place === 0 ? 0 : -1} aria-label=${spoken.join("; ")}>
            <div class="sample" aria-hidden="true">${sampleView(shown, at)}</div>
            <span class="label" aria-hidden="true">${label}</span>
          </li>
        `;
      })}
    </ol>
  `;
}

/**
 * @param {SampleFacts} samples
 * @param {number} at
 * @param {Map<number, string> | null} names
 */
function targetOf({ labels, values }, at, names) {
  if (labels) {
    return names?.get(labels[at]) ?? String(labels[at]);
  }
  return values ? values[at].map(formatValue).join(", ") : "";
}

/**
 * @param {SampleFacts} samples
 * @param {number[]} chosen
 * @param {Map<number, string> | null} names
 */
function renderRows(samples, chosen, names) {
  const { shown, values, labels } = samples;
  const { features, width } = shown;
  const columns = features[0]?.map((_, column) =>
    formatColumn(chosen.map((at) => features[at][column])),
  );
  const hidden = width - (features[0]?.length ?? 0);
  const hasTarget = Boolean(labels ?? values);
  return html`
    <div class="rows" tabindex="0" role="group" aria-label=${t("samples.table")}>
      <table>
        <thead>
          <tr>
            ${columns?.map((_, column) => html`<th scope="col">${nameOf(shown, column)}</th>`)}
            ${hidden > 0 ? html`<th scope="col">${t("samples.more", { count: hidden })}</th>` : nothing}
            ${hasTarget ? html`<th scope="col">${t("samples.target")}</th>` : nothing}
          </tr>
        </thead>
        <tbody>
          ${chosen.map(
            (at, row) => html`
              <tr>
                ${columns?.map((column) => html`<td>${column[row]}</td>`)}
                ${hidden > 0 ? html`<td>…</td>` : nothing}
                ${hasTarget ? html`<td>${targetOf(samples, at, names)}</td>` : nothing}
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>
  `;
}

customElements.define("sample-panel", SamplePanel);
