/** A small picture of what an example comes to, drawn from what was recorded of it. */

import { html, nothing, svg } from "lit";
import { ref } from "lit/directives/ref.js";
import { formatMetric, t } from "./locale.js";

/**
 * @typedef {{seconds: number} & (
 *   {kind: "lines", lines: {name: string, values: number[]}[]}
 *   | {kind: "points", along: boolean, x: number[], actual: number[], predicted: number[]}
 *   | {kind: "images", rows: string[][]})} Result
 */

const WIDTH = 264;
const HEIGHT = 96;
const EDGE = 8;
/** Of an image, which has as many shades as a hexadecimal digit. */
const SIDE = 14;

/** @param {Result} result */
export function galleryPicture(result) {
  switch (result.kind) {
    case "images":
      return html`<canvas aria-hidden="true" ${ref((canvas) => canvas && drawImages(/** @type {HTMLCanvasElement} */ (canvas), result.rows))}></canvas>`;
    case "points":
      return frame(points(result));
    case "lines":
      return result.lines.length > 0 ? frame(lines(result.lines)) : frame(graph());
  }
}

/** What the picture shows, in words. @param {Result} result @returns {string} */
export function describeResult(result) {
  if (result.kind === "images") {
    return t("gallery.images");
  }
  if (result.kind === "points") {
    return t(result.along ? "gallery.curve" : "gallery.points");
  }
  const [line] = result.lines;
  if (!line) {
    return t("gallery.noCurve");
  }
  const last = result.lines.at(-1) ?? line;
  const value = formatMetric(last.values.at(-1));
  const compares = result.lines.length > 1 && result.lines.every(({ name }) => name === last.name);
  return compares
    ? t("gallery.compares", { count: result.lines.length, name: last.name })
    : t("gallery.ends", { name: last.name, value });
}

/** @param {unknown} inner */
function frame(inner) {
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">${inner}</svg>`;
}

/**
 * @param {number[]} values
 * @param {number} length In pixels.
 * @returns {(value: number) => number}
 */
function scale(values, length) {
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  return (value) => EDGE + ((value - low) / span) * (length - 2 * EDGE);
}

/** @param {Extract<Result, {kind: "lines"}>["lines"]} all */
function lines(all) {
  const y = scale(
    all.flatMap(({ values }) => values),
    HEIGHT,
  );
  return all.map(({ name, values }, at) => {
    const step = (WIDTH - 2 * EDGE) / Math.max(values.length - 1, 1);
    const path = values.map(
      (value, place) => `${(EDGE + place * step).toFixed(1)} ${(HEIGHT - y(value)).toFixed(1)}`,
    );
    const dashed = name.startsWith("val_") && all[0].name !== name;
    return svg`<path class="line series-${at + 1} ${dashed ? "dashed" : ""}" d="M${path.join("L")}" />`;
  });
}

/** @param {Extract<Result, {kind: "points"}>} result */
function points({ along, x: inputs, actual, predicted }) {
  const x = scale(inputs, WIDTH);
  const y = scale([...actual, ...predicted], HEIGHT);
  const place = (/** @type {number} */ at, /** @type {number} */ value) => [
    x(inputs[at]),
    HEIGHT - y(value),
  ];
  const shown = along ? actual : predicted;
  const path = predicted.map((value, at) =>
    place(at, value)
      .map((part) => part.toFixed(1))
      .join(" "),
  );
  return svg`
    ${shown.map((value, at) => {
      const [cx, cy] = place(at, value);
      return svg`<circle class="dot" cx=${cx.toFixed(1)} cy=${cy.toFixed(1)} r="1.8" />`;
    })}
    ${along ? svg`<path class="line series-2" d="M${path.join("L")}" />` : nothing}
  `;
}

/** An example without curves: some nodes and edges. */
function graph() {
  const nodes = [48, 104, 160, 216];
  return svg`
    <path class="line series-1" d="M48 48H216M104 48L160 24M104 48L160 72" />
    ${nodes.map((x) => svg`<circle class="node" cx=${x} cy="48" r="6" />`)}
  `;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {string[][]} rows
 */
function drawImages(canvas, rows) {
  canvas.width = (SIDE + 1) * rows[0].length - 1;
  canvas.height = (SIDE + 1) * rows.length - 1;
  const context = canvas.getContext("2d");
  for (const [row, images] of rows.entries()) {
    for (const [column, shades] of images.entries()) {
      const image = new ImageData(SIDE, SIDE);
      for (const [at, shade] of [...shades].entries()) {
        image.data[4 * at + 3] = 17 * Number.parseInt(shade, 16);
      }
      context?.putImageData(image, column * (SIDE + 1), row * (SIDE + 1));
    }
  }
}
