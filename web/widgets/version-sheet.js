/** Earlier states of the open program: when, what is different, and a way back. */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { LanguageController, language, t } from "../locale.js";
import { changedLines } from "../run-difference.js";
import { program } from "../state/programs.js";
import { closeSheet, sheets } from "../state/sheets.js";
import { MOST_KEPT } from "../state/version-store.js";
import { lookAtVersions, restoreVersion, versions } from "../state/versions.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";
import sheet from "../styles/sheet.css";

/** @typedef {import("../state/version-store.js").Version} Version */

export class VersionSheet extends LitElement {
  static properties = { chosen: { state: true } };

  static styles = [
    unsafeCSS(controls),
    unsafeCSS(sheet),
    css`
      dialog {
        width: min(56rem, calc(100vw - 2 * var(--space-3)));
        max-width: none;
        box-sizing: border-box;
      }

      .parts {
        display: grid;
        grid-template-columns: 18rem minmax(0, 1fr);
        gap: var(--space-4);
        height: min(26rem, 50vh);
      }

      [role="listbox"] {
        overflow-y: auto;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
      }

      [role="option"] {
        display: flex;
        justify-content: space-between;
        gap: var(--space-2);
        padding: var(--space-2) var(--space-3);
        border-bottom: 1px solid var(--line);
        font-size: var(--size-note);
        font-variant-numeric: tabular-nums;
        cursor: pointer;
      }

      [role="option"][aria-selected="true"] {
        background: var(--accent-soft);
        font-weight: var(--weight-strong);
      }

      .about {
        color: var(--text-muted);
        font-weight: normal;
        white-space: nowrap;
      }

      .difference {
        display: flex;
        flex-direction: column;
        min-height: 0;
      }

      pre {
        flex: 1;
        min-height: 0;
        margin: var(--space-1) 0 0;
        padding: var(--space-2);
        overflow: auto;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        background: var(--surface-sunken);
        font-family: var(--font-code);
        font-size: var(--size-note);
      }

      .added {
        color: var(--right);
      }

      .removed {
        color: var(--wrong);
      }

      @media (max-width: 37.5rem) {
        .parts {
          grid-template-columns: minmax(0, 1fr);
          grid-template-rows: 10rem minmax(8rem, 1fr);
          height: 60vh;
        }
      }
    `,
  ];

  constructor() {
    super();
    /** @type {number | null} */
    this.chosen = null;
    new StoreController(this, sheets, versions, program);
    new LanguageController(this);
  }

  get isOpen() {
    return sheets.values.open === "versions";
  }

  /** Those of the open program. */
  get all() {
    const { program: of, versions: all } = versions.values;
    return of === program.values.id ? all : [];
  }

  render() {
    const chosen = this.all.find(({ id }) => id === this.chosen);
    const { title, text } = program.values;
    const isOther = chosen !== undefined && chosen.text !== text;
    return html`
      <dialog aria-labelledby="title" @close=${closeSheet}>
        <h2 id="title">${t("versions.of", { title })}</h2>
        ${this.isOpen ? this.contents(chosen) : nothing}
        <div class="buttons">
          <button @click=${closeSheet}>${t("versions.close")}</button>
          <button class="primary" ?disabled=${!isOther} @click=${() => chosen && this.restore(chosen)}>
            ${t("versions.restore")}
          </button>
        </div>
      </dialog>
    `;
  }

  /** @param {Version | undefined} chosen */
  contents(chosen) {
    if (this.all.length === 0) {
      const isRead = versions.values.program === program.values.id;
      return isRead ? html`<p class="note">${t("versions.none")}</p>` : nothing;
    }
    return html`
      <p class="note">${t("versions.hint", { count: MOST_KEPT })}</p>
      <div class="parts">
        <div
          role="listbox"
          tabindex="0"
          aria-label=${t("versions.title")}
          aria-activedescendant=${chosen ? `version-${chosen.id}` : nothing}
          @keydown=${this.move}
        >
          ${this.all.map((version) => this.option(version))}
        </div>
        <div class="difference">${chosen ? this.difference(chosen) : nothing}</div>
      </div>
    `;
  }

  /** @param {Version} version */
  option({ id, at, why, text }) {
    const when = new Date(at).toLocaleString(language(), {
      dateStyle: "short",
      timeStyle: "medium",
    });
    const about =
      text === program.values.text ? t("versions.now") : why === "ran" ? t("versions.ran") : "";
    return html`
      <div
        role="option"
        id=${`version-${id}`}
        aria-selected=${id === this.chosen}
        @click=${() => this.choose(id)}
      >
        <span>${when}</span><span class="about">${about}</span>
      </div>
    `;
  }

  /** @param {Version} version */
  difference({ text }) {
    const lines = changedLines(text, program.values.text);
    if (lines.length === 0) {
      return html`<p class="note">${t("versions.same")}</p>`;
    }
    return html`
      <span class="note" id="changes">${t("versions.changes")}</span>
      <pre tabindex="0" aria-labelledby="changes">${lines.map(
        ({ sign, text: line }) =>
          html`<div class=${sign === "+" ? "added" : "removed"}>${sign} ${line}</div>`,
      )}</pre>
    `;
  }

  /** @param {Map<PropertyKey, unknown>} changed */
  async updated(changed) {
    const dialog = /** @type {HTMLDialogElement} */ (this.renderRoot.querySelector("dialog"));
    if (this.isOpen && !dialog.open) {
      dialog.showModal();
      await lookAtVersions();
      const { text } = program.values;
      this.chosen = (this.all.find((version) => version.text !== text) ?? this.all[0])?.id ?? null;
      await this.updateComplete;
      /** @type {HTMLElement | null} */ (this.renderRoot.querySelector("[role=listbox]"))?.focus();
    } else if (!this.isOpen && dialog.open) {
      dialog.close();
    } else if (changed.has("chosen")) {
      const option = this.renderRoot.querySelector("[aria-selected=true]");
      option?.scrollIntoView({ block: "nearest", behavior: "instant" });
    }
  }

  /** @param {number} id */
  choose(id) {
    this.chosen = id;
  }

  /** @param {KeyboardEvent} event */
  move(event) {
    const { all } = this;
    const at = all.findIndex(({ id }) => id === this.chosen);
    const places = /** @type {Record<string, number>} */ ({
      ArrowDown: Math.min(at + 1, all.length - 1),
      ArrowUp: Math.max(at - 1, 0),
      Home: 0,
      End: all.length - 1,
    });
    if (event.key in places) {
      event.preventDefault();
      this.chosen = all[places[event.key]].id;
    } else if (event.key === "Enter" && all[at]) {
      this.restore(all[at]);
    }
  }

  /** @param {Version} version */
  restore(version) {
    closeSheet();
    if (version.text !== program.values.text) {
      restoreVersion(version);
    }
  }
}

customElements.define("version-sheet", VersionSheet);
