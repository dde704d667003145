/** Small images: the template of one, drawn on a canvas of its own size that CSS makes larger. */

import { html } from "lit";
import { ref } from "lit/directives/ref.js";

/** @typedef {import("./protocol.js").Images} Images */

/**
 * @param {Images} images
 * @param {number} index
 */
export function imageCanvas(images, index) {
  return html`
    <canvas
      class=${images.channels === 1 ? "ink" : "photo"}
      aria-hidden="true"
      ${ref((canvas) => canvas && drawImage(/** @type {HTMLCanvasElement} */ (canvas), images, index))}
    ></canvas>
  `;
}

/**
 * One channel is drawn as ink: 0 is the page showing through, 255 is full ink (and in the dark,
 * where `ink` is inverted by CSS, light on dark). Three channels are drawn as they are.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Images} images
 * @param {number} index
 */
function drawImage(canvas, { height, width, channels, pixels }, index) {
  canvas.height = height;
  canvas.width = width;
  const size = height * width;
  const start = index * size * channels;
  const image = new ImageData(width, height);
  for (let i = 0; i < size; i += 1) {
    if (channels === 1) {
      image.data[4 * i + 3] = pixels[start + i];
    } else {
      image.data.set(pixels.subarray(start + 3 * i, start + 3 * i + 3), 4 * i);
      image.data[4 * i + 3] = 255;
    }
  }
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}
