/** The console: what the program prints, as it comes. */

import { css, html, LitElement, nothing, svg, unsafeCSS } from "lit";
import { tableElement, tableStyles } from "../console-table.js";
import { formatNumber, LanguageController, t } from "../locale.js";
import { consoleLog, copyConsole, saveConsole, wipeConsole } from "../state/console.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";
import { TracebackFolds } from "../traceback-folds.js";

/** @typedef {import("../state/terminal-text.js").Line} Line */
/** @typedef {Extract<import("../protocol.js").FromWorker, {type: "picture"}> & {text: string}} Picture */

/** How a line of a table begins, such as those of `summary()`. */
const BOX_DRAWING = /^\s*[\u2500-\u257f]/;

/** What is shown as something else than a line of text. */
const ELEMENTS = new Set(["picture", "table"]);

/** Of a longer line, so much is shown until the reader asks for the rest. */
const SHOWN_CHARACTERS = 2000;

/** How close to its end the console counts as "at the end", in pixels. */
const END_SLACK_PX = 24;

const ICONS = {
  copy: svg`<rect x="5" y="5" width="8" height="9" rx="1.5" /><path d="M11 5V3.5A1.5 1.5 0 0 0 9.5 2h-5A1.5 1.5 0 0 0 3 3.5v6A1.5 1.5 0 0 0 4.5 11H5" />`,
  done: svg`<path d="M3 8.5l3.5 3.5L13 4.5" />`,
  save: svg`<path d="M8 2v8m-3.5-3.5L8 10l3.5-3.5M3 13.5h10" />`,
  clear: svg`<circle cx="8" cy="8" r="5.5" /><path d="M4.2 11.8l7.6-7.6" />`,
};

export class ConsoleOutput extends LitElement {
  static properties = { copied: { state: true } };

  static styles = [
    unsafeCSS(controls),
    tableStyles,
    css`
      :host {
        position: relative;
        display: flex;
        height: 100%;
        min-height: 0;
        container-type: inline-size;
      }

      .lines {
        flex: 1;
        min-width: 0;
        overflow: auto;
        padding: var(--space-2) var(--space-3);
        /* The 80 columns of Keras's tables fit where that leaves the text readable. */
        font: clamp(0.6875rem, calc((100cqw - 5rem) / 48.2), var(--size-note)) / 1.5
          var(--font-code);
        tab-size: 8;
      }

      .rows {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }

      .tools {
        display: flex;
        flex-direction: column;
        flex: none;
        gap: 2px;
        padding: var(--space-1);
        overflow: hidden auto;
        scrollbar-width: none;
      }

      .tools button {
        display: grid;
        place-items: center;
        flex: none;
        width: 1.75rem;
        min-height: 1.75rem;
        padding: 0;
      }

      .tools svg {
        fill: none;
        stroke: currentColor;
        stroke-width: 1.4;
        stroke-linecap: round;
        stroke-linejoin: round;
      }

      @media (pointer: coarse) {
        .tools button {
          width: 2.75rem;
          min-height: 2.75rem;
        }
      }

      @media (max-width: 60rem) {
        .lines {
          font-size: var(--size-note);
        }
      }

      .row {
        min-height: 1.5em;
      }

      .table {
        white-space: pre;
      }

      .stderr,
      summary {
        color: var(--wrong);
      }

      summary {
        cursor: pointer;
      }

      /* What the last expression gave, as below a notebook's cell. */
      .value {
        margin: var(--space-1) 0;
        padding-left: var(--space-3);
        border-left: 3px solid var(--accent);
      }

      .note,
      .earlier {
        font-family: var(--font-text);
      }

      .earlier,
      .cut {
        color: var(--text-muted);
      }

      .lines button {
        min-height: 1.5rem;
        padding: 0 var(--space-2);
        font: inherit;
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
        inset: 0 3rem 0 0;
        margin: 0;
        padding: var(--space-2) var(--space-3);
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
    this.folds = new TracebackFolds();
    /** Long lines that the reader wants to see to their end. @type {Set<number>} */
    this.expanded = new Set();
    /** Addresses of the pictures shown, by their line. @type {Map<number, string>} */
    this.urls = new Map();
    this.copied = false;
    /** Whether the reader looks at the end, and goes on to where that will be. */
    this.atEnd = true;
    new StoreController(this, consoleLog).always();
    new LanguageController(this);
  }

  render() {
    const { empty, terminal, full } = consoleLog.values.log;
    const dropped = terminal.dropped > 0 || full.dropped > 0;
    return html`
      <div class="lines" tabindex="0" role="log" aria-live="off" aria-label=${t("console.title")} @scroll=${this.scrolled}>
        <div class="earlier" ?hidden=${!dropped}>
          ${
            dropped
              ? html`${t("console.earlier", { lines: formatNumber(terminal.dropped) })}
                  <button class="quiet" @click=${saveConsole}>${t("console.saveAll")}</button>`
              : nothing
          }
        </div>
        <div class="rows"></div>
      </div>
      <p class="hint note" ?hidden=${!empty}>${t("console.empty")}</p>
      <div class="tools" role="group" aria-label=${t("console.tools")}>
        ${this.tool(this.copied ? "done" : "copy", this.copied ? "console.copied" : "console.copy", this.copy)}
        ${this.tool("save", "console.save", saveConsole)}
        ${this.tool("clear", "console.clear", wipeConsole)}
      </div>
    `;
  }

  /**
   * @param {keyof typeof ICONS} icon
   * @param {import("../locale.js").StringKey} key
   * @param {() => void} action
   */
  tool(icon, key, action) {
    const { empty } = consoleLog.values.log;
    return html`
      <button
        class="quiet"
        aria-label=${t(key)}
        title=${t(key)}
        aria-disabled=${empty}
        @click=${() => empty || action.call(this)}
      >
        <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">${ICONS[icon]}</svg>
      </button>
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
      this.expanded.clear();
      this.folds.end();
      this.atEnd = true;
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

  get pane() {
    return /** @type {HTMLElement} */ (this.renderRoot.querySelector(".lines"));
  }

  get list() {
    return /** @type {HTMLElement} */ (this.renderRoot.querySelector(".rows"));
  }

  draw() {
    const { terminal, changed, pictures, tables } = this.drawn;
    const first = terminal.lines[0]?.id ?? 0;
    for (const [id, row] of this.rows) {
      if (id >= first) {
        break;
      }
      this.folds.remove(row);
      this.rows.delete(id);
      this.forgetPicture(id);
    }
    for (const line of changed) {
      if (line.id >= first) {
        const picture = pictures.get(line.id);
        const table = tables.get(line.id);
        const row = this.rowOf(line);
        row.classList.toggle("table", !picture && !table && BOX_DRAWING.test(line.text));
        if (picture) {
          row.replaceChildren(this.pictureElement(line.id, picture));
        } else {
          row.replaceChildren(...(table ? [tableElement(table)] : this.textOf(line)));
        }
      }
    }
    changed.clear();
    for (const id of this.urls.keys()) {
      if (!pictures.has(id)) {
        this.forgetPicture(id);
      }
    }
    if (this.atEnd) {
      this.pane.scrollTop = this.pane.scrollHeight;
    }
  }

  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.pane;
    this.atEnd = scrollHeight - scrollTop - clientHeight < END_SLACK_PX;
  }

  /**
   * A line's text; of a very long one its beginning, and a button for the rest.
   *
   * @param {Line} line
   * @returns {(Node | string)[]}
   */
  textOf(line) {
    const { id, text, cut } = line;
    if (text.length <= SHOWN_CHARACTERS) {
      return [text];
    }
    if (!this.expanded.has(id)) {
      const more = document.createElement("button");
      more.className = "quiet";
      const count = text.length + cut - SHOWN_CHARACTERS;
      more.textContent = t("console.more", { characters: formatNumber(count) });
      more.onclick = () => {
        this.expanded.add(id);
        this.rows.get(id)?.replaceChildren(...this.textOf(line));
      };
      return [text.slice(0, SHOWN_CHARACTERS), more];
    }
    if (cut === 0) {
      return [text];
    }
    const end = document.createElement("span");
    end.className = "cut";
    end.textContent = t("console.cut", { characters: formatNumber(cut) });
    return [text, end];
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
      row.className = ELEMENTS.has(line.stream) ? "row" : `row ${line.stream}`;
      this.rows.set(line.id, row);
      this.folds.place(row, line.stream === "stderr" ? line.text : null, this.list);
    }
    return row;
  }

  async copy() {
    this.copied = await copyConsole();
  }
}

customElements.define("console-output", ConsoleOutput);
