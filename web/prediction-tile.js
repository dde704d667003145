/** One sample with the model's answer: right or wrong shows in words, a mark and a border. */

import { html, nothing, svg } from "lit";
import { formatPercent, t } from "./locale.js";
import { formOf, sampleView, spokenSample } from "./sample-view.js";

/** @typedef {import("./protocol.js").Gallery} Gallery */

const BASELINE = 16;

/**
 * What a class is called.
 *
 * @param {number} number -1 for the answer of a model that says NaN.
 * @param {string[] | null} names
 */
export function className(number, names) {
  return number < 0 ? "NaN" : (names?.[number] ?? String(number));
}

/**
 * @param {Gallery} gallery
 * @param {number} at Which of its samples.
 * @param {string[] | null} names Of the classes.
 * @param {boolean} stop Whether it is the tab stop of its gallery.
 */
export function predictionTile(gallery, at, names, stop) {
  const { labels, guesses, certainties, probabilities, samples, indices } = gallery;
  const right = guesses[at] === labels[at];
  const percent = formatPercent(certainties[at] || 0, certainties[at] > 0.99 ? 1 : 0);
  const guess = className(guesses[at], names);
  const label = className(labels[at], names);
  const answer =
    guesses[at] < 0
      ? "predictions.nanTile"
      : right
        ? "predictions.rightTile"
        : "predictions.wrongTile";
  const parts = [t(answer, { guess, label, percent }), spokenSample(samples, at)];
  const description = parts.filter(Boolean).join("; ");
  return html`
    <li
      class="tile ${right ? "right" : "wrong"} ${formOf(samples)}"
      data-stop
      tabindex=${stop ? 0 : -1}
      aria-label=${description}
      title=${`${description} (${t("predictions.place", { index: String(indices[at]) })})`}
    >
      <div class="sample" aria-hidden="true">${sampleView(samples, at)}</div>
      <div class="answer" aria-hidden="true">
        <div class="guess">
          ${mark(right)}
          <span>${right ? guess : t("predictions.says", { guess, label })}</span>
        </div>
        ${guesses[at] < 0 ? nothing : html`<div class="percent">${percent}</div>`}
      </div>
      ${bars(probabilities[at], guesses[at], labels[at])}
    </li>
  `;
}

/** @param {boolean} right */
export function mark(right) {
  return html`
    <svg class="mark" width="11" height="11" viewBox="0 0 13 13" aria-hidden="true">
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
