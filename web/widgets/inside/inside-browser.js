/** The data, page by page: by set, by class, by a search; and what is in two sets at once. */

import { css, html, nothing } from "lit";
import { InsideElement } from "../../inside-element.js";
import { formatNumber, formatValue, t } from "../../locale.js";
import { className } from "../../prediction-tile.js";
import { rove, settle } from "../../roving.js";
import { formOf, sampleView, spokenSample } from "../../sample-view.js";
import { chooseIn } from "../../state/inspection.js";

/** @typedef {import("../../protocol.js").BrowserReport} BrowserReport */
/** @typedef {import("../../protocol.js").InspectOptions} InspectOptions */

/** @param {InspectOptions} options */
const choose = (options) => chooseIn("browser", { page: 0, ...options });

/** @extends {InsideElement<BrowserReport>} */
class InsideBrowser extends InsideElement {
  static styles = [
    .../** @type {import("lit").CSSResult[]} */ (InsideElement.styles),
    css`
      ol.images {
        grid-template-columns: repeat(auto-fill, minmax(4.25rem, 1fr));
      }

      ol.lines {
        grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr));
      }

      .images .tile {
        padding: var(--space-1);
        text-align: center;
      }

      .label {
        overflow-wrap: anywhere;
        font-size: var(--size-small);
      }

      .label small {
        color: var(--text-muted);
        font-size: inherit;
      }

      input[type="search"] {
        width: 12rem;
      }

      .pages {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
        margin: var(--space-3) 0;
      }

      .pages button {
        min-height: 1.875rem;
        font-size: var(--size-note);
      }
    `,
  ];

  render() {
    const { report } = this;
    if (!report) {
      return nothing;
    }
    return html`
      ${this.renderTools(report)}
      ${report.understood ? nothing : html`<p class="lost" role="alert">${t("inside.searchHelp")}</p>`}
      <p class="note" role="status">${t("inside.found", { found: report.found })}</p>
      ${this.renderTiles(report)}
      ${report.pages > 1 ? this.renderPages(report) : nothing}
      ${report.duplicates ? this.renderDuplicates(report, report.duplicates) : nothing}
    `;
  }

  /** @param {BrowserReport} report */
  renderTools({ sets, set, classes, label }) {
    const value = (/** @type {Event} */ event) =>
      /** @type {HTMLInputElement | HTMLSelectElement} */ (event.currentTarget).value;
    return html`
      <div class="tools">
        <label class="note">
          ${t("inside.set")}
          <select @change=${(/** @type {Event} */ event) => choose({ set: value(event) })}>
            ${sets.map(
              ({ name, total }) => html`
                <option value=${name} ?selected=${name === set}>
                  ${t("samples.option", { name: nameOfSet(name), count: total })}
                </option>
              `,
            )}
          </select>
        </label>
        ${
          classes.length > 0
            ? html`
              <label class="note">
                ${t("samples.class")}
                <select
                  @change=${(/** @type {Event} */ event) =>
                    choose({ label: value(event) === "" ? null : Number(value(event)) })}
                >
                  <option value="" ?selected=${label === null}>${t("inside.allClasses")}</option>
                  ${classes.map(
                    (one) => html`
                      <option value=${one.value} ?selected=${one.value === label}>
                        ${t("samples.option", { name: one.name, count: one.count })}
                      </option>
                    `,
                  )}
                </select>
              </label>
            `
            : nothing
        }
        <label class="note">
          ${t("inside.search")}
          <input
            type="search"
            placeholder=${t("inside.searchFor")}
            @change=${(/** @type {Event} */ event) => choose({ search: value(event) })}
          />
        </label>
      </div>
    `;
  }

  /** @param {BrowserReport} report */
  renderTiles(report) {
    const { samples, indices } = report;
    return html`
      <ol class=${formOf(samples)} @keydown=${rove} @focusin=${settle}>
        ${indices.map((index, at) => {
          const label = targetOf(report, at);
          const spoken = [
            t("inside.sampleAt", { index: String(index) }),
            label,
            spokenSample(samples, at),
          ];
          return html`
            <li class="tile" data-stop tabindex=${at === 0 ? 0 : -1} aria-label=${spoken.filter(Boolean).join("; ")}>
              <div class="sample" aria-hidden="true">${sampleView(samples, at)}</div>
              <span class="label" aria-hidden="true">${label} <small>#${index}</small></span>
            </li>
          `;
        })}
      </ol>
    `;
  }

  /** @param {BrowserReport} report */
  renderPages({ page, pages }) {
    const go = (/** @type {number} */ to) => to >= 0 && to < pages && choose({ page: to });
    return html`
      <div class="pages">
        <button aria-disabled=${page === 0} @click=${() => go(page - 1)}>${t("inside.previous")}</button>
        <span class="note">${t("inside.page", { page: page + 1, pages })}</span>
        <button aria-disabled=${page + 1 >= pages} @click=${() => go(page + 1)}>${t("inside.next")}</button>
      </div>
    `;
  }

  /**
   * @param {BrowserReport} report
   * @param {NonNullable<BrowserReport["duplicates"]>} duplicates
   */
  renderDuplicates({ sets }, { count, within, compared, pairs, samples }) {
    const values = {
      count,
      within,
      first: nameOfSet(sets[0].name),
      second: nameOfSet(sets[1]?.name ?? ""),
      compared: formatNumber(compared),
    };
    const cut = sets.some(({ total }) => total > compared);
    return html`
      <h3>${t("inside.duplicates")}</h3>
      <p class="words">
        ${t(count > 0 ? "inside.duplicatesFound" : "inside.noDuplicates", values)}
        ${within > 0 ? t("inside.within", values) : ""} ${cut ? t("inside.compared", values) : ""}
      </p>
      ${
        pairs.length > 0
          ? html`
            <ol class=${formOf(samples)} aria-label=${t("inside.duplicates")} @keydown=${rove} @focusin=${settle}>
              ${pairs.map(({ first, second }, at) => {
                const words = t("inside.pair", {
                  ...values,
                  one: String(first),
                  other: String(second),
                });
                return html`
                  <li class="tile" data-stop tabindex=${at === 0 ? 0 : -1} aria-label=${words}>
                    <div class="sample" aria-hidden="true">${sampleView(samples, at)}</div>
                    <span class="label" aria-hidden="true">#${first} = #${second}</span>
                  </li>
                `;
              })}
            </ol>
          `
          : nothing
      }
    `;
  }
}

/** @param {BrowserReport} report @param {number} at */
function targetOf({ labels, targets, classes }, at) {
  if (labels) {
    const known = classes.find(({ value }) => value === labels[at]);
    return known?.name ?? className(labels[at], null);
  }
  return targets ? formatValue(targets[at]) : "";
}

/** @param {string} name */
function nameOfSet(name) {
  switch (name) {
    case "training":
      return t("set.training");
    case "test":
      return t("set.test");
    case "validation":
      return t("set.validation");
    default:
      return name || t("set.unnamed");
  }
}

customElements.define("inside-browser", InsideBrowser);
