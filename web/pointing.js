/** Points at a part of the page: opens the view that it is in, and marks it for a moment. */

import { show } from "./state/view.js";

/** @typedef {import("./state/view.js").ViewName} ViewName */

/** What a lesson may point at, and where that is. @type {Record<string, {view: ViewName | null, selector: string}>} */
const PARTS = {
  run: { view: null, selector: "run-controls" },
  code: { view: "code", selector: "code-editor" },
  charts: { view: "train", selector: "training-charts" },
  controls: { view: "train", selector: "training-controls" },
  details: { view: "train", selector: "training-charts" },
  strip: { view: "train", selector: "prediction-strip" },
  predictions: { view: "predict", selector: "prediction-panel" },
  try: { view: "predict", selector: "try-panel" },
  data: { view: "data", selector: "sample-panel" },
  runs: { view: "runs", selector: "run-table" },
  console: { view: "print", selector: "console-output" },
};
const MARKED_MS = 2500;

/** @param {string} part */
export function pointAt(part) {
  const { view, selector } = PARTS[part];
  if (view) {
    show(view);
  }
  const element = document.querySelector(selector);
  requestAnimationFrame(() => element?.scrollIntoView({ block: "nearest" }));
  element?.classList.add("pointed");
  setTimeout(() => element?.classList.remove("pointed"), MARKED_MS);
}
