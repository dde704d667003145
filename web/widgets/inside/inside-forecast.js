/** What was forecast over what came, in the order of time. */

import { html, nothing } from "lit";
import { InsideElement } from "../../inside-element.js";
import { choice, tableOf } from "../../inside-parts.js";
import { formatMetric, t } from "../../locale.js";
import { chooseIn } from "../../state/inspection.js";

/** @typedef {import("../../protocol.js").ForecastReport} ForecastReport */

/** @extends {InsideElement<ForecastReport>} */
class InsideForecast extends InsideElement {
  render() {
    const { report } = this;
    if (!report) {
      return nothing;
    }
    const { truth, forecast, error, naive, total, outputs, output } = report;
    const words = t(error < naive ? "inside.forecastBetter" : "inside.forecastWorse", {
      error: formatMetric(error),
      naive: formatMetric(naive),
      shown: truth.length,
      total,
    });
    const names = Array.from({ length: outputs }, (_, at) => `y[${at}]`);
    const lines = [
      { label: t("inside.truth"), values: truth, token: "--series-1" },
      { label: t("inside.forecast"), values: forecast, token: "--series-2", dashed: true },
    ];
    return html`
      <div class="tools">
        ${choice(t("predictions.output"), names, names[output], (name) =>
          chooseIn("forecast", { output: names.indexOf(name) }),
        )}
      </div>
      <series-lines
        .places=${truth.map((_, at) => at)}
        .lines=${lines}
        label=${words}
        axis=${t("inside.time")}
      ></series-lines>
      <p class="words">${words}</p>
      ${tableOf(
        [t("inside.time"), t("inside.truth"), t("inside.forecast")],
        truth
          .slice(0, 100)
          .map((value, at) => [String(at), formatMetric(value), formatMetric(forecast[at])]),
        t("inside.forecast"),
      )}
    `;
  }
}

customElements.define("inside-forecast", InsideForecast);
