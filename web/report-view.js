/** Draws each kind of report on what a model says: answers, pairs, sequences, and plots. */

import { html, nothing } from "lit";
import { formatMetric, formatNumber, t } from "./locale.js";
import { className, mark } from "./prediction-tile.js";
import { sampleView, spokenSample } from "./sample-view.js";
import { scatter } from "./scatter.js";

/** @typedef {import("./protocol.js").RegressionReport} RegressionReport */
/** @typedef {import("./protocol.js").PairReport} PairReport */
/** @typedef {import("./protocol.js").LabelReport} LabelReport */
/** @typedef {import("./protocol.js").SequenceReport} SequenceReport */
/** @typedef {import("./protocol.js").Shown} Shown */

/**
 * @param {RegressionReport} report
 * @param {{width: number, height: number}} size
 * @param {boolean} explained Whether there is room for a legend.
 */
export function regressionView(report, size, explained) {
  const { total, meanAbsoluteError, actual, predicted, input, notNumbers } = report;
  const error = formatMetric(meanAbsoluteError);
  const description = t("predictions.regressionPlot", { total, error });
  const labels = explained
    ? input
      ? { xLabel: t("samples.x"), yLabel: t("samples.y") }
      : { xLabel: t("predictions.actual"), yLabel: t("predictions.predicted") }
    : { xLabel: "", yLabel: "" };
  const plot = input
    ? { x: input, y: actual, line: { x: input, y: predicted } }
    : { x: actual, y: predicted, line: diagonal(actual) };
  const shown = actual.length < total ? t("predictions.pointsShown", { shown: actual.length }) : "";
  return html`
    ${scatter({ ...plot, ...labels, ...size, description })}
    ${
      explained
        ? html`<p class="note">${t(input ? "predictions.curveLegend" : "predictions.pairLegend")} ${shown}</p>`
        : nothing
    }
    ${notNumbers > 0 ? html`<p class="note lost">${t("predictions.notNumbers", { count: notNumbers })}</p>` : nothing}
  `;
}

/** @param {number[]} values */
function diagonal(values) {
  const finite = values.filter(Number.isFinite);
  const ends = finite.length > 0 ? [Math.min(...finite), Math.max(...finite)] : [];
  return { x: ends, y: ends };
}

/**
 * What came in beside what came out.
 *
 * @param {PairReport} report
 * @param {number} count How many.
 */
export function pairsView({ inputs, outputs, targets, indices }, count) {
  /** @type {[string, Shown | null][]} */
  const parts = [
    [t("predictions.in"), inputs],
    [t("predictions.out"), outputs],
    [t("predictions.wanted"), targets],
  ];
  const shown = parts.filter(([, part]) => part !== null);
  return html`
    <ol class=${outputs.images ? "pairs images" : "pairs lines"}>
      ${indices.slice(0, count).map(
        (index, at) => html`
          <li
            class="tile pair"
            data-stop
            tabindex=${at === 0 ? 0 : -1}
            aria-label=${t("predictions.pair", { index: String(index) })}
          >
            ${shown.map(
              ([name, part]) => html`
                <figure>
                  ${sampleView(/** @type {Shown} */ (part), at)}
                  <figcaption>${name}</figcaption>
                </figure>
              `,
            )}
          </li>
        `,
      )}
    </ol>
  `;
}

/** Several labels at once, which a sample may have or not. @param {LabelReport} report */
export function labelsView({ indices, samples, truths, guesses, names }) {
  const listed = (/** @type {number[]} */ numbers) =>
    numbers.map((number) => className(number, names)).join(", ") || t("predictions.noLabel");
  return html`
    <ol class="lines">
      ${indices.map((_, at) => {
        const right = String(truths[at]) === String(guesses[at]);
        const values = { guess: listed(guesses[at]), label: listed(truths[at]) };
        const words = right ? values.guess : t("predictions.says", values);
        const spoken = [words, spokenSample(samples, at)].filter(Boolean).join("; ");
        return html`
          <li
            class="tile ${right ? "right" : "wrong"}"
            data-stop
            tabindex=${at === 0 ? 0 : -1}
            aria-label=${`${t(right ? "predictions.right" : "predictions.wrong")}: ${spoken}`}
          >
            <div class="sample" aria-hidden="true">${sampleView(samples, at)}</div>
            <div class="guess" aria-hidden="true">${mark(right)} ${words}</div>
          </li>
        `;
      })}
    </ol>
  `;
}

/**
 * A class for each step of a sequence, with those that are wrong struck by a mark.
 *
 * @param {SequenceReport} report
 */
export function sequencesView({ indices, inputs, labels, guesses, names, steps }) {
  return html`
    <ol class="sequences">
      ${indices.map((index, at) => {
        const wrong = guesses[at].filter((guess, step) => guess !== labels[at][step]).length;
        return html`
          <li
            class="tile"
            data-stop
            tabindex=${at === 0 ? 0 : -1}
            aria-label=${t("predictions.sequence", { index: String(index), wrong, steps: guesses[at].length })}
          >
            <div class="table">
              <table aria-hidden="true">
                ${inputs ? sequenceRow(t("predictions.in"), inputs[at].map(stepValue)) : nothing}
                ${sequenceRow(
                  t("predictions.saysRow"),
                  guesses[at].map((guess) => className(guess, names)),
                  guesses[at].map((guess, step) => guess !== labels[at][step]),
                )}
                ${sequenceRow(
                  t("predictions.isRow"),
                  labels[at].map((label) => className(label, names)),
                )}
              </table>
            </div>
            ${
              steps > labels[at].length
                ? html`<span class="note">${t("predictions.stepsShown", { shown: labels[at].length, steps })}</span>`
                : nothing
            }
          </li>
        `;
      })}
    </ol>
  `;
}

/** @param {number} value */
function stepValue(value) {
  return Number.isInteger(value)
    ? String(value)
    : formatNumber(value, { maximumFractionDigits: 2 });
}

/**
 * @param {string} name
 * @param {string[]} cells
 * @param {boolean[]} [wrong]
 */
function sequenceRow(name, cells, wrong = []) {
  return html`
    <tr>
      <th>${name}</th>
      ${cells.map((cell, at) => html`<td class=${wrong[at] ? "off" : ""}>${cell}${wrong[at] ? "✗" : ""}</td>`)}
    </tr>
  `;
}
