/** The weights of a layer: as pictures, how they are spread now, and how that went. */

import { css, html, nothing } from "lit";
import { InsideElement } from "../../inside-element.js";
import { choice, histogram, shapeText, tableOf } from "../../inside-parts.js";
import { formatMetric, t } from "../../locale.js";
import { chooseIn, courseKey, inspection } from "../../state/inspection.js";

/** @typedef {import("../../protocol.js").WeightsReport} WeightsReport */

/** Of the quantiles, those that are drawn, with their look. */
const LINES = [
  { quantile: 6, token: "--series-5", dashed: true, band: undefined },
  { quantile: 4, token: "--series-1", dashed: false, band: 3 },
  { quantile: 3, token: "--series-2", dashed: false, band: undefined },
  { quantile: 2, token: "--series-1", dashed: false, band: undefined },
  { quantile: 0, token: "--series-5", dashed: true, band: undefined },
];
const NAMES = /** @type {const} */ ([
  "inside.least",
  "inside.q5",
  "inside.q25",
  "inside.half",
  "inside.q75",
  "inside.q95",
  "inside.most",
]);

/** @extends {InsideElement<WeightsReport>} */
class InsideWeights extends InsideElement {
  static styles = [
    .../** @type {import("lit").CSSResult[]} */ (InsideElement.styles),
    css`
      map-grid {
        margin-bottom: var(--space-3);
      }
    `,
  ];

  render() {
    const { report } = this;
    if (!report) {
      return nothing;
    }
    const { layers, layer, weight, shape, total, lookedAt, notNumbers, counts, edges } = report;
    const weights = layers.find(({ name }) => name === layer)?.weights ?? [];
    const title = t("inside.weightOf", { weight, layer, shape: shapeText(shape) });
    return html`
      <div class="tools">
        ${choice(
          t("inside.layer"),
          layers.map(({ name }) => name),
          layer,
          (name) => chooseIn("weights", { layer: name, weight: "" }),
        )}
        ${choice(t("inside.weight"), weights, weight, (name) => chooseIn("weights", { weight: name }))}
      </div>
      <h3>${title}</h3>
      <p class="note">${t(`inside.pictures.${report.pictures}`)}</p>
      <map-grid ?wide=${report.pictures === "row"} .maps=${report.maps} label=${title}></map-grid>
      ${notNumbers > 0 ? html`<p class="lost">${t("inside.notNumbers", { count: notNumbers })}</p>` : nothing}
      <h3>${t("inside.spread")}</h3>
      ${lookedAt < total ? html`<p class="note">${t("inside.lookedAt", { lookedAt, total })}</p>` : nothing}
      ${histogram(counts, edges, this.spreadWords(report))}
      <p class="words">${this.spreadWords(report)}</p>
      ${this.renderCourse(report)}
    `;
  }

  /** @param {WeightsReport} report @returns {string} */
  spreadWords({ quantiles }) {
    if (quantiles.length === 0) {
      return t("inside.noNumbers");
    }
    const [low, , first, half, third, , high] = quantiles.map(formatMetric);
    return t("inside.spreadWords", { low, first, half, third, high });
  }

  /** @param {WeightsReport} report */
  renderCourse(report) {
    const course = inspection.values.courses.get(courseKey(report));
    if (!course || course.rows.length < 2) {
      return html`<p class="note">${t("inside.courseSoon")}</p>`;
    }
    const lines = LINES.map(({ quantile, ...look }) => ({
      ...look,
      label: t(NAMES[quantile]),
      values: course.rows.map((row) => row[quantile]),
    }));
    const step = Math.ceil(course.rows.length / 20);
    const few = course.rows.map((row, at) => ({ row, at })).filter(({ at }) => at % step === 0);
    return html`
      <h3>${t("inside.course")}</h3>
      <series-lines
        .places=${course.rows.map((_, at) => at + 1)}
        .lines=${lines}
        label=${t("inside.courseWords", { looks: course.rows.length })}
        axis=${t("inside.looks")}
      ></series-lines>
      ${tableOf(
        [t("inside.epochStep"), ...NAMES.map((name) => t(name))],
        few.map(({ row, at }) => [placeText(course.places[at]), ...row.map(formatMetric)]),
        t("inside.course"),
      )}
    `;
  }
}

/** @param {string} place Fit, epoch (from 0) and step. */
function placeText(place) {
  const [, epoch, step] = place.split(" ");
  return `${Number(epoch) + 1} / ${step}`;
}

customElements.define("inside-weights", InsideWeights);
