/** A scatter plot as SVG: points, and optionally a line through others, with a frame and few ticks. */

import { nothing, svg } from "lit";
import { formatNumber } from "./locale.js";

const LABEL_HEIGHT = 18;
const CHARACTER_WIDTH = 6.5;

/**
 * @typedef {object} Scatter
 * @property {number[]} x
 * @property {number[]} y Points.
 * @property {{x: number[], y: number[]} | null} line Drawn in order of x.
 * @property {number} width
 * @property {number} height In pixels of the screen.
 * @property {string} xLabel
 * @property {string} yLabel Empty where the axes need no names.
 * @property {string} description What a reader who cannot see the plot hears.
 */

/** @param {Scatter} plot */
export function scatter({ x, y, line, width, height, xLabel, yLabel, description }) {
  const right = width - 10;
  const top = 6 + (yLabel ? LABEL_HEIGHT : 0);
  const bottom = height - 22 - (xLabel ? LABEL_HEIGHT : 0);
  const toY = scale([...y, ...(line?.y ?? [])], bottom, top);
  const longest = Math.max(...toY.ticks.map((value) => tickText(value).length), 3);
  const left = Math.min(16 + longest * CHARACTER_WIDTH, width / 3);
  const toX = scale([...x, ...(line?.x ?? [])], left, right);
  return svg`
    <svg class="scatter" width=${width} height=${height} role="img" aria-label=${description}>
      ${toX.ticks.map(
        (value) => svg`
          <line class="grid" x1=${toX(value)} x2=${toX(value)} y1=${top} y2=${bottom} />
          <text class="tick" x=${toX(value)} y=${bottom + 15} text-anchor="middle">
            ${tickText(value)}
          </text>
        `,
      )}
      ${toY.ticks.map(
        (value) => svg`
          <line class="grid" x1=${left} x2=${right} y1=${toY(value)} y2=${toY(value)} />
          <text class="tick" x=${left - 6} y=${toY(value) + 4} text-anchor="end">
            ${tickText(value)}
          </text>
        `,
      )}
      <text class="axis" x=${right} y=${height - 4} text-anchor="end">${xLabel}</text>
      <text class="axis" x=${left} y="12">${yLabel}</text>
      ${x.map((value, index) =>
        isDrawable(value) && isDrawable(y[index])
          ? svg`<circle class="point" cx=${toX(value)} cy=${toY(y[index])} r="2.6" />`
          : nothing,
      )}
      ${line ? svg`<path class="line" d=${path(line, toX, toY)} />` : ""}
    </svg>
  `;
}

/** @param {number} value */
function tickText(value) {
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e6 || size < 1e-4)
    ? value.toExponential(1)
    : formatNumber(value, { maximumSignificantDigits: 6 });
}

/**
 * Whether a value has a place: a model whose loss went to NaN says NaN, and the distance between the
 * largest numbers is none.
 *
 * @param {number} value
 */
function isDrawable(value) {
  return Math.abs(value) < 1e300;
}

/**
 * @param {number[]} values
 * @param {number} from Where the smallest value goes.
 * @param {number} to Where the largest goes.
 */
function scale(values, from, to) {
  const drawable = values.filter(isDrawable);
  const low = drawable.length > 0 ? Math.min(...drawable) : 0;
  const high = drawable.length > 0 ? Math.max(...drawable) : 1;
  const span = high - low || 1;
  const padded = { low: low - span * 0.04, span: span * 1.08 };
  const place = (/** @type {number} */ value) =>
    Number((from + ((value - padded.low) / padded.span) * (to - from)).toFixed(1));
  return Object.assign(place, { ticks: ticksWithin(low, high) });
}

/**
 * About five round numbers between two values.
 *
 * @param {number} low
 * @param {number} high
 */
function ticksWithin(low, high) {
  const rough = (high - low) / 4 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  const first = Math.ceil(low / step);
  const count = Math.max(Math.floor(high / step) - first + 1, 0);
  return Array.from({ length: count }, (_, index) =>
    Number(((first + index) * step).toPrecision(6)),
  );
}

/**
 * @param {{x: number[], y: number[]}} line
 * @param {(value: number) => number} toX
 * @param {(value: number) => number} toY
 */
function path({ x, y }, toX, toY) {
  const order = x.map((_, index) => index).sort((a, b) => x[a] - x[b]);
  const drawable = order.filter((index) => isDrawable(x[index]) && isDrawable(y[index]));
  return drawable.map((index, at) => `${at ? "L" : "M"}${toX(x[index])} ${toY(y[index])}`).join("");
}
