/** Charts kept as pictures: saved as files, or copied. */

import { saveFile } from "./files.js";
import { toast } from "./notices.js";
import { fileNameOf } from "./program-files.js";
import { drawnTitle } from "./runs.js";

/** @typedef {import("../chart-picture.js").Chart} Chart */

/** Of more charts, the file's name does not name each. */
const MAX_NAMED = 3;

/** Whether this browser copies pictures. */
export function copiesPictures() {
  return typeof ClipboardItem === "function" && Boolean(navigator.clipboard?.write);
}

/** Saves charts as one PNG file. @param {Chart[]} charts */
export async function saveCharts(charts) {
  try {
    saveFile(nameOf(charts), await pngOf(charts));
  } catch {
    toast("toast.noPicture");
  }
}

/** Copies charts as one picture. @param {Chart[]} charts */
export async function copyCharts(charts) {
  try {
    // Some browsers take a picture only while they handle the click, so a promise of one is given.
    await navigator.clipboard.write([new ClipboardItem({ "image/png": pngOf(charts) })]);
    toast("toast.pictureCopied");
  } catch {
    toast("toast.pictureNotCopied");
  }
}

/**
 * @param {Chart[]} charts
 * @returns {Promise<Blob>}
 */
async function pngOf(charts) {
  const { drawCharts } = await import("../chart-image.js");
  const canvas = await drawCharts(charts, drawnTitle());
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png");
  });
}

/** @param {Chart[]} charts */
function nameOf(charts) {
  const names = charts.map(({ name }) => name);
  const shown = names.length > MAX_NAMED ? "charts" : names.join("-");
  const title = drawnTitle().replaceAll(": ", ", "); // a colon may be in no file's name
  return `${fileNameOf(title)}-${fileNameOf(shown)}.png`;
}
