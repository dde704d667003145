/** One training step, from a batch to updated weights, and how the gradient of a weight comes about. */

import { css, html, nothing } from "lit";
import { InsideElement } from "../../inside-element.js";
import { choice, shapeText, shortTime } from "../../inside-parts.js";
import { formatMetric, formatNumber, formatPercent, t } from "../../locale.js";
import { chooseIn } from "../../state/inspection.js";

/** @typedef {import("../../protocol.js").StepReport} StepReport */
/** @typedef {import("../../protocol.js").StepStage} StepStage */
/** @typedef {import("../../protocol.js").StepChain} StepChain */

const PARTS = /** @type {const} */ (["forward", "loss", "backward", "update"]);

/** @extends {InsideElement<StepReport>} */
class InsideStep extends InsideElement {
  static styles = [
    .../** @type {import("lit").CSSResult[]} */ (InsideElement.styles),
    css`
      .whole {
        position: relative; /* what is hidden in it is cut off with it */
        overflow-x: auto;
      }

      .stages {
        width: 100%;
        max-width: 46rem;
      }

      .stages th[scope="row"],
      .stages th[scope="rowgroup"] {
        padding-left: var(--space-3);
        color: var(--text);
        text-align: left;
        white-space: normal;
      }

      .stages th[scope="rowgroup"] {
        padding: var(--space-3) 0 var(--space-1);
        border-bottom: 0;
        font-weight: var(--weight-strong);
      }

      .stages .kind {
        color: var(--text-muted);
      }

      .stages .bar {
        width: 30%;
        min-width: 4rem;
      }

      .bar i {
        display: block;
        width: var(--share);
        min-width: 1px;
        height: 0.625rem;
        border-radius: 2px;
        background: var(--series-1);
      }

      .bar i.backward {
        background: var(--series-2);
      }

      .bar i.update {
        background: var(--series-3);
      }

      details.does {
        color: var(--text-muted);
        font-size: var(--size-small);
        white-space: normal;
      }

      .does summary {
        cursor: pointer;
      }

      .formula {
        display: flex;
        flex-wrap: wrap;
        align-items: stretch;
        gap: var(--space-2);
        margin: var(--space-3) 0;
      }

      .factor {
        display: flex;
        flex-direction: column;
        justify-content: space-between;
        max-width: 11rem;
        padding: var(--space-2) var(--space-3);
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        background: var(--surface-sunken);
        font-size: var(--size-small);
      }

      .factor b {
        font-size: var(--size-lead);
        font-variant-numeric: tabular-nums;
      }

      .result {
        display: flex;
        gap: var(--space-2);
      }

      .sign {
        align-self: center;
        font-size: var(--size-title);
      }
    `,
  ];

  render() {
    const { report } = this;
    if (!report) {
      return nothing;
    }
    const { batch, loss, seconds, backend, stages } = report;
    const known = seconds !== null && backend !== "";
    return html`
      <p class="words">
        ${t("inside.stepWords", { batch, loss: formatMetric(loss) })}
        ${known ? t("inside.stepTime", { time: shortTime(seconds), backend: t(`backend.name.${backend}`) }) : t("inside.stepNoTime")}
      </p>
      <div class="whole" role="group" tabindex="0" aria-label=${t("inside.step")}>
        <table class="stages">
          <thead>
            <tr>
              <th scope="col"><span class="hidden-text">${t("inside.part")}</span></th>
              <th scope="col">${t("inside.shape")}</th>
              <th scope="col">${t("inside.equations")}</th>
              <th scope="col">${t("inside.duration")}</th>
              <th scope="col">${t("inside.share")}</th>
              <td></td>
            </tr>
          </thead>
          ${PARTS.map((part) => this.renderPart(part, stages, seconds))}
        </table>
      </div>
      ${report.chain ? this.renderChain(report, report.chain) : html`<p class="note">${t("inside.noChain")}</p>`}
    `;
  }

  /**
   * @param {StepStage["part"]} part
   * @param {StepStage[]} stages
   * @param {number | null} seconds
   */
  renderPart(part, stages, seconds) {
    const own = stages.filter((stage) => stage.part === part);
    if (own.length === 0) {
      return nothing;
    }
    return html`
      <tbody>
        <tr><th scope="rowgroup" colspan="6">${t(`inside.part.${part}`)}</th></tr>
        ${own.map((stage) => {
          const time = stage.seconds;
          const share = time === null || !seconds ? null : time / seconds;
          return html`
            <tr>
              <th scope="row">
                ${stage.name === "metrics" && stage.layerClass === "" ? t("inside.metrics") : stage.name}
                <span class="kind">${stage.layerClass}</span>
                ${
                  stage.primitives.length > 0
                    ? html`
                      <details class="does">
                        <summary>${t("inside.does")}</summary>
                        ${stage.primitives.join(", ")}${stage.equations > stage.primitives.length ? " …" : ""}
                      </details>
                    `
                    : nothing
                }
              </th>
              <td>${stage.shape === null ? "" : shapeText(stage.shape)}</td>
              <td>${formatNumber(stage.equations)}</td>
              <td>${time === null ? "–" : time > 0 ? shortTime(time) : t("inside.withOthers")}</td>
              <td>${share === null ? "–" : formatPercent(share)}</td>
              <td class="bar" aria-hidden="true">
                ${share ? html`<i class=${part} style="--share: ${(100 * share).toFixed(1)}%"></i>` : nothing}
              </td>
            </tr>
          `;
        })}
      </tbody>
    `;
  }

  /** @param {StepReport} report @param {StepChain} chain */
  renderChain({ weights, batch }, chain) {
    const { weight, shape, row, column, value, gradient, after, sample, share, links } = chain;
    const place = (/** @type {"row" | "column"} */ name) => (/** @type {Event} */ event) => {
      const chosen = Number(/** @type {HTMLInputElement} */ (event.currentTarget).value) || 0;
      chooseIn("step", { weight, row, column, [name]: chosen });
    };
    return html`
      <h3>${t("inside.chain")}</h3>
      <p class="note">${t("inside.chainAbout")}</p>
      <div class="tools">
        ${choice(t("inside.layer"), weights, weight, (name) =>
          chooseIn("step", { weight: name, row: null, column: 0 }),
        )}
        <label class="note">
          ${t("inside.fromInput")}
          <input type="number" min="0" max=${shape[0] - 1} .value=${String(row)} @change=${place("row")} />
        </label>
        <label class="note">
          ${t("inside.toUnit")}
          <input type="number" min="0" max=${shape[1] - 1} .value=${String(column)} @change=${place("column")} />
        </label>
      </div>
      <p class="note">${t("inside.ofSampleInBatch", { sample: sample + 1, batch })}</p>
      <div class="formula" role="group" aria-label=${t("inside.chain")}>
        ${links.map(
          (link, at) => html`
            ${at > 0 ? html`<span class="sign">×</span>` : nothing}
            <span class="factor">${t(`inside.link.${link.name}`)} <b>${formatMetric(link.value)}</b></span>
          `,
        )}
        <span class="result">
          <span class="sign">=</span>
          <span class="factor">${t("inside.link.share")} <b>${formatMetric(share)}</b></span>
        </span>
      </div>
      <p class="words">
        ${t("inside.chainSum", {
          batch,
          gradient: formatMetric(gradient),
          value: formatMetric(value),
          after: formatMetric(after),
        })}
      </p>
    `;
  }
}

customElements.define("inside-step", InsideStep);
