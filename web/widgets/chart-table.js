/** The values of the curves as a table: a row an epoch, or a reported step of a loop. */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { formatMetric, formatNumber, LanguageController, t } from "../locale.js";
import { drawnFits } from "../state/drawn-fits.js";
import { training } from "../state/training.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";

/** @typedef {import("../chart-columns.js").Points} Points */
/** @typedef {import("../state/drawn-fits.js").DrawnFit} DrawnFit */
/** @typedef {{label: string, place: number, values: Map<string, number>}} Row */

/** More rows than this are shown in part. */
const MAX_ROWS = 500;

export class ChartTable extends LitElement {
  static styles = [
    unsafeCSS(controls),
    css`
      .scroll {
        max-height: 22rem;
        overflow: auto;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
      }

      table {
        width: 100%;
        border-collapse: collapse;
        font-size: var(--size-note);
        font-variant-numeric: tabular-nums;
      }

      th,
      td {
        padding: 2px var(--space-2);
        text-align: end;
        white-space: nowrap;
      }

      thead th {
        position: sticky;
        top: 0;
        background: var(--surface-sunken);
      }

      tbody tr:nth-child(even) {
        background: var(--surface-sunken);
      }

      .name {
        text-align: start;
      }
    `,
  ];

  constructor() {
    super();
    new StoreController(this, training);
    new LanguageController(this);
    this.drawn = "";
  }

  /** Rows come with epochs, not with every report. */
  shouldUpdate() {
    const fits = drawnFits(training.values);
    const drawn = [document.documentElement.lang, ...fits.map(extent)].join();
    const changed = drawn !== this.drawn;
    this.drawn = drawn;
    return changed || !this.hasUpdated;
  }

  render() {
    const fits = drawnFits(training.values);
    const total = fits.reduce((sum, fit) => sum + rowCount(fit), 0);
    const stride = Math.max(Math.ceil(total / MAX_ROWS), 1);
    const rows = fits.flatMap((fit) => rowsOf(fit, stride));
    const names = [...new Set(fits.flatMap((fit) => [...valuesOf(fit).keys()]))];
    const several = fits.length > 1;
    const loop = fits.some(({ mode }) => mode === "loop");
    return html`
      ${
        stride > 1
          ? html`<p class="note">${t("table.thinned", { stride, shown: rows.length, total })}</p>`
          : nothing
      }
      <div class="scroll" tabindex="0" role="region" aria-label=${t("table.label")}>
        <table>
          <thead>
            <tr>
              ${several ? html`<th scope="col" class="name">${t("table.model")}</th>` : nothing}
              <th scope="col">${t(loop ? "table.step" : "table.epoch")}</th>
              ${names.map((name) => html`<th scope="col">${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              (row) => html`
                <tr>
                  ${several ? html`<td class="name">${row.label}</td>` : nothing}
                  <th scope="row">${formatNumber(row.place)}</th>
                  ${names.map((name) => html`<td>${formatMetric(row.values.get(name))}</td>`)}
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    `;
  }
}

/** What of a fit the table shows. @param {DrawnFit} fit @returns {Map<string, Points>} */
function valuesOf(fit) {
  return fit.mode === "loop" ? fit.curves : fit.epochLogs;
}

/** @param {DrawnFit} fit */
function extent(fit) {
  return [
    fit.key,
    fit.label,
    ...[...valuesOf(fit)].map(([name, { length }]) => name + length),
  ].join();
}

/** @param {DrawnFit} fit */
function rowCount(fit) {
  return Math.max(0, ...[...valuesOf(fit).values()].map(({ length }) => length));
}

/**
 * @param {DrawnFit} fit
 * @param {number} stride
 * @returns {Row[]}
 */
function rowsOf(fit, stride) {
  /** @type {Map<number, Row>} */
  const rows = new Map();
  for (const [name, points] of valuesOf(fit)) {
    const places = fit.mode === "loop" ? points.step : points.epoch;
    for (let at = 0; at < points.length; at += 1) {
      const place = places[at];
      const number = fit.mode === "loop" ? at + 1 : Math.round(place);
      if (number % stride !== 0) {
        continue;
      }
      const row = rows.get(place) ?? { label: fit.label, place, values: new Map() };
      row.values.set(name, points.value[at]);
      rows.set(place, row);
    }
  }
  return [...rows.values()].sort((a, b) => a.place - b.place);
}

customElements.define("chart-table", ChartTable);
