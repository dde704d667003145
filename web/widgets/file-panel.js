/** The files that programs left: download, delete, upload. */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { formatSize, LanguageController, t } from "../locale.js";
import { askForFile, deleteFile, files, uploadFiles } from "../state/files.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";

/** @typedef {import("../protocol.js").FileEntry} FileEntry */

export class FilePanel extends LitElement {
  static styles = [
    unsafeCSS(controls),
    css`
      :host {
        display: block;
        padding: var(--space-2) var(--space-3) var(--space-3);
      }

      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-3);
        margin-bottom: var(--space-2);
      }

      .head p {
        flex: 1 1 12rem;
      }

      ul {
        display: grid;
        gap: var(--space-1);
        margin: 0;
        padding: 0;
        list-style: none;
      }

      /* A long name has a line to itself, above what can be done with the file. */
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 var(--space-3);
        min-height: var(--control-height);
        padding-left: var(--space-3);
        border-radius: var(--radius-small);
        background: var(--surface-sunken);
      }

      .name {
        flex: 1 1 auto;
        padding: var(--space-1) 0;
        font-family: var(--font-code);
        font-size: var(--size-note);
        overflow-wrap: anywhere;
      }

      .actions {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        margin-left: auto;
      }

      .size {
        color: var(--text-muted);
        font-size: var(--size-note);
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }

      .arriving .size {
        padding-right: var(--space-3);
      }

      .unkept {
        color: var(--text-muted);
        font-style: italic;
        font-size: var(--size-note);
      }

      li button {
        padding: 0 var(--space-2);
        font-size: var(--size-note);
      }

      p {
        margin: 0;
      }
    `,
  ];

  constructor() {
    super();
    new StoreController(this, files);
    new LanguageController(this);
  }

  render() {
    const { files: entries, unkept, arriving } = files.values;
    const isEmpty = entries.length === 0 && arriving.length === 0;
    return html`
      <section aria-label=${t("files.title")}>
        <div class="head">
          <p class="note">${t(isEmpty ? "files.empty" : "files.about")}</p>
          <input type="file" multiple hidden @change=${this.choose} />
          <button class="quiet" @click=${this.openChooser}>${t("files.upload")}</button>
        </div>
        ${unkept === null ? html`<p class="note">${t("files.notKept")}</p>` : nothing}
        <ul ?hidden=${isEmpty}>
          ${arriving.map(
            (name) => html`
              <li class="arriving">
                <span class="name">${name}</span><span class="size">${t("files.arriving")}</span>
              </li>
            `,
          )}
          ${entries.map((entry) => this.row(entry, isUnkept(entry, unkept)))}
        </ul>
      </section>
    `;
  }

  /**
   * @param {FileEntry} entry
   * @param {boolean} unkept
   */
  row({ name, size, folder }, unkept) {
    return html`
      <li>
        <span class="name">${name}${folder ? "/" : ""}</span>
        ${unkept ? html`<span class="unkept">${t("files.noRoom")}</span>` : nothing}
        <span class="actions">
          <span class="size">${formatSize(size)}</span>
          <button
            class="quiet"
            aria-label=${t("files.downloadNamed", { name })}
            @click=${() => askForFile(name)}
          >
            ${t("files.download")}
          </button>
          <button
            class="quiet"
            aria-label=${t("files.deleteNamed", { name })}
            @click=${() => deleteFile(name)}
          >
            ${t("files.delete")}
          </button>
        </span>
      </li>
    `;
  }

  openChooser() {
    this.renderRoot.querySelector("input")?.click();
  }

  /** @param {Event} event */
  choose({ target }) {
    const input = /** @type {HTMLInputElement} */ (target);
    uploadFiles([...(input.files ?? [])]);
    input.value = ""; // so that the same file can be chosen again
  }
}

/**
 * @param {FileEntry} entry
 * @param {ReadonlySet<string> | null} unkept Paths of files.
 */
function isUnkept({ name, folder }, unkept) {
  if (unkept === null) {
    return false; // one sentence says it of all
  }
  return folder ? [...unkept].some((path) => path.startsWith(`${name}/`)) : unkept.has(name);
}

customElements.define("file-panel", FilePanel);
