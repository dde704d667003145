/** The console: what the program prints, as it comes. */

import { css, html, LitElement, unsafeCSS } from "lit";
import { LanguageController, t } from "../locale.js";
import controls from "../styles/controls.css";
import { MAX_LINES, TerminalText } from "../terminal-text.js";

/**
 * Text to show: what the program printed, or a word of the page's own ("note").
 *
 * @typedef {{stream: "stdout" | "stderr" | "note", text: string}} ConsolePiece
 */
/** @typedef {import("../terminal-text.js").Line} Line */

/** How a line of a table begins, such as those of `summary()`. */
const BOX_DRAWING = /^\s*[\u2500-\u257f]/;

/** How close to its end the console counts as "at the end", in pixels. */
const END_SLACK_PX = 24;

/** @typedef {Extract<import("../protocol.js").FromWorker, {type: "picture"}>} Picture */

/** Pictures kept at a time; a program that draws in a loop loses its oldest. */
const MAX_PICTURES = 60;

export class ConsoleOutput extends LitElement {
  static properties = {
    empty: { state: true },
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
    this.terminal = new TerminalText();
    /** Lines that are not drawn as they are. @type {Set<Line>} */
    this.changed = new Set();
    /** @type {number | null} */
    this.frame = null;
    /** @type {Map<number, HTMLElement>} */
    this.rows = new Map();
    /** The pictures shown, by the line they stand in for. @type {Map<number, Picture & {url: string, text: string}>} */
    this.pictures = new Map();
    /** Pictures of this run so far. */
    this.count = 0;
    this.empty = true;
    this.copied = false;
    /** Whether it takes most of the room it shares with the editor. */
    this.enlarged = false;
    new LanguageController(this);
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

  clear() {
    for (const id of [...this.pictures.keys()]) {
      this.forgetPicture(id);
    }
    this.count = 0;
    this.terminal.clear();
    this.changed.clear();
    this.rows.clear();
    this.list.replaceChildren();
    this.empty = true;
    this.copied = false;
  }

  /**
   * @param {ConsolePiece[]} pieces
   * @param {number} dropped Characters that were printed faster than they could be sent.
   */
  write(pieces, dropped = 0) {
    for (const { stream, text } of pieces) {
      this.add(text, stream);
    }
    if (dropped > 0) {
      this.add(`\n${t("console.dropped", { characters: dropped })}\n`, "note");
    }
    this.empty = false;
    this.copied = false;
    // A program may print thousands of lines between two frames; only what is left is drawn.
    this.frame ??= requestAnimationFrame(() => this.draw());
  }

  /** Puts a picture in its place among the lines. @param {Picture} picture */
  showPicture(picture) {
    this.count += 1;
    const labels = picture.labels.join(", ");
    const text = t(labels ? "picture.alt" : "picture.plain", { number: this.count, labels });
    const line = this.terminal.insert(text, "picture");
    const type = picture.format === "svg" ? "image/svg+xml" : "image/png";
    const bytes = /** @type {Uint8Array<ArrayBuffer>} */ (picture.data);
    const url = URL.createObjectURL(new Blob([bytes], { type }));
    this.pictures.set(line.id, { ...picture, url, text });
    this.changed.add(line);
    if (this.pictures.size > MAX_PICTURES) {
      const [oldest] = this.pictures.keys();
      this.forgetPicture(oldest);
    }
    this.empty = false;
    this.copied = false;
    this.frame ??= requestAnimationFrame(() => this.draw());
  }

  /** Lets the picture of a line go; its words stay. @param {number} id */
  forgetPicture(id) {
    URL.revokeObjectURL(this.pictures.get(id)?.url ?? "");
    this.pictures.delete(id);
    const row = this.rows.get(id);
    if (row) {
      row.textContent = t("picture.gone");
    }
  }

  get list() {
    return /** @type {HTMLElement} */ (this.renderRoot.querySelector(".lines"));
  }

  /**
   * @param {string} text
   * @param {string} stream
   */
  add(text, stream) {
    for (const line of this.terminal.write(text, stream)) {
      this.changed.add(line);
    }
    if (this.changed.size > 2 * MAX_LINES) {
      // No frame comes while the tab is hidden: keep what a frame would still draw.
      const first = this.terminal.lines[0].id;
      this.changed = new Set([...this.changed].filter((line) => line.id >= first));
    }
  }

  draw() {
    this.frame = null;
    const list = this.list;
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < END_SLACK_PX;
    const first = this.terminal.lines[0]?.id ?? 0;
    for (const [id, row] of this.rows) {
      if (id >= first) {
        break;
      }
      row.remove();
      this.rows.delete(id);
      this.forgetPicture(id);
    }
    for (const line of this.changed) {
      if (line.id >= first) {
        const picture = this.pictures.get(line.id);
        const row = this.rowOf(line);
        row.classList.toggle("table", BOX_DRAWING.test(line.text));
        row.replaceChildren(picture ? pictureElement(picture) : line.text);
      }
    }
    this.changed.clear();
    if (atEnd) {
      list.scrollTop = list.scrollHeight;
    }
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
    await navigator.clipboard.writeText(this.terminal.toString());
    this.copied = true;
  }
}

/**
 * A picture with a link that saves it.
 *
 * @param {Picture & {url: string, text: string}} picture
 */
function pictureElement({ url, text, name, format, width, height }) {
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

customElements.define("console-output", ConsoleOutput);
