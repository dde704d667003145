/** The program's name, and behind it the list of programs and what can be done with this one. */

import { html, LitElement, nothing, unsafeCSS } from "lit";
import { LanguageController, language, t } from "../locale.js";
import { listedGroups } from "../program-list.js";
import { shelf } from "../state/program-shelf.js";
import {
  chooseProgram,
  deleteProgram,
  duplicateProgram,
  newProgram,
  openFiles,
  program,
  renameProgram,
  resetProgram,
  saveProgram,
} from "../state/programs.js";
import { openSheet } from "../state/sheets.js";
import { show } from "../state/view.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";
import styles from "../styles/program-menu.css";

/** @typedef {import("../locale.js").StringKey} StringKey */
/** @typedef {import("../program-list.js").Entry} Entry */

/** How far Page Up and Page Down go. */
const PAGE = 8;
/** Narrower windows show the list as a sheet. */
const SHEET_BELOW_PX = 600;

export class ProgramMenu extends LitElement {
  static styles = [unsafeCSS(controls), unsafeCSS(styles)];

  static properties = {
    open: { state: true },
    filter: { state: true },
    active: { state: true },
    renaming: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    this.open = false;
    this.filter = "";
    /** The entry that Enter opens. */
    this.active = "";
    this.renaming = false;
    /** @type {StringKey | null} */
    this.problem = null;
    new StoreController(this, program, shelf);
    new LanguageController(this);
  }

  get dialog() {
    return /** @type {HTMLDialogElement} */ (this.renderRoot.querySelector("dialog"));
  }

  render() {
    const { title, edited } = program.values;
    const name = edited ? t("program.titleChanged", { title }) : title;
    return html`
      <button
        class="opener"
        aria-haspopup="dialog"
        aria-expanded=${this.open}
        aria-label=${t("program.choose", { title: name })}
        title=${name}
        @click=${this.show}
      >
        <span class="name">${title}</span>
        ${edited ? html`<span class="dot"></span>` : nothing}
        <svg width="10" height="6" viewBox="0 0 10 6" aria-hidden="true">
          <path d="M1 1l4 4 4-4" fill="none" stroke="currentColor" stroke-width="1.5" />
        </svg>
      </button>
      <input type="file" accept=".py,.ipynb" multiple hidden @change=${this.chooseFiles} />
      <dialog
        aria-label=${t("program.menu")}
        @click=${this.closeOnBackdrop}
        @close=${this.closed}
      >
        ${this.open ? this.contents() : nothing}
      </dialog>
    `;
  }

  contents() {
    const { title, example } = program.values;
    return html`
      <div class="head">
        <h2>${title}</h2>
        ${example ? html`<p class="note">${example.description[language()]}</p>` : nothing}
        ${this.renaming ? this.renameForm() : this.actions()}
      </div>
      <div class="find">
        <input
          type="search"
          role="combobox"
          aria-expanded="true"
          aria-controls="list"
          aria-autocomplete="list"
          aria-activedescendant=${this.active ? `entry-${this.active}` : nothing}
          aria-label=${t("program.find")}
          placeholder=${t("program.find")}
          autocomplete="off"
          spellcheck="false"
          .value=${this.filter}
          @input=${this.search}
          @keydown=${this.move}
        />
      </div>
      <div role="listbox" id="list" aria-label=${t("program.menu")}>${this.list()}</div>
    `;
  }

  actions() {
    const { kind, edited } = program.values;
    return html`
      <div class="actions">
        <button class="gallery" @click=${() => this.act(() => openSheet("gallery"))}>
          ${t("gallery.open")}
        </button>
        <button @click=${() => this.act(newProgram)}>${t("program.new")}</button>
        <button @click=${this.openPicker}>${t("program.open")}</button>
        <button @click=${() => this.act(duplicateProgram)}>${t("program.duplicate")}</button>
        <button @click=${() => this.act(saveProgram)}>${t("program.save")}</button>
        <button @click=${() => this.act(() => openSheet("share"))}>${t("share.title")}</button>
        <button @click=${() => this.act(() => openSheet("versions"))}>${t("versions.title")}</button>
        ${
          kind === "own"
            ? html`
              <button @click=${this.rename}>${t("program.rename")}</button>
              <button class="last" @click=${() => this.act(deleteProgram)}>
                ${t("program.delete")}
              </button>
            `
            : nothing
        }
        ${
          edited
            ? html`
              <button class="last" @click=${() => this.act(resetProgram)}>
                ${t("program.reset")}
              </button>
            `
            : nothing
        }
      </div>
    `;
  }

  renameForm() {
    return html`
      <form @submit=${this.submitName} @keydown=${this.leaveOnEscape}>
        <label for="name">${t("program.name")}</label>
        <input
          id="name"
          autocomplete="off"
          aria-invalid=${this.problem !== null}
          aria-describedby="problem"
          .value=${program.values.title}
        />
        <button class="primary">${t("program.rename")}</button>
        <button type="button" @click=${() => this.endRenaming()}>${t("program.cancel")}</button>
        <span class="problem" id="problem" role="alert">${this.problem ? t(this.problem) : ""}</span>
      </form>
    `;
  }

  list() {
    const groups = listedGroups(this.filter);
    if (groups.length === 0) {
      return html`<p class="none note">${t("program.none")}</p>`;
    }
    return groups.map(
      ({ name, entries }, index) => html`
        <div role="group" aria-labelledby=${`group-${index}`}>
          <div class="group" id=${`group-${index}`} role="presentation">${name}</div>
          ${entries.map((entry) => this.entry(entry))}
        </div>
      `,
    );
  }

  /** @param {Entry} entry */
  entry({ id, title, about, edited }) {
    const chosen = id === program.values.id;
    return html`
      <div
        role="option"
        id=${`entry-${id}`}
        class=${id === this.active ? "active" : ""}
        aria-selected=${chosen}
        @click=${() => this.choose(id)}
      >
        ${
          chosen
            ? html`<svg width="12" height="10" viewBox="0 0 12 10" aria-hidden="true">
                <path d="M1 5l3 3 7-7" fill="none" stroke="currentColor" stroke-width="1.8" />
              </svg>`
            : html`<span></span>`
        }
        <span class="title">${title}</span>
        ${edited ? this.mark() : nothing}
        ${about ? html`<span class="about note">${about}</span>` : nothing}
      </div>
    `;
  }

  mark() {
    return html`<span class="changed">${t("program.changed")}</span>`;
  }

  async show() {
    this.filter = "";
    this.active = program.values.id;
    this.renaming = false;
    this.open = true;
    await this.updateComplete;
    this.dialog.showModal();
    this.place();
    // On a phone the keyboard would hide the list.
    const coarse = matchMedia("(pointer: coarse)").matches;
    this.dialog.tabIndex = -1;
    const search = /** @type {HTMLElement} */ (this.renderRoot.querySelector("[role=combobox]"));
    (coarse ? this.dialog : search).focus();
    this.showActive("center");
  }

  /** Below the button, as high as the window allows. */
  place() {
    const { style } = this.dialog;
    if (innerWidth < SHEET_BELOW_PX) {
      style.cssText = "";
      return;
    }
    const { left, bottom } = this.getBoundingClientRect();
    style.left = `${Math.max(8, Math.min(left, innerWidth - this.dialog.offsetWidth - 8))}px`;
    style.top = `${bottom + 4}px`;
    style.height = `${Math.min(720, innerHeight - bottom - 16)}px`;
  }

  closed() {
    this.open = false;
  }

  /** @param {() => void} action */
  act(action) {
    this.dialog.close();
    action();
  }

  /** @param {string} id */
  async choose(id) {
    this.dialog.close();
    if (await chooseProgram(id)) {
      show("code");
    }
  }

  /** @param {MouseEvent} event */
  closeOnBackdrop(event) {
    const { left, right, top, bottom } = this.dialog.getBoundingClientRect();
    const { clientX: x, clientY: y, target, detail } = event;
    if (target === this.dialog && detail && (x < left || x > right || y < top || y > bottom)) {
      this.dialog.close();
    }
  }

  openPicker() {
    /** @type {HTMLInputElement} */ (this.renderRoot.querySelector("[type=file]")).click();
  }

  /** @param {Event} event */
  chooseFiles({ target }) {
    const input = /** @type {HTMLInputElement} */ (target);
    const chosen = [...(input.files ?? [])];
    input.value = ""; // so that the same file can be chosen again
    this.act(() => openFiles(chosen));
  }

  async rename() {
    this.renaming = true;
    this.problem = null;
    await this.updateComplete;
    const input = /** @type {HTMLInputElement} */ (this.renderRoot.querySelector("#name"));
    input.focus();
    input.select();
  }

  /** @param {Event} event */
  submitName(event) {
    event.preventDefault();
    const input = /** @type {HTMLInputElement} */ (this.renderRoot.querySelector("#name"));
    if (renameProgram(input.value)) {
      this.dialog.close();
    } else {
      this.problem = "program.needsName";
      input.focus();
    }
  }

  /** @param {KeyboardEvent} event */
  leaveOnEscape(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.endRenaming();
    }
  }

  async endRenaming() {
    this.renaming = false;
    await this.updateComplete;
    /** @type {HTMLElement} */ (this.renderRoot.querySelector("[role=combobox]")).focus();
  }

  /** @param {Event} event */
  search({ target }) {
    this.filter = /** @type {HTMLInputElement} */ (target).value;
    this.active = listedGroups(this.filter)[0]?.entries[0].id ?? "";
    this.showActive("nearest");
  }

  /** @param {KeyboardEvent} event */
  move(event) {
    const ids = listedGroups(this.filter).flatMap(({ entries }) => entries.map(({ id }) => id));
    const at = ids.indexOf(this.active);
    const steps = /** @type {Record<string, number>} */ ({
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: PAGE,
      PageUp: -PAGE,
    });
    if (event.key === "Enter" && this.active && !event.isComposing) {
      event.preventDefault();
      this.choose(this.active);
    } else if (event.key in steps && ids.length > 0) {
      event.preventDefault();
      const next = at + steps[event.key];
      this.active = ids[Math.max(0, Math.min(next, ids.length - 1))];
      this.showActive("nearest");
    }
  }

  /** @param {ScrollLogicalPosition} block */
  async showActive(block) {
    await this.updateComplete;
    this.renderRoot.querySelector(".active")?.scrollIntoView({ block, behavior: "instant" });
  }
}

customElements.define("program-menu", ProgramMenu);
