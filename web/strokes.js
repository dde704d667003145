/** Strokes of a pen: lines of points, drawn on the sheet that is seen and on the one that is sent. */

/** @typedef {[x: number, y: number]} Point On a sheet whose shorter side is 1. */
/** @typedef {Point[]} Stroke */

/** Of the sheet's shorter side. */
export const PEN = 0.075;

/** What is sent has the size of a digit on it, and a pen that is as thick as it is in MNIST. */
const SENT_PX = 200;
const BOX_PX = 160;
const SENT_PEN_PX = 21;
const DOT = 0.01;

/**
 * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context
 * @param {Stroke[]} strokes
 * @param {number} pen Its width.
 * @param {(point: Point) => Point} place Where a point is on this sheet.
 */
export function drawStrokes(context, strokes, pen, place) {
  context.lineWidth = pen;
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const stroke of strokes) {
    context.beginPath();
    const [first, ...others] = stroke.map(place);
    context.moveTo(...first);
    // A line of no length is not drawn, not even its round ends: a dot is a very short one.
    for (const [x, y] of others.length > 0 ? others : [first]) {
      context.lineTo(x + DOT, y);
    }
    context.stroke();
  }
}

/**
 * The ink that Python is sent. A small drawing is made larger, with the same pen: what matters is its
 * form, and scaled up with it the pen would fill the loops.
 *
 * @param {Stroke[]} strokes
 * @returns {import("./protocol.js").TryInput}
 */
export function inkOf(strokes) {
  const canvas = new OffscreenCanvas(SENT_PX, SENT_PX);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const xs = strokes.flat().map(([x]) => x);
  const ys = strokes.flat().map(([, y]) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const size = Math.max(Math.max(...xs) - left, Math.max(...ys) - top);
  const scale = size > 0 ? (BOX_PX - SENT_PEN_PX) / size : 0;
  const edge = (SENT_PX - BOX_PX + SENT_PEN_PX) / 2;
  drawStrokes(context, strokes, SENT_PEN_PX, ([x, y]) => [
    edge + (x - left) * scale,
    edge + (y - top) * scale,
  ]);
  const { data } = context.getImageData(0, 0, SENT_PX, SENT_PX);
  const pixels = new Uint8Array(SENT_PX * SENT_PX);
  for (let at = 0; at < pixels.length; at += 1) {
    pixels[at] = data[4 * at + 3];
  }
  return { kind: "ink", height: SENT_PX, width: SENT_PX, pixels };
}
