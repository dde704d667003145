/** The console: what the program prints, as it comes. */

import { css, html, LitElement, unsafeCSS } from "lit";
import { LanguageController, t } from "../locale.js";
import { consoleLog } from "../state/console.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";

/** @typedef {import("../state/terminal-text.js").Line} Line */
/** @typedef {Extract<import("../protocol.js").FromWorker, {type: "picture"}> & {text: string}} Picture */

/** How a line of a table begins, such as those of `summary()`. */
const BOX_DRAWING = /^\s*[\u2500-\u257f]/;

/** How close to its end the console counts as "at the end", in pixels. */
const END_SLACK_PX = 24;

export class ConsoleOutput extends LitElement {
  static properties = {
    copied: { state: true },
    enlarged: { type: Boolean, reflect: true },
  };

  static styles = [
    unsafeCSS(controls),
    css`
      .panel {
        display: flex;
        flex-direction: column;
        min-height: 0;
        container-type: inline-size;
      }

      .panel-head {
        padding: var(--space-1) var(--space-2) var(--space-1) var(--space-4);
        border-bottom: 1px solid var(--line);
      }

      h2 {
        flex: 1;
      }

      .body {
        position: relative;
        flex: 1;
        min-height: 0;
      }

      .lines {
        height: 100%;
        overflow: auto;
        padding: var(--space-3) var(--space-4);
        /* The 80 columns of Keras's tables fit where that leaves the text readable. */
        font: clamp(0.6875rem, calc((100cqw - 3.25rem) / 48.2), var(--size-note)) / 1.5
          var(--font-code);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        tab-size: 8;
      }

      @media (max-width: 60rem) {
        .lines {
          font-size: var(--size-note);
        }
      }

      .lines > div {
        min-height: 1.5em;
      }

      .table {
        white-space: pre;
      }

      .stderr {
        color: var(--wrong);
      }

      .note {
        font-family: var(--font-text);
      }

      .picture {
        margin: var(--space-2) 0;
        max-width: 100%;
        width: fit-content;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        background: #ffffff; /* in the dark too: figures are drawn for white paper */
        overflow: hidden;
        white-space: normal;
      }

      .picture img {
        display: block;
        max-width: 100%;
        height: auto;
      }

      .picture a {
        display: block;
        padding: var(--space-1) var(--space-2);
        border-top: 1px solid var(--line);
        background: var(--surface-panel);
        color: var(--accent);
        font-family: var(--font-text);
        text-align: right;
      }

      .hint {
        position: absolute;
        inset: 0;
        margin: 0;
        padding: var(--space-3) var(--space-4);
        pointer-events: none;
      }
    `,
  ];

  constructor() {
    super();
    /** What the rows below are of. */
    this.drawn = consoleLog.values.log;
    /** @type {Map<number, HTMLElement>} */
    this.rows = new Map();
    /** Addresses of the pictures shown, by their line. @type {Map<number, string>} */
    this.urls = new Map();
    this.copied = false;
    /** Whether it takes most of the room it shares with the editor. */
    this.enlarged = false;
    new StoreController(this, consoleLog);
    new LanguageController(this);
  }

  get empty() {
    return consoleLog.values.log.empty;
  }

  render() {
    return html`
      <section class="panel" aria-labelledby="title">
        <div class="panel-head">
          <h2 id="title">${t("console.title")}</h2>
          <button class="quiet" @click=${this.resize}>
            ${t(this.enlarged ? "console.shrink" : "console.enlarge")}
          </button>
          <button class="quiet" aria-disabled=${this.empty} @click=${this.copy}>
            ${t(this.copied ? "console.copied" : "console.copy")}
          </button>
        </div>
        <div class="body">
          <div class="lines" tabindex="0" role="log" aria-live="off" aria-labelledby="title"></div>
          <p class="hint note" ?hidden=${!this.empty}>${t("console.empty")}</p>
        </div>
      </section>
    `;
  }

  updated() {
    const { log } = consoleLog.values;
    if (log !== this.drawn) {
      this.drawn = log;
      for (const id of [...this.urls.keys()]) {
        this.forgetPicture(id);
      }
      this.rows.clear();
      this.list.replaceChildren();
    }
    if (log.changed.size > 0) {
      this.copied = false;
      this.draw();
    }
  }

  /** Lets the picture of a line go; its words stay. @param {number} id */
  forgetPicture(id) {
    URL.revokeObjectURL(this.urls.get(id) ?? "");
    this.urls.delete(id);
    const row = this.rows.get(id);
    if (row) {
      row.textContent = t("picture.gone");
    }
  }

  get list() {
    return /** @type {HTMLElement} */ (this.renderRoot.querySelector(".lines"));
  }

  draw() {
    const { terminal, changed, pictures } = this.drawn;
    const list = this.list;
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < END_SLACK_PX;
    const first = terminal.lines[0]?.id ?? 0;
    for (const [id, row] of this.rows) {
      if (id >= first) {
        break;
      }
      row.remove();
      this.rows.delete(id);
      this.forgetPicture(id);
    }
    for (const line of changed) {
      if (line.id >= first) {
        const picture = pictures.get(line.id);
        const row = this.rowOf(line);
        row.classList.toggle("table", BOX_DRAWING.test(line.text));
        row.replaceChildren(picture ? this.pictureElement(line.id, picture) : line.text);
      }
    }
    changed.clear();
    for (const id of this.urls.keys()) {
      if (!pictures.has(id)) {
        this.forgetPicture(id);
      }
    }
    if (atEnd) {
      list.scrollTop = list.scrollHeight;
    }
  }

  /**
   * A picture with a link that saves it.
   *
   * @param {number} id
   * @param {Picture} picture
   */
  pictureElement(id, { data, text, name, format, width, height }) {
    const type = format === "svg" ? "image/svg+xml" : "image/png";
    const bytes = /** @type {Uint8Array<ArrayBuffer>} */ (data);
    const url = URL.createObjectURL(new Blob([bytes], { type }));
    this.urls.set(id, url);
    const image = document.createElement("img");
    image.alt = text;
    image.width = width;
    image.height = height;
    image.src = url;
    const link = document.createElement("a");
    link.href = url;
    link.download = `${name}.${format}`;
    link.textContent = t("picture.save", { format: format.toUpperCase() });
    const figure = document.createElement("figure");
    figure.className = "picture";
    figure.append(image, link);
    return figure;
  }

  /** @param {Line} line */
  rowOf(line) {
    let row = this.rows.get(line.id);
    if (!row) {
      row = document.createElement("div");
      row.className = line.stream === "picture" ? "" : line.stream;
      this.rows.set(line.id, row);
      this.list.append(row);
    }
    return row;
  }

  resize() {
    this.enlarged = !this.enlarged;
  }

  async copy() {
    if (this.empty) {
      return;
    }
    await navigator.clipboard.writeText(this.drawn.terminal.toString());
    this.copied = true;
  }
}

customElements.define("console-output", ConsoleOutput);
