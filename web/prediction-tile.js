/** One sample with the model's answer: right or wrong shows in a mark and a border, not only colour. */

import { html, nothing, svg } from "lit";
import { imageCanvas } from "./images.js";
import { formatMetric, formatPercent, t } from "./locale.js";

/** @typedef {import("./protocol.js").Gallery} Gallery */

const BASELINE = 16;

/**
 * @param {Gallery} gallery
 * @param {number} at Which of its samples.
 */
export function predictionTile(gallery, at) {
  const { labels, guesses, certainties, probabilities, features, images } = gallery;
  const right = guesses[at] === labels[at];
  const percent = formatPercent(certainties[at], certainties[at] > 0.99 ? 1 : 0);
  const values = { label: String(labels[at]), guess: String(guesses[at]), percent };
  const description = t(right ? "predictions.rightTile" : "predictions.wrongTile", values);
  return html`
    <li class=${right ? "right" : "wrong"} aria-label=${description} title=${description}>
      ${
        images
          ? imageCanvas(images, at)
          : html`<span class="row">${features[at].map(formatMetric).join(" ")}</span>`
      }
      <div class="answer" aria-hidden="true">
        <div class="guess">${guesses[at]} ${mark(right)}</div>
        <div class="percent">${percent}</div>
      </div>
      ${bars(probabilities[at], guesses[at], labels[at])}
    </li>
  `;
}

/** @param {boolean} right */
function mark(right) {
  return html`
    <svg class="mark" width="13" height="13" viewBox="0 0 13 13" aria-hidden="true">
      <path
        d=${right ? "M1.5 7l3.5 3.5L11.5 2.5" : "M2 2l9 9M11 2l-9 9"}
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        stroke-linecap="round"
      />
    </svg>
  `;
}

/**
 * One bar for each of the first classes, from the base line up; a tick below the line shows the true class.
 *
 * @param {number[]} probabilities
 * @param {number} guess
 * @param {number} label
 */
function bars(probabilities, guess, label) {
  const width = 100 / probabilities.length;
  return html`
    <svg class="bars" viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true">
      <path class="base" d="M0 ${BASELINE}H100" />
      ${probabilities.map((probability, index) => {
        // A model whose loss went to NaN says NaN here too.
        const height = Math.max((probability || 0) * BASELINE, 0.4);
        return svg`
          <rect
            class=${index === guess ? "bar guessed" : "bar"}
            x=${index * width + width * 0.15} width=${width * 0.7}
            y=${BASELINE - height} height=${height}
          />
        `;
      })}
      ${
        label >= 0 && label < probabilities.length
          ? svg`<rect class="true" x=${label * width + width * 0.15} width=${width * 0.7} y="18" height="2" />`
          : nothing
      }
    </svg>
  `;
}
