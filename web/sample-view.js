/** One sample as it is: an image, a text, a curve, or its first numbers with their names. */

import { html, nothing, svg } from "lit";
import { imageCanvas } from "./images.js";
import { formatValue, t } from "./locale.js";

/** @typedef {import("./protocol.js").Shown} Shown */

const CURVE = { width: 100, height: 36 };

/**
 * @param {Shown} shown
 * @param {number} at Which of its samples.
 */
export function sampleView(shown, at) {
  if (shown.images) {
    return imageCanvas(shown.images, at);
  }
  if (shown.texts) {
    return html`<span class="words">${shown.texts[at]}</span>`;
  }
  if (shown.series) {
    return sparkline(shown.series[at]);
  }
  return numbers(shown, at);
}

/** What tiles of such samples need: room for an image, or for lines of text. @param {Shown} shown */
export function formOf(shown) {
  return shown.images ? "images" : shown.series ? "curves" : "lines";
}

/** How a listener hears of a sample. @param {Shown} shown @param {number} at @returns {string} */
export function spokenSample(shown, at) {
  if (shown.texts) {
    return shown.texts[at];
  }
  return shown.images || shown.series
    ? ""
    : shown.features[at].map((value, i) => `${nameOf(shown, i)} ${formatValue(value)}`).join(", ");
}

/** The name of a column. @param {Shown} shown @param {number} column */
export function nameOf({ names }, column) {
  return names[column] || `x${column + 1}`;
}

/** @param {Shown} shown @param {number} at */
function numbers(shown, at) {
  const { features, width, names } = shown;
  const hidden = width - features[at].length;
  return html`
    <span class="numbers ${names.length > 0 ? "named" : ""}">
      ${features[at].map(
        (value, column) => html`
          <span class="name">${nameOf(shown, column)}</span>
          <span class="value">${formatValue(value)}</span>
        `,
      )}
      ${hidden > 0 ? html`<span class="more">${t("samples.more", { count: hidden })}</span>` : nothing}
    </span>
  `;
}

/** A curve without axes. @param {number[]} values */
export function sparkline(values) {
  const finite = values.filter((value) => Math.abs(value) < 1e300);
  const low = Math.min(...finite);
  const span = Math.max(...finite) - low || 1;
  const step = CURVE.width / Math.max(values.length - 1, 1);
  let pen = "M";
  let path = "";
  for (const [at, value] of values.entries()) {
    if (Math.abs(value) < 1e300) {
      const y = CURVE.height - 2 - ((value - low) / span) * (CURVE.height - 4);
      path += `${pen}${(at * step).toFixed(1)} ${y.toFixed(1)}`;
      pen = "L";
    } else {
      pen = "M";
    }
  }
  return html`
    <svg class="curve" viewBox="0 0 ${CURVE.width} ${CURVE.height}" preserveAspectRatio="none" aria-hidden="true">
      ${svg`<path d=${path} />`}
    </svg>
  `;
}
