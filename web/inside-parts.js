/** What several views of a model's inside are made of: tables, choices, histograms, the sample. */

import { html, nothing, svg } from "lit";
import { formatMetric, formatNumber, formatPercent, formatValue, t } from "./locale.js";
import { className, mark } from "./prediction-tile.js";
import { formOf, sampleView, spokenSample } from "./sample-view.js";
import { chooseSample } from "./state/inspection.js";

/** @typedef {import("./protocol.js").InspectedSample} InspectedSample */

const BARS = { width: 480, height: 110 };

/**
 * The numbers of a picture, to be read.
 *
 * @param {string[]} heads
 * @param {(string | number)[][]} rows The first of each row names it.
 * @param {string} [caption]
 */
export function tableOf(heads, rows, caption = "") {
  return html`
    <details class="numbers-of">
      <summary>${t("inside.table")}</summary>
      <div class="scrolling" role="group" tabindex="0" aria-label=${caption || t("inside.table")}>
        <table>
          <thead>
            <tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr>
          </thead>
          <tbody>
            ${rows.map(
              ([first, ...rest]) => html`
                <tr><th scope="row">${first}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    </details>
  `;
}

/**
 * A choice of one thing from a list.
 *
 * @param {string} label
 * @param {string[]} names
 * @param {string} chosen
 * @param {(name: string) => void} choose
 */
export function choice(label, names, chosen, choose) {
  if (names.length < 2) {
    return nothing;
  }
  const change = (/** @type {Event} */ event) =>
    choose(/** @type {HTMLSelectElement} */ (event.currentTarget).value);
  return html`
    <label class="note">
      ${label}
      <select @change=${change}>
        ${names.map((name) => html`<option value=${name} ?selected=${name === chosen}>${name}</option>`)}
      </select>
    </label>
  `;
}

/**
 * How often numbers lie in each of a few ranges.
 *
 * @param {number[]} counts
 * @param {number[]} edges
 * @param {string} description
 */
export function histogram(counts, edges, description) {
  if (counts.length === 0) {
    return nothing;
  }
  const most = Math.max(...counts, 1);
  const { width, height } = BARS;
  const step = width / counts.length;
  const zero = ((0 - edges[0]) / (edges[edges.length - 1] - edges[0] || 1)) * width;
  return html`
    <figure class="histogram">
      <svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label=${description}>
        ${counts.map((count, at) => {
          const tall = (count / most) * (height - 4);
          return svg`<rect class="bar" x=${at * step + 0.5} width=${Math.max(step - 1, 0.5)} y=${height - tall} height=${tall} />`;
        })}
        ${zero > 0 && zero < width ? svg`<path class="zero" d="M${zero.toFixed(1)} 0V${height}" />` : nothing}
      </svg>
      <figcaption class="ends">
        <span>${formatMetric(edges[0])}</span><span>${formatMetric(edges[edges.length - 1])}</span>
      </figcaption>
    </figure>
    ${tableOf(
      [t("inside.range"), t("inside.count")],
      counts.map((count, at) => [
        `${formatMetric(edges[at])} – ${formatMetric(edges[at + 1])}`,
        formatNumber(count),
      ]),
      description,
    )}
  `;
}

/** The sample that is looked at, what is said of it, and the way to others. @param {InspectedSample} report */
export function sampleHead(report) {
  const { sample, samples, index, input } = report;
  const change = (/** @type {Event} */ event) =>
    chooseSample(Number(/** @type {HTMLInputElement} */ (event.currentTarget).value) - 1);
  return html`
    <div class="of-sample">
      <div class="tile ${formOf(input)}" role="img" aria-label=${spokenOf(report)}>
        <div class="sample">${sampleView(input, 0)}</div>
      </div>
      <div>
        <p class="said">${answerOf(report)}</p>
        <div class="steps">
          <button aria-disabled=${sample === 0} @click=${() => chooseSample(sample - 1)}>
            ${t("inside.previous")}
          </button>
          <label class="note">
            ${t("inside.sample")}
            <input type="number" min="1" max=${samples} .value=${String(sample + 1)} @change=${change} />
          </label>
          <span class="note">${t("inside.ofSamples", { samples, index: String(index) })}</span>
          <button
            aria-disabled=${sample + 1 >= samples}
            @click=${() => sample + 1 < samples && chooseSample(sample + 1)}
          >
            ${t("inside.next")}
          </button>
        </div>
      </div>
    </div>
  `;
}

/** @param {InspectedSample} report */
function spokenOf({ input, index }) {
  return spokenSample(input, 0) || t("inside.sampleAt", { index: String(index) });
}

/** What the model says of a sample, and what it is. @param {InspectedSample} report */
export function answerOf({ guess, label, certainty, names, answer, truth }) {
  if (guess !== null && label !== null) {
    const values = {
      guess: className(guess, names),
      label: className(label, names),
      percent: formatPercent(certainty || 0),
    };
    const right = guess === label;
    return html`
      <span class=${right ? "right" : "wrong"}>
        ${mark(right)} ${t(guess < 0 ? "predictions.nanTile" : right ? "predictions.rightTile" : "predictions.wrongTile", values)}
      </span>
    `;
  }
  if (answer !== null) {
    const said = formatValue(answer);
    return truth === null
      ? t("inside.saysNumber", { answer: said })
      : t("inside.saysOf", { answer: said, truth: formatValue(truth) });
  }
  return nothing;
}

/** A shape as Python writes it. @param {number[]} shape */
export function shapeText(shape) {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}

/** A duration that is much shorter than a second. @param {number} seconds */
export function shortTime(seconds) {
  const microseconds = seconds * 1e6;
  const [value, unit] = microseconds < 1000 ? [microseconds, "µs"] : [microseconds / 1000, "ms"];
  return `${formatNumber(value, { maximumSignificantDigits: 3 })} ${unit}`;
}
