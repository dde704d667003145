/** Draws curves into a chart's canvas: line, spread, dashes, markers. */

/** @typedef {import("./chart-columns.js").Columns} Columns */

/** From values to the pixels of the canvas. @typedef {{x: (x: number) => number, y: (y: number) => number}} Scales */

/**
 * @typedef {object} Look
 * @property {string} color
 * @property {boolean} dashed
 * @property {number} marker From 1; 0 for none.
 * @property {number} opacity
 * @property {boolean} behind Another line of the same curve is drawn over it.
 * @property {number} ratio Pixels of the canvas to one of the page.
 */

const SPREAD_OPACITY = 0.2;
const MARKER_SIZE = 4;
/** Pixels between two markers of a line. */
const MARKERS_APART = 64;
/** Up to so many points, each is marked. */
const FEW_POINTS = 40;

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Columns} columns
 * @param {Scales} scales
 * @param {Look} look
 */
export function drawCurve(context, columns, scales, look) {
  const { color, opacity, ratio } = look;
  context.save();
  context.strokeStyle = color;
  context.fillStyle = color;
  context.lineJoin = "bevel"; // round ones take several times as long
  // Where columns are full, the spread has the weight; a thin line takes a fifth of the time.
  context.lineWidth = (columns.dense ? 1 : 2) * ratio;
  if (columns.spread) {
    context.globalAlpha = opacity * SPREAD_OPACITY;
    fillSpread(context, columns, scales);
  }
  context.globalAlpha = opacity;
  if (columns.dense && look.behind) {
    context.restore();
    return;
  }
  context.setLineDash(look.dashed ? [5 * ratio, 4 * ratio] : []);
  strokeLine(context, columns, scales);
  context.setLineDash([]);
  drawPoints(context, columns, scales, look);
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Columns} columns
 * @param {Scales} scales
 */
function strokeLine(context, { count, x, y }, scales) {
  context.beginPath();
  let pen = false;
  for (let at = 0; at < count; at += 1) {
    const height = scales.y(y[at]);
    if (!Number.isFinite(height)) {
      pen = false;
    } else if (pen) {
      context.lineTo(scales.x(x[at]), height);
    } else {
      context.moveTo(scales.x(x[at]), height);
      pen = true;
    }
  }
  context.stroke();
}

/**
 * A bar a column: a polygon of as many corners takes several times as long to fill.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Columns} columns
 * @param {Scales} scales
 */
function fillSpread(context, { count, x, low, high }, scales) {
  const { height } = context.canvas;
  for (let at = 0; at < count; at += 1) {
    const top = scales.y(high[at]);
    if (low[at] <= high[at] && Number.isFinite(top)) {
      const bottom = scales.y(low[at]);
      const left = Math.round(scales.x(x[at]));
      const right = at + 1 < count ? Math.round(scales.x(x[at + 1])) : left + 1;
      const depth = (Number.isFinite(bottom) ? bottom : height) - top;
      context.fillRect(left, top, Math.max(right - left, 1), Math.max(depth, 1));
    }
  }
}

/**
 * Points of a few are seen each; so is one that no line reaches. Markers tell lines of one colour
 * apart.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Columns} columns
 * @param {Scales} scales
 * @param {Look} look
 */
function drawPoints(context, { count, x, y }, scales, { marker, dashed, ratio }) {
  const dots = dashed && count <= FEW_POINTS;
  let last = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < count; at += 1) {
    const left = scales.x(x[at]);
    const top = scales.y(y[at]);
    const alone =
      !(Number.isFinite(y[at - 1]) && at > 0) && !(Number.isFinite(y[at + 1]) && at + 1 < count);
    const due = dots || alone || (marker > 0 && left - last >= MARKERS_APART * ratio);
    if (due && Number.isFinite(top)) {
      last = left;
      const size = (marker > 0 ? MARKER_SIZE : 2.5) * ratio;
      drawShape(context, marker, left, top, size);
    }
  }
}

/**
 * The shapes: 0 and 1 a disc, 2 a square, 3 a triangle, 4 a diamond, 5 a cross.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} shape
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
export function drawShape(context, shape, x, y, size) {
  context.beginPath();
  const corners = SHAPES[Math.max(shape - 2, -1) % SHAPES.length];
  if (!corners) {
    context.arc(x, y, size, 0, 2 * Math.PI);
  } else {
    for (const [right, down] of corners) {
      context.lineTo(x + right * size, y + down * size);
    }
  }
  context.fill();
}

/** Corners of the shapes after the disc. @type {[number, number][][]} */
const SHAPES = [
  [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ],
  [
    [0, -1.3],
    [1.2, 1],
    [-1.2, 1],
  ],
  [
    [0, -1.4],
    [1.4, 0],
    [0, 1.4],
    [-1.4, 0],
  ],
  [
    [-1.3, -0.4],
    [1.3, -0.4],
    [1.3, 0.4],
    [-1.3, 0.4],
  ],
];
