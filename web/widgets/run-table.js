/** The runs that were kept: which are drawn over each other, with what settings, to what result. */

import { html, LitElement, nothing, unsafeCSS } from "lit";
import { chartsOfMetrics } from "../chart-picture.js";
import { formatMetric, formatSeconds, LanguageController, language, t } from "../locale.js";
import { csvOf } from "../run-csv.js";
import { changedLines } from "../run-difference.js";
import { goOnWith, openRun } from "../state/actions.js";
import { saveCharts } from "../state/chart-images.js";
import { saveFile } from "../state/files.js";
import { deleteRuns, pinRun, renameRun, resultsOf, runs, showRun } from "../state/runs.js";
import { session } from "../state/session.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";
import styles from "../styles/run-table.css";

/** @typedef {import("../state/runs.js").Run} Run */
/** @typedef {import("../locale.js").StringKey} StringKey */
/** @typedef {{key: string, descending: boolean}} Order */

/** Of these, less is better; of other metrics, more. */
const LESS_IS_BETTER =
  /loss|error|mae|mse|rmse|mape|msle|divergence|crossentropy|perplexity|hinge/i;

export class RunTable extends LitElement {
  static properties = {
    order: { state: true },
    opened: { state: true },
    renaming: { state: true },
  };

  static styles = [unsafeCSS(controls), unsafeCSS(styles)];

  constructor() {
    super();
    /** @type {Order} */
    this.order = { key: "number", descending: true };
    /** Whose program is compared with the one before. @type {string | null} */
    this.opened = null;
    /** @type {string | null} */
    this.renaming = null;
    new StoreController(this, runs, session);
    new LanguageController(this);
  }

  render() {
    const { runs: all, shown, present } = runs.values;
    if (all.length === 0) {
      return html`<p class="note">${t("runs.empty")}</p>`;
    }
    const names = metricsOf(all);
    const chosen = all.filter(({ id }) => shown.has(id));
    return html`
      <div class="head">
        <p class="note">${t("runs.hint")}</p>
        <button class="quiet" @click=${() => saveCsv(chosen.length > 0 ? chosen : all)}>
          ${t(chosen.length > 0 ? "runs.csvChosen" : "runs.csvAll")}
        </button>
        <button
          class="quiet"
          ?hidden=${chosen.length === 0 && present === null}
          @click=${() => saveCharts(chartsOfMetrics())}
        >
          ${t("runs.png")}
        </button>
        <button
          class="quiet"
          @click=${() => deleteRuns((chosen.length > 0 ? chosen : all).map(({ id }) => id))}
        >
          ${chosen.length > 0 ? t("runs.deleteChosen", { count: chosen.length }) : t("runs.deleteAll")}
        </button>
      </div>
      <div class="scroll" tabindex="0" role="group" aria-label=${t("runs.table")}>
        <table>
          <thead>
            <tr>
              <th scope="col">${t("runs.show")}</th>
              ${this.columnHead("number", "#")} ${this.columnHead("name", t("runs.name"), "name")}
              ${names.map((name) => this.columnHead(name, name))}
              ${this.columnHead("epochs", t("runs.epochs"))}
              ${this.columnHead("learningRate", t("runs.rate"))}
              ${this.columnHead("optimizer", t("runs.optimizer"))}
              ${this.columnHead("seconds", t("runs.time"))}
            </tr>
          </thead>
          <tbody>
            ${this.sorted(all).map((run) => this.row(run, names))}
          </tbody>
        </table>
      </div>
    `;
  }

  /**
   * @param {string} key
   * @param {string} label
   * @param {string} [kind]
   */
  columnHead(key, label, kind = "") {
    const { order } = this;
    const sorted = order.key !== key ? "none" : order.descending ? "descending" : "ascending";
    const arrow = { none: "", ascending: " ↑", descending: " ↓" }[sorted];
    return html`
      <th scope="col" class=${kind} aria-sort=${sorted}>
        <button @click=${() => this.sortBy(key)}>${label}<span aria-hidden="true">${arrow}</span></button>
      </th>
    `;
  }

  /**
   * @param {Run} run
   * @param {string[]} names
   */
  row(run, names) {
    const { runs: all, shown, present } = runs.values;
    const busy = session.values.state === "running" || session.values.state === "stopping";
    const results = resultsOf(run);
    const label = `#${run.number} ${run.name}`;
    return html`
      <tr class=${run.id === present ? "present" : ""}>
        <td>
          <label class="pick">
            <input
              type="checkbox"
              aria-label=${t("runs.showNamed", { name: label })}
              .checked=${shown.has(run.id)}
              @change=${(/** @type {Event} */ { target }) =>
                showRun(run.id, /** @type {HTMLInputElement} */ (target).checked)}
            />
          </label>
        </td>
        <td class="number">${run.number}</td>
        <td class="name">
          ${this.name(run)}
          <div class="actions">
            ${run.checkpoint && !busy ? this.action(run, "goOn", () => goOnWith(run)) : nothing}
            ${this.action(run, "open", () => openRun(run))}
            ${this.action(run, "changes", () => this.toggle(run.id), this.opened === run.id)}
            ${this.action(run, "pin", () => pinRun(run.id, !run.pinned), run.pinned)}
            ${this.action(run, "delete", () => deleteRuns([run.id]))}
          </div>
        </td>
        ${names.map((name) => this.result(all, results[name], name))}
        <td>${epochsOf(run)}</td>
        <td>${run.learningRate === null ? "–" : Number(run.learningRate.toPrecision(3))}</td>
        <td>${run.curves.fits.at(-1)?.optimizer || "–"}</td>
        <td>${formatSeconds(run.seconds)}${run.status === "completed" ? "" : ` · ${t(`runs.${run.status}`)}`}</td>
      </tr>
      ${this.opened === run.id ? this.changes(run, names.length + 7) : nothing}
    `;
  }

  /**
   * @param {Run} run
   * @param {"goOn" | "open" | "changes" | "pin" | "delete"} kind
   * @param {() => void} act
   * @param {boolean} [pressed]
   */
  action(run, kind, act, pressed) {
    const name = `#${run.number} ${run.name}`;
    return html`
      <button class="quiet" aria-pressed=${pressed ?? nothing} @click=${act}>
        ${t(kind === "pin" && pressed ? "runs.unpin" : `runs.${kind}`)}<span class="hidden-text">
          ${name}</span
        >
      </button>
    `;
  }

  /** @param {Run} run */
  name(run) {
    if (this.renaming === run.id) {
      return html`
        <input
          type="text"
          maxlength="80"
          aria-label=${t("runs.newName")}
          .value=${run.name}
          @keydown=${(/** @type {KeyboardEvent} */ event) => this.endRenaming(event, run)}
          @blur=${(/** @type {Event} */ event) => this.rename(event, run)}
        />
      `;
    }
    const when = new Date(run.startedAt).toLocaleString(language());
    return html`
      <button title=${`${run.title} · ${when}`} aria-label=${t("runs.renameNamed", { name: run.name })} @click=${() => this.startRenaming(run)}>
        ${run.pinned ? html`<span aria-hidden="true">★ </span>` : ""}${run.name}
      </button>
    `;
  }

  /**
   * @param {Run[]} all
   * @param {number | undefined} value
   * @param {string} name
   */
  result(all, value, name) {
    const values = all.map((run) => resultsOf(run)[name]).filter(Number.isFinite);
    const best = LESS_IS_BETTER.test(name) ? Math.min(...values) : Math.max(...values);
    const isBest = value === best && values.length > 1;
    return html`
      <td class=${isBest ? "best" : ""}>
        ${formatMetric(value)}${isBest ? html`<span class="hidden-text"> ${t("runs.best")}</span>` : ""}
      </td>
    `;
  }

  /**
   * What is different from the run before of the same program.
   *
   * @param {Run} run
   * @param {number} columns
   */
  changes(run, columns) {
    const before = runs.values.runs.findLast(
      ({ programId, number }) => programId === run.programId && number < run.number,
    );
    const lines = before ? changedLines(before.source, run.source) : [];
    return html`
      <tr class="changes">
        <td colspan=${columns}>
          ${
            lines.length === 0
              ? html`<span class="note">${t(before ? "runs.same" : "runs.first")}</span>`
              : html`
                <pre tabindex="0" aria-label=${t("runs.changes")}>${lines.map(
                  ({ sign, text }) =>
                    html`<div class=${sign === "+" ? "added" : "removed"}>${sign} ${text}</div>`,
                )}</pre>
              `
          }
        </td>
      </tr>
    `;
  }

  /** @param {Run[]} all */
  sorted(all) {
    const { key, descending } = this.order;
    /** @param {Run} run */
    const value = (run) =>
      key === "epochs"
        ? epochsOf(run)
        : key === "optimizer"
          ? (run.curves.fits.at(-1)?.optimizer ?? "")
          : (resultsOf(run)[key] ?? /** @type {any} */ (run)[key] ?? Number.NaN);
    const by = descending ? -1 : 1;
    return all.toSorted((a, b) => {
      const [one, other] = [value(a), value(b)];
      if (typeof one === "string") {
        return by * one.localeCompare(String(other), language());
      }
      return Number.isNaN(one) ? 1 : Number.isNaN(other) ? -1 : by * (one - other);
    });
  }

  /** @param {string} key */
  sortBy(key) {
    const { order } = this;
    this.order = { key, descending: order.key === key ? !order.descending : key === "number" };
  }

  /** @param {string} id */
  toggle(id) {
    this.opened = this.opened === id ? null : id;
  }

  /** @param {Run} run */
  async startRenaming({ id }) {
    this.renaming = id;
    await this.updateComplete;
    const field = /** @type {HTMLInputElement} */ (this.renderRoot.querySelector("[type=text]"));
    field.select();
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Run} run
   */
  endRenaming(event, run) {
    if (event.key === "Enter") {
      this.rename(event, run);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      this.renaming = null;
    }
  }

  /**
   * @param {Event} event
   * @param {Run} run
   */
  rename({ target }, { id }) {
    if (this.renaming === id) {
      this.renaming = null;
      renameRun(id, /** @type {HTMLInputElement} */ (target).value);
    }
  }
}

/**
 * The losses and metrics that the runs have, validation first: it says most.
 *
 * @param {Run[]} all
 */
function metricsOf(all) {
  const names = [...new Set(all.flatMap((run) => Object.keys(resultsOf(run))))];
  const rank = (/** @type {string} */ name) =>
    Number(!name.startsWith("val_")) + 2 * Number(!/^(val_)?loss$/.test(name));
  return names
    .filter((name) => name !== "learning_rate")
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, 8);
}

/** Epochs that have ended, over all fits. @param {Run} run */
function epochsOf({ curves }) {
  return curves.fits.reduce((sum, { epochLogs }) => sum + (epochLogs[0]?.epoch.length ?? 0), 0);
}

/** @param {Run[]} chosen */
function saveCsv(chosen) {
  saveFile("runs.csv", new TextEncoder().encode(csvOf(chosen)));
}

customElements.define("run-table", RunTable);
