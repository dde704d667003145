/** Numbers as colours: what canvases inside a model are painted with, in both colour schemes. */

/** @typedef {import("lit").ReactiveControllerHost & HTMLElement} Host */
/** @typedef {[number, number, number]} Color */

export const CLASS_COLORS = 8;

/** Has its widget drawn again when the colour scheme changes, and knows the colours of now. */
export class SchemeController {
  /** @param {Host} host */
  constructor(host) {
    this.host = host;
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.redraw = () => host.requestUpdate();
    host.addController(this);
  }

  hostConnected() {
    this.scheme.addEventListener("change", this.redraw);
  }

  hostDisconnected() {
    this.scheme.removeEventListener("change", this.redraw);
  }

  /** The colour of a token, as it is now. @param {string} token @returns {Color} */
  color(token) {
    const written = getComputedStyle(this.host).getPropertyValue(token).trim();
    const digits = written.length === 4 ? written.replaceAll(/[^#]/g, "$&$&") : written;
    const value = Number.parseInt(digits.slice(1), 16);
    return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
  }
}

/** The token of a class. @param {number} number @returns {string} */
export function classToken(number) {
  return `--series-${(number % CLASS_COLORS) + 1}`;
}

/**
 * Paints numbers on a scale: from nothing to full colour, or around 0 from one colour to another.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {import("./protocol.js").Maps} maps
 * @param {number} index Which of the maps.
 * @param {{above: Color, below: Color}} colors
 */
export function paintMap(canvas, { height, width, low, values }, index, { above, below }) {
  canvas.height = height;
  canvas.width = width;
  const image = new ImageData(width, height);
  const size = height * width;
  for (let i = 0; i < size; i += 1) {
    const byte = values[index * size + i];
    const part = low < 0 ? (byte - 127.5) / 127.5 : byte / 255;
    const color = part < 0 ? below : above;
    image.data[4 * i] = color[0];
    image.data[4 * i + 1] = color[1];
    image.data[4 * i + 2] = color[2];
    image.data[4 * i + 3] = Math.round(255 * Math.abs(part));
  }
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}

/**
 * Paints what is said at every point of a plane, the surer the stronger.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {{size: number, guesses: Uint8Array, certainties: Uint8Array, classes: number}} plane
 * @param {Color[]} colors Of the classes.
 */
export function paintPlane(canvas, { size, guesses, certainties, classes }, colors) {
  canvas.height = size;
  canvas.width = size;
  const image = new ImageData(size, size);
  const least = 1 / Math.max(classes, 2);
  for (let i = 0; i < size * size; i += 1) {
    const guess = guesses[i];
    if (guess === 255) {
      continue; // no number: nothing is said
    }
    const color = colors[guess % colors.length];
    const sure = Math.max((certainties[i] / 255 - least) / (1 - least), 0);
    image.data[4 * i] = color[0];
    image.data[4 * i + 1] = color[1];
    image.data[4 * i + 2] = color[2];
    image.data[4 * i + 3] = Math.round(255 * (0.06 + 0.6 * sure));
  }
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}
