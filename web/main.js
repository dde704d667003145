/** Puts the page together: widgets, the state they show, and Python behind it. */

import "./widgets/backend-chip.js";
import "./widgets/code-editor.js";
import "./widgets/console-output.js";
import "./widgets/language-switch.js";
import "./widgets/load-status.js";
import "./widgets/metric-chart.js";
import "./widgets/more-menu.js";
import "./widgets/notice-bar.js";
import "./widgets/program-menu.js";
import "./widgets/program-note.js";
import "./widgets/progress-line.js";
import "./widgets/run-controls.js";
import "./widgets/split-handle.js";
import "./widgets/training-charts.js";
import "./widgets/training-controls.js";
import "./widgets/view-tabs.js";
import { fetchPlot } from "./chart-plots.js";
import { fetchPart, keepLayout, loadWhenShown } from "./layout.js";
import { goOnLearning, listenForTerms, toggleLessons } from "./learning.js";
import { addWords, language, onLanguageChange, t } from "./locale.js";
import { keepTitle } from "./page-title.js";
import { bindToFolder } from "./policy.js";
import { listenForShortcuts } from "./shortcuts.js";
import { noticeRestart, noticeStrayError, offerToGoOn } from "./state/actions.js";
import { chartView } from "./state/chart-view.js";
import { yieldToKeys } from "./state/drawing.js";
import { listenForDrops } from "./state/files.js";
import { watchInside } from "./state/inspection.js";
import { notices, tell } from "./state/notices.js";
import { keepOffline, listenForInstall } from "./state/offline.js";
import { listenForDeletion } from "./state/own-data.js";
import { fetchExamples } from "./state/program-shelf.js";
import { openFiles, showInLanguage, watchPrograms } from "./state/programs.js";
import { receive } from "./state/receivers.js";
import { restoreRuns } from "./state/runs.js";
import { startSession, whenReady } from "./state/session.js";
import { listenForLinks } from "./state/sharing.js";
import { sheets } from "./state/sheets.js";
import { listenForRefusal } from "./state/storage.js";
import { trying, watchTrials } from "./state/trying.js";
import { keepVersions, tidyVersions } from "./state/versions.js";
import { isShown, view } from "./state/view.js";
import { watchTraining } from "./state/watching.js";

/** @typedef {import("./locale.js").StringKey} StringKey */

/** The next toast tries again where it does not come. */
function fetchToasts() {
  import("./widgets/toast-stack.js").catch(() => {});
}

function showLanguage() {
  document.documentElement.lang = language();
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = t(/** @type {StringKey} */ (element.getAttribute("data-text")));
  }
  for (const element of document.querySelectorAll("[data-label]")) {
    const key = /** @type {StringKey} */ (element.getAttribute("data-label"));
    element.setAttribute("aria-label", t(key));
  }
  const folder = language() === "en" ? "" : `${language()}/`;
  document.querySelector("[data-guide]")?.setAttribute("href", `docs/${folder}guide.html`);
}

onLanguageChange(() => {
  showLanguage();
  showInLanguage();
});
listenForRefusal(() => tell("notice.notKept"));

loadWhenShown("predict", () => import("./widgets/prediction-panel.js"));
loadWhenShown("inside", async () => {
  await addWords({
    en: () => import("./locales/inside/en.json"),
    "zh-CN": () => import("./locales/inside/zh-CN.json"),
  });
  await import("./inside.js");
});
loadWhenShown("data", () => import("./widgets/sample-panel.js"));
loadWhenShown("runs", () =>
  Promise.all([import("./widgets/sweep-form.js"), import("./widgets/run-table.js")]),
);
loadWhenShown("files", () => import("./widgets/file-panel.js"));
chartView.subscribe(() => {
  const { table, details } = chartView.values;
  if (table) {
    fetchPart(() => import("./widgets/chart-table.js"));
  }
  if (details) {
    fetchPart(() => import("./widgets/training-details.js"));
  }
});
sheets.subscribe(() => {
  const { open } = sheets.values;
  if (open === "versions") {
    fetchPart(() => import("./widgets/version-sheet.js"));
  } else if (open === "delete-data") {
    fetchPart(() => import("./widgets/delete-sheet.js"));
  } else if (open === "share") {
    fetchPart(() => import("./widgets/share-sheet.js"));
  } else if (open === "gallery") {
    fetchPart(() => import("./widgets/example-gallery.js"));
  }
});
/** What each way to try a model is made of. @type {Record<import("./protocol.js").Way["kind"], () => Promise<unknown>>} */
const waysToTry = {
  image: () => import("./widgets/draw-pad.js"),
  numbers: () => import("./widgets/try-numbers.js"),
  text: () => import("./widgets/try-text.js"),
  latent: () => import("./widgets/latent-pad.js"),
};
function fetchTrials() {
  const { ways, model } = trying.values;
  if (model !== "" && isShown("predict")) {
    const parts = ways.map(({ kind }) => waysToTry[kind]());
    fetchPart(() => Promise.all([import("./widgets/try-panel.js"), ...parts]));
  }
}
trying.subscribe(fetchTrials);
view.subscribe(fetchTrials);
notices.subscribe(() => {
  if (notices.values.toasts.length > 0) {
    fetchToasts();
  }
});
// What nobody needs before Python is there does not delay it.
whenReady(() => {
  tidyVersions();
  fetchPlot();
  fetchExamples();
  fetchToasts();
  goOnLearning();
  fetchPart(() =>
    Promise.all([import("./widgets/prediction-strip.js"), import("./widgets/training-alerts.js")]),
  );
});
bindToFolder();
keepLayout();
keepTitle();
restoreRuns(offerToGoOn);
watchPrograms();
keepVersions();
listenForDeletion();
watchTraining();
watchTrials();
watchInside();
listenForShortcuts();
addEventListener("keydown", yieldToKeys, { capture: true });
listenForDrops(openFiles);
listenForLinks();
listenForTerms();
document.querySelector("[data-learn]")?.addEventListener("click", toggleLessons);
listenForInstall();
keepOffline();
showLanguage();
document.getElementById("stuck")?.remove();
startSession(new URL("worker.js", import.meta.url), {
  onMessage: receive,
  onRestart: noticeRestart,
  onStrayError: noticeStrayError,
});
