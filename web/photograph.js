/** Pictures from the reader's disk or clipboard, made small enough to be sent to Python. */

/** A model's images are smaller; what is larger is scaled down. */
const LARGEST_SIDE_PX = 256;
const MOST_BYTES = 2 ** 27;

/**
 * @typedef {object} Photograph
 * @property {import("./protocol.js").TryInput} input
 * @property {number} width As it came, like `height`.
 * @property {number} height
 * @property {number} smallWidth As it is sent, like `smallHeight`.
 * @property {number} smallHeight
 */

/**
 * @param {Blob} file
 * @returns {Promise<Photograph | "large" | "unreadable">}
 */
export async function readPhotograph(file) {
  if (file.size > MOST_BYTES) {
    return "large";
  }
  try {
    const bitmap = await createImageBitmap(file);
    const { width, height } = bitmap;
    const scale = Math.min(1, LARGEST_SIDE_PX / Math.max(width, height));
    const smallWidth = Math.max(Math.round(width * scale), 1);
    const smallHeight = Math.max(Math.round(height * scale), 1);
    const pixels = pixelsOf(bitmap, smallWidth, smallHeight);
    bitmap.close();
    /** @type {import("./protocol.js").TryInput} */
    const input = { kind: "photograph", height: smallHeight, width: smallWidth, pixels };
    return { input, width, height, smallWidth, smallHeight };
  } catch {
    return "unreadable";
  }
}

/** The picture in files that were dropped or pasted. @param {DataTransfer | null} transfer */
export function pictureIn(transfer) {
  const files = [...(transfer?.files ?? [])];
  return files.find(({ type }) => type.startsWith("image/")) ?? files[0];
}

/**
 * Red, green and blue of each pixel; where the picture is transparent, white paper shows.
 *
 * @param {ImageBitmap} bitmap
 * @param {number} width
 * @param {number} height
 */
function pixelsOf(bitmap, width, height) {
  const canvas = new OffscreenCanvas(width, height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const pixels = new Uint8Array(3 * width * height);
  for (let at = 0; at < width * height; at += 1) {
    pixels.set(data.subarray(4 * at, 4 * at + 3), 3 * at);
  }
  return pixels;
}
