/** The files that programs left: download, delete, upload by button or by dropping them here. */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { formatSize, LanguageController, t } from "../locale.js";
import { askForFile, deleteFile, files, uploadFiles } from "../state/files.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";

/** @typedef {import("../protocol.js").FileEntry} FileEntry */

export class FilePanel extends LitElement {
  static properties = { dragging: { state: true } };

  static styles = [
    unsafeCSS(controls),
    css`
      .panel {
        padding: var(--space-1) var(--space-4) var(--space-3);
      }

      .panel.dragging {
        outline: 2px dashed var(--accent);
        outline-offset: -4px;
      }

      h2 {
        flex: 1;
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
    this.dragging = false;
    new StoreController(this, files);
    new LanguageController(this);
  }

  render() {
    const { files: entries, kept } = files.values;
    return html`
      <section
        class="panel ${this.dragging ? "dragging" : ""}"
        aria-labelledby="title"
        @dragover=${this.dragOver}
        @dragleave=${() => this.drag(false)}
        @drop=${this.drop}
      >
        <div class="panel-head">
          <h2 id="title">${t("files.title")}</h2>
          <input type="file" multiple hidden @change=${this.choose} />
          <button class="quiet" @click=${this.openChooser}>${t("files.upload")}</button>
        </div>
        ${entries.length === 0 ? html`<p class="note">${t("files.empty")}</p>` : this.list(entries)}
        ${kept ? nothing : html`<p class="note">${t("files.notKept")}</p>`}
      </section>
    `;
  }

  /** @param {FileEntry[]} entries */
  list(entries) {
    return html`
      <ul>
        ${entries.map(
          ({ name, size, folder }) => html`
            <li>
              <span class="name">${name}${folder ? "/" : ""}</span>
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
          `,
        )}
      </ul>
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

  /** @param {DragEvent} event */
  dragOver(event) {
    event.preventDefault();
    this.drag(true);
  }

  /** @param {DragEvent} event */
  drop(event) {
    event.preventDefault();
    this.drag(false);
    uploadFiles([...(event.dataTransfer?.files ?? [])]);
  }

  /** @param {boolean} dragging */
  drag(dragging) {
    this.dragging = dragging;
  }
}

customElements.define("file-panel", FilePanel);
