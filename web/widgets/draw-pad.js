/** A sheet to draw on with mouse, finger or keys, or to put a picture on; the model is asked about it. */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { formatNumber, LanguageController, t } from "../locale.js";
import { pictureIn, readPhotograph } from "../photograph.js";
import { ask, shownWay, trying } from "../state/trying.js";
import { StoreController } from "../store.js";
import { drawStrokes, inkOf, PEN } from "../strokes.js";
import controls from "../styles/controls.css";

/** @typedef {import("../strokes.js").Point} Point */
/** @typedef {import("../strokes.js").Stroke} Stroke */
/** @typedef {import("../photograph.js").Photograph} Photograph */

/** What a press of an arrow key moves the pen by, of the sheet's shorter side; with Shift more. */
const STEP = 1 / 28;
const FAR = 4;
/** @type {Record<string, Point>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class DrawPad extends LitElement {
  static properties = {
    photograph: { state: true },
    trouble: { state: true },
    over: { state: true },
  };

  static styles = [
    unsafeCSS(controls),
    css`
      .sheet {
        position: relative;
        width: min(15rem, 100%);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius-small);
        background: var(--surface-panel);
        touch-action: none;
        cursor: crosshair;
      }

      .sheet.over {
        outline: 2px dashed var(--accent);
      }

      canvas {
        display: block;
        width: 100%;
        border-radius: inherit;
      }

      .hint {
        position: absolute;
        inset: 0;
        display: grid;
        place-items: center;
        padding: var(--space-3);
        color: var(--text-muted);
        text-align: center;
        pointer-events: none;
      }

      .tools {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
        max-width: 15rem;
        margin-top: var(--space-2);
      }

      .tools button {
        font-size: var(--size-note);
      }

      input {
        display: none;
      }

      p {
        max-width: 15rem;
        margin: var(--space-2) 0 0;
        color: var(--text-muted);
        font-size: var(--size-small);
      }

      .trouble {
        color: var(--wrong);
      }

      .spoken {
        position: absolute;
        overflow: hidden;
        width: 1px;
        height: 1px;
        clip-path: inset(50%);
        white-space: nowrap;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {Stroke[]} */
    this.strokes = [];
    /** The strokes before each change, to be undone. @type {Stroke[][]} */
    this.past = [];
    /** The stroke under each finger, or the mouse. @type {Map<number, Stroke>} */
    this.drawing = new Map();
    /** Where the keys have the pen, in shares of the sheet. @type {Point} */
    this.pen = [0.5, 0.3];
    /** The stroke that the keys draw. @type {Stroke | null} */
    this.written = null;
    this.spoken = "";
    /** @type {Photograph | null} */
    this.photograph = null;
    /** Why a picture was not taken. @type {{key: "try.tooLarge" | "try.noPicture", values: Record<string, string>} | null} */
    this.trouble = null;
    this.over = false;
    new StoreController(this, trying);
    new LanguageController(this);
    this.resizes = new ResizeObserver(() => this.draw());
    this.addEventListener("dragover", this.dragOver);
    this.addEventListener("dragleave", () => {
      this.over = false;
    });
    this.addEventListener("drop", this.drop);
    this.paste = this.paste.bind(this);
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.dark.addEventListener("change", () => this.draw());
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("paste", this.paste);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.resizes.disconnect();
    removeEventListener("paste", this.paste);
  }

  /** @returns {import("../protocol.js").ImageWay | null} */
  get way() {
    const way = shownWay(trying.values);
    return way?.kind === "image" ? way : null;
  }

  render() {
    const { way } = this;
    if (!way) {
      return nothing;
    }
    const drawable = way.channels === 1;
    const empty = this.strokes.length === 0 && !this.photograph;
    return html`
      <div class="sheet ${this.over ? "over" : ""}">
        <canvas
          style="aspect-ratio: ${way.width} / ${way.height}"
          tabindex="0"
          role=${drawable ? "application" : "img"}
          aria-label=${t(drawable ? "try.pad" : "try.picturePad")}
          aria-describedby="keys"
          @pointerdown=${this.penDown}
          @pointermove=${this.penMove}
          @pointerup=${this.penUp}
          @pointercancel=${this.penUp}
          @keydown=${this.key}
          @focus=${this.draw}
          @blur=${this.leave}
        ></canvas>
        ${empty ? html`<span class="hint" aria-hidden="true">${t(drawable ? "try.drawHere" : "try.pictureHere")}</span>` : nothing}
      </div>
      <span id="keys" class="spoken">${drawable ? t("try.keys") : ""}</span>
      <span class="spoken" role="status">${this.spoken}</span>
      <div class="tools">
        ${
          drawable
            ? html`<button class="undo" aria-disabled=${this.past.length === 0} @click=${this.undo}>${t("try.undo")}</button>`
            : nothing
        }
        <button class="clear" aria-disabled=${empty} @click=${this.clear}>${t("try.clear")}</button>
        <button class="open" @click=${this.choose}>${t("try.open")}</button>
        <input type="file" accept="image/*" tabindex="-1" aria-hidden="true" @change=${this.chosen} />
      </div>
      ${this.renderWords(way)}
    `;
  }

  /** @param {import("../protocol.js").ImageWay} way */
  renderWords(way) {
    if (this.trouble) {
      const { key, values } = this.trouble;
      return html`<p class="trouble" role="alert">${t(key, values)}</p>`;
    }
    if (this.photograph) {
      const { width, height, smallWidth, smallHeight } = this.photograph;
      const size = { from: `${width} × ${height}`, to: `${smallWidth} × ${smallHeight}` };
      const scaled = width !== smallWidth || height !== smallHeight;
      return html`<p class="picture">${t(scaled ? "try.scaled" : "try.sized", size)}</p>`;
    }
    const box = Math.round(way.share * Math.min(way.height, way.width));
    const size = `${way.width} × ${way.height}`;
    return way.channels === 1
      ? html`<p>${t("try.prepared", { box, size })}</p>`
      : html`<p>${t("try.cropped", { size })}</p>`;
  }

  firstUpdated() {
    this.resizes.observe(this);
  }

  updated() {
    this.draw();
  }

  /** @param {PointerEvent} event @returns {Point} */
  placeOf(event) {
    const canvas = /** @type {HTMLCanvasElement} */ (this.renderRoot.querySelector("canvas"));
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const unit = Math.min(width, height);
    return [(event.clientX - left) / unit, (event.clientY - top) / unit];
  }

  /** @param {PointerEvent} event */
  penDown(event) {
    if (event.button !== 0 || this.way?.channels !== 1) {
      return;
    }
    /** @type {HTMLElement} */ (event.currentTarget).setPointerCapture(event.pointerId);
    this.written = null;
    this.drawing.set(event.pointerId, this.begin(this.placeOf(event)));
  }

  /** @param {PointerEvent} event */
  penMove(event) {
    const stroke = this.drawing.get(event.pointerId);
    if (stroke) {
      const all = event.getCoalescedEvents?.() ?? [];
      for (const one of all.length > 0 ? all : [event]) {
        stroke.push(this.placeOf(one));
      }
      this.changed();
    }
  }

  /** @param {PointerEvent} event */
  penUp(event) {
    this.drawing.delete(event.pointerId);
  }

  /** A new stroke begins. @param {Point} place */
  begin(place) {
    this.past.push(this.strokes.slice());
    this.photograph = null;
    this.trouble = null;
    /** @type {Stroke} */
    const stroke = [place];
    this.strokes.push(stroke);
    this.changed();
    return stroke;
  }

  changed() {
    this.requestUpdate();
    const { strokes } = this;
    ask(strokes.length > 0 ? () => inkOf(strokes) : null);
  }

  undo() {
    const before = this.past.pop();
    if (before) {
      this.strokes = before;
      this.written = null;
      this.photograph = null;
      this.changed();
    }
  }

  clear() {
    if (this.strokes.length > 0) {
      this.past.push(this.strokes);
    }
    this.strokes = [];
    this.written = null;
    this.photograph = null;
    this.trouble = null;
    this.changed();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
    if (this.way?.channels !== 1 || altKey) {
      return;
    }
    const undone = (ctrlKey || metaKey) && key.toLowerCase() === "z";
    if (undone || key === "Backspace") {
      this.undo();
    } else if (ctrlKey || metaKey) {
      return;
    } else if (key === "Delete") {
      this.clear();
    } else if (key === " ") {
      this.written = this.written ? null : this.begin(this.pen);
      this.say(this.written ? "try.penDown" : "try.penUp");
    } else if (key in ARROWS) {
      this.movePen(ARROWS[key], shiftKey ? FAR : 1);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * @param {Point} direction
   * @param {number} steps
   */
  movePen([right, down], steps) {
    const { width = 1, height = 1 } = this.way ?? {};
    const [wide, high] = [width / Math.min(width, height), height / Math.min(width, height)];
    const clip = (/** @type {number} */ at, /** @type {number} */ end) =>
      Math.min(Math.max(at, 0), end);
    const [x, y] = this.pen;
    this.pen = [clip(x + right * STEP * steps, wide), clip(y + down * STEP * steps, high)];
    if (this.written) {
      this.written.push(this.pen);
      this.changed();
    } else {
      this.draw();
    }
  }

  leave() {
    this.written = null;
    this.draw();
  }

  /** @param {"try.penDown" | "try.penUp"} key */
  say(key) {
    this.spoken = t(key);
    this.requestUpdate();
  }

  draw() {
    const canvas = this.renderRoot.querySelector("canvas");
    const { way } = this;
    const width = canvas?.clientWidth ?? 0;
    if (!canvas || !way || width === 0) {
      return;
    }
    const density = devicePixelRatio || 1;
    const pixels = [width * density, (width * density * way.height) / way.width].map(Math.round);
    if (canvas.width !== pixels[0] || canvas.height !== pixels[1]) {
      [canvas.width, canvas.height] = pixels;
    }
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.clearRect(0, 0, canvas.width, canvas.height);
    const style = getComputedStyle(this);
    const unit = Math.min(canvas.width, canvas.height);
    if (this.photograph) {
      drawPhotograph(context, this.photograph);
    }
    context.strokeStyle = style.getPropertyValue("--text");
    drawStrokes(context, this.strokes, PEN * unit, ([x, y]) => [x * unit, y * unit]);
    if (way.channels === 1 && this.renderRoot.querySelector("canvas:focus-visible")) {
      drawPen(context, [this.pen[0] * unit, this.pen[1] * unit], {
        radius: (PEN * unit) / 2,
        color: style.getPropertyValue("--accent"),
        down: this.written !== null,
      });
    }
  }

  choose() {
    /** @type {HTMLInputElement} */ (this.renderRoot.querySelector("input")).click();
  }

  /** @param {Event} event */
  chosen(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const [file] = input.files ?? [];
    if (file) {
      this.take(file);
    }
    input.value = "";
  }

  /** @param {DragEvent} event */
  dragOver(event) {
    if (event.dataTransfer?.types.includes("Files")) {
      event.preventDefault();
      this.over = true;
    }
  }

  /** @param {DragEvent} event */
  drop(event) {
    event.preventDefault();
    this.over = false;
    const file = pictureIn(event.dataTransfer);
    if (file) {
      this.take(file);
    }
  }

  /** A picture that is pasted while this is shown, and not into a text. @param {ClipboardEvent} event */
  paste(event) {
    const [target] = event.composedPath();
    const written =
      target instanceof Element && target.closest("input, textarea, [contenteditable]");
    const file = pictureIn(event.clipboardData);
    if (file?.type.startsWith("image/") && !written && this.checkVisibility()) {
      event.preventDefault();
      this.take(file);
    }
  }

  /** @param {Blob & {name?: string}} file */
  async take(file) {
    const found = await readPhotograph(file);
    if (typeof found === "string") {
      const size = formatNumber(Math.round(file.size / 1e6));
      const values = { name: file.name ?? "", size };
      this.trouble = { key: found === "large" ? "try.tooLarge" : "try.noPicture", values };
      return;
    }
    this.past.push(this.strokes);
    this.strokes = [];
    this.written = null;
    this.trouble = null;
    this.photograph = found;
    ask(() => found.input);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Point} place
 * @param {{radius: number, color: string, down: boolean}} pen
 */
function drawPen(context, [x, y], { radius, color, down }) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.lineWidth = 2;
  context.strokeStyle = color;
  context.fillStyle = color;
  down ? context.fill() : context.stroke();
}

/**
 * The whole picture, as large as the sheet allows.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Photograph} photograph
 */
function drawPhotograph(context, { input, smallWidth, smallHeight }) {
  const { pixels } = /** @type {{pixels: Uint8Array}} */ (input);
  const image = new ImageData(smallWidth, smallHeight);
  for (let at = 0; at < smallWidth * smallHeight; at += 1) {
    image.data.set(pixels.subarray(3 * at, 3 * at + 3), 4 * at);
    image.data[4 * at + 3] = 255;
  }
  const whole = new OffscreenCanvas(smallWidth, smallHeight);
  whole.getContext("2d")?.putImageData(image, 0, 0);
  const { width, height } = context.canvas;
  const scale = Math.min(width / smallWidth, height / smallHeight);
  const [wide, high] = [smallWidth * scale, smallHeight * scale];
  context.drawImage(whole, (width - wide) / 2, (height - high) / 2, wide, high);
}

customElements.define("draw-pad", DrawPad);
