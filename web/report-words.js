/** What is said about a report: its score, which samples it is of, and why there is none. */

import { formatMetric, formatPercent, t } from "./locale.js";

/** @typedef {import("./protocol.js").OneReport} OneReport */
/** @typedef {import("./protocol.js").NoReport} NoReport */
/** @typedef {import("./protocol.js").SampleSet} SampleSet */
/** @typedef {import("./state/data.js").Data} Data */
/** @typedef {import("./state/data.js").Predictions} Predictions */
/** @typedef {import("./locale.js").StringKey} StringKey */

/** @type {Record<string, StringKey>} */
const SETS = {
  test: "set.test",
  validation: "set.validation",
  training: "set.training",
  "": "set.unnamed",
};

/** @type {Record<SampleSet["origin"], StringKey>} */
const ORIGINS = {
  variables: "set.variables",
  validation_data: "set.validationData",
  validation_split: "set.validationSplit",
  evaluate: "set.evaluate",
  fit: "set.fit",
};

/** What a set is called in a sentence. @param {SampleSet} set */
export function nameOfSet({ name }) {
  return name in SETS ? t(SETS[name]) : name;
}

/**
 * The number that says how good the model is, and what it counts.
 *
 * @param {OneReport} report
 * @returns {{figure: string, text: string}}
 */
export function scoreOf(report) {
  const { total } = report;
  switch (report.kind) {
    case "classes":
      return {
        figure: formatPercent(report.correct / total),
        text: t("predictions.correct", { correct: report.correct, total }),
      };
    case "labels":
      return {
        figure: formatPercent(report.correct / (total * report.labels)),
        text: t("predictions.labels", { exact: report.exact, total }),
      };
    case "sequences":
      return {
        figure: formatPercent(report.correct / (total * report.steps)),
        text: t("predictions.steps", { steps: report.steps, total }),
      };
    case "pairs":
      return {
        figure: formatMetric(report.meanAbsoluteError),
        text: t(report.targets ? "predictions.pairs" : "predictions.pairsInput", { total }),
      };
    case "regression":
      return {
        figure: formatMetric(report.meanAbsoluteError),
        text: t("predictions.error", { total, rmse: formatMetric(report.rootMeanSquaredError) }),
      };
  }
}

/** Which samples the model was asked about. @param {SampleSet} set */
export function describeSet(set) {
  const { origin, variables, share, partial, total, lookedAt } = set;
  const names = variables.join(t("set.and"));
  const parts = [t(ORIGINS[origin], { names, share: formatPercent(share) })];
  if (names && origin !== "variables" && origin !== "validation_split") {
    parts.push(t("set.names", { names }));
  }
  if (partial) {
    parts.push(t("set.partial"));
  }
  if (lookedAt < total) {
    parts.push(t("set.lookedAt", { lookedAt, total }));
  }
  return parts.join(t("set.space"));
}

/** Of which moment the predictions are. @param {Data} values */
export function describeMoment({ predictions, earlier, finished, failed, failure }) {
  if (earlier) {
    return t(failed ? "predictions.earlierFailed" : "predictions.earlier");
  }
  if (failure || !predictions?.final) {
    return t(finished ? "predictions.lastLive" : "predictions.live");
  }
  return t(failed ? "predictions.finalFailed" : "predictions.final");
}

/** Why there is nothing to see yet, or will be nothing. @param {Data} values */
export function describeNothing({ predictions, earlier, failure, finished, failed }) {
  if (failure) {
    return t("predictions.failed", { detail: failure });
  }
  const report = earlier ? undefined : predictions?.report;
  if (report?.kind === "nothing") {
    return report.why === "samples" ? t("predictions.noSamples") : describeShapes(report);
  }
  if (failed) {
    return t("predictions.runFailed");
  }
  return t(finished ? "predictions.noModel" : "predictions.empty");
}

/** @param {NoReport} report */
function describeShapes({ shapes }) {
  const written = shapes.map((shape) =>
    shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`,
  );
  return shapes.length > 0
    ? t("predictions.notShown", { shapes: written.join(t("set.and")) })
    : t("predictions.notComparable");
}
