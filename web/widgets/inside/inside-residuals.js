/** By how much a regression is off, and whether that hangs on what it predicts. */

import { html, nothing } from "lit";
import { InsideElement } from "../../inside-element.js";
import { choice, histogram, tableOf } from "../../inside-parts.js";
import { formatMetric, formatPercent, t } from "../../locale.js";
import { scatter } from "../../scatter.js";
import { chooseIn } from "../../state/inspection.js";
import { WidthController } from "../../width.js";

/** @typedef {import("../../protocol.js").ResidualsReport} ResidualsReport */

const HEIGHT_PX = 280;
const WIDEST_PX = 560;

/** @extends {InsideElement<ResidualsReport>} */
class InsideResiduals extends InsideElement {
  constructor() {
    super();
    this.size = new WidthController(this);
  }

  render() {
    const { report } = this;
    if (!report) {
      return nothing;
    }
    const { total, mean, deviation, within, explained, predicted, residuals, notNumbers } = report;
    const words = t("inside.residualWords", {
      mean: formatMetric(mean),
      deviation: formatMetric(deviation),
      within: formatPercent(within),
      explained: Number.isFinite(explained) ? formatPercent(explained) : "–",
      total,
    });
    const finite = predicted.filter(Number.isFinite);
    const ends = [Math.min(...finite), Math.max(...finite)];
    return html`
      <div class="tools">
        ${choice(t("predictions.output"), report.outputs, report.outputs[report.output], (name) =>
          chooseIn("residuals", { output: report.outputs.indexOf(name) }),
        )}
      </div>
      <p class="words">${words}</p>
      ${notNumbers > 0 ? html`<p class="lost">${t("inside.notNumbers", { count: notNumbers })}</p>` : nothing}
      ${scatter({
        x: predicted,
        y: residuals,
        line: finite.length > 0 ? { x: ends, y: [0, 0] } : null,
        width: Math.min(Math.max(this.size.width_px, 200), WIDEST_PX),
        height: HEIGHT_PX,
        xLabel: t("predictions.predicted"),
        yLabel: t("inside.residual"),
        description: words,
      })}
      <p class="note">${t("inside.residualLegend")}</p>
      ${tableOf(
        [t("inside.number"), t("predictions.predicted"), t("inside.residual")],
        predicted
          .slice(0, 50)
          .map((value, at) => [String(at + 1), formatMetric(value), formatMetric(residuals[at])]),
        t("inside.residuals"),
      )}
      <h3>${t("inside.spread")}</h3>
      ${histogram(report.counts, report.edges, words)}
    `;
  }
}

customElements.define("inside-residuals", InsideResiduals);
