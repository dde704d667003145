/**
 * The files that programs left: download, delete, upload by button or by dropping them here.
 * Emits `file-download` and `file-delete` (the name) and `file-upload` (the files).
 */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { formatSize, LanguageController, t } from "../locale.js";
import controls from "../styles/controls.css";

/** @typedef {import("../protocol.js").FileEntry} FileEntry */

export class FilePanel extends LitElement {
  static properties = { files: {}, kept: { type: Boolean }, dragging: { state: true } };

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
    /** @type {FileEntry[]} */
    this.files = [];
    /** Whether the browser keeps them when the tab is closed. */
    this.kept = true;
    this.dragging = false;
    new LanguageController(this);
  }

  render() {
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
        ${this.files.length === 0 ? html`<p class="note">${t("files.empty")}</p>` : this.list()}
        ${this.kept ? nothing : html`<p class="note">${t("files.notKept")}</p>`}
      </section>
    `;
  }

  list() {
    return html`
      <ul>
        ${this.files.map(
          ({ name, size, folder }) => html`
            <li>
              <span class="name">${name}${folder ? "/" : ""}</span>
              <span class="actions">
                <span class="size">${formatSize(size)}</span>
                <button
                  class="quiet"
                  aria-label=${t("files.downloadNamed", { name })}
                  @click=${() => this.emit("file-download", name)}
                >
                  ${t("files.download")}
                </button>
                <button
                  class="quiet"
                  aria-label=${t("files.deleteNamed", { name })}
                  @click=${() => this.emit("file-delete", name)}
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

  /** Saves a file from the worker where the browser puts downloads. @param {string} name @param {Uint8Array} data */
  save(name, data) {
    const bytes = /** @type {Uint8Array<ArrayBuffer>} */ (data);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes]));
    link.download = name;
    link.click();
    // The browser has taken the address by the time the click is handled.
    setTimeout(() => URL.revokeObjectURL(link.href));
  }

  openChooser() {
    this.renderRoot.querySelector("input")?.click();
  }

  /** @param {Event} event */
  choose({ target }) {
    const input = /** @type {HTMLInputElement} */ (target);
    this.emit("file-upload", [...(input.files ?? [])]);
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
    this.emit("file-upload", [...(event.dataTransfer?.files ?? [])]);
  }

  /** @param {boolean} dragging */
  drag(dragging) {
    this.dragging = dragging;
  }

  /**
   * @param {string} name
   * @param {string | File[]} detail
   */
  emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

customElements.define("file-panel", FilePanel);
