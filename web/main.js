/** Puts the page together: widgets tell what the reader did, the runner what Python did. */

import { CodeEditor } from "./widgets/code-editor.js";
import { ConsoleOutput } from "./widgets/console-output.js";
import { ExampleChooser } from "./widgets/example-chooser.js";
import "./widgets/language-switch.js";
import * as programs from "./examples.js";
import { describeHint } from "./hints.js";
import { language, onLanguageChange, t } from "./locale.js";
import { Runner } from "./runner.js";
import { listenForRefusal } from "./storage.js";
import { TrainingRecord } from "./training-record.js";
import { FilePanel } from "./widgets/file-panel.js";
import { LoadStatus } from "./widgets/load-status.js";
import { MetricChart } from "./widgets/metric-chart.js";
import { NoticeBar } from "./widgets/notice-bar.js";
import { PredictionPanel } from "./widgets/prediction-panel.js";
import { ProgressLine } from "./widgets/progress-line.js";
import { RunControls } from "./widgets/run-controls.js";
import { SamplePanel } from "./widgets/sample-panel.js";

/** @typedef {import("./protocol.js").FromWorker} FromWorker */
/** @typedef {import("./protocol.js").Samples} Samples */
/** @typedef {import("./locale.js").StringKey} StringKey */

/**
 * The page's widget of a class.
 *
 * @template {HTMLElement} Widget
 * @param {string} selector
 * @param {new () => Widget} type
 * @returns {Widget}
 */
function widget(selector, type) {
  const element = document.querySelector(selector);
  if (!(element instanceof type)) {
    throw new TypeError(`index.html needs a <${selector}>`);
  }
  return element;
}

const editor = widget("code-editor", CodeEditor);
const chooser = widget("example-chooser", ExampleChooser);
const controls = widget("run-controls", RunControls);
const loadStatus = widget("load-status", LoadStatus);
const progressLine = widget("progress-line", ProgressLine);
const consoleOutput = widget("console-output", ConsoleOutput);
const predictionPanel = widget("prediction-panel", PredictionPanel);
const samplePanel = widget("sample-panel", SamplePanel);
const filePanel = widget("file-panel", FilePanel);
const noticeBar = widget("notice-bar", NoticeBar);
const lossChart = widget("metric-chart.loss", MetricChart);
const metricChart = widget("metric-chart.metric", MetricChart);

/** One column: what Run shows is below the editor. */
const narrow = matchMedia("(max-width: 60rem)");

let example = programs.chosenExample();
let record = new TrainingRecord();
/** The frame in which the record will be drawn; 0 while nothing is new. */
let recordFrame = 0;
/** What the panel of data shows of a program that trains on nothing. @type {Samples | null} */
let builtInSamples = null;
/** Whether the present or last program has shown its own data. */
let showsOwnSamples = false;
/** The metric the reader chose to see, kept while the program has it. @type {string | null} */
let metricChoice = null;

const runner = new Runner(new URL("worker.js", import.meta.url), {
  onMessage: receive,
  onState: showState,
  onRestart(reason) {
    if (controls.state === "running" || controls.state === "stopping") {
      progressLine.status = { kind: "lost" };
      record.close();
      showRecord();
    }
    noticeBar.notice = { key: `notice.${reason}` };
  },
});

/** @param {import("./runner.js").RunnerState} state */
function showState(state) {
  const queued = runner.queued !== null;
  controls.state = state;
  controls.queued = queued;
  loadStatus.state = state;
  if (queued) {
    progressLine.status = { kind: "queued" };
  } else if (state === "stopping" || state === "running") {
    progressLine.status = { kind: state };
  } else if (progressLine.status.kind === "queued") {
    progressLine.status = { kind: "idle" };
  }
}

/**
 * Who receives each message; the type checker misses one for which nobody does.
 *
 * @type {{[T in FromWorker["type"]]: (message: Extract<FromWorker, {type: T}>) => void}}
 */
const receivers = {
  alive() {}, // the runner's
  loading(message) {
    loadStatus.loading = message;
  },
  ready({ canPause }) {
    if (!canPause && !self.crossOriginIsolated) {
      noticeBar.notice = { key: "notice.noPause" };
    }
  },
  failed: fail,
  fetching(message) {
    progressLine.status = { kind: "fetching", ...message };
  },
  files({ files, kept }) {
    filePanel.files = files;
    filePanel.kept = kept;
  },
  file({ name, data }) {
    filePanel.save(name, data);
  },
  "request-failed": tellFailure,
  picture(message) {
    consoleOutput.showPicture(message);
  },
  output({ pieces, dropped }) {
    consoleOutput.write(pieces, dropped);
  },
  samples: showSamples,
  predictions(message) {
    predictionPanel.predictions = message;
    predictionPanel.failure = "";
  },
  begin: addToRecord,
  steps: addToRecord,
  epoch: addToRecord,
  end: addToRecord,
  finished: finish,
};

/**
 * @template {FromWorker["type"]} Type
 * @param {Extract<FromWorker, {type: Type}>} message
 */
function receive(message) {
  /** @type {(message: Extract<FromWorker, {type: Type}>) => void} */
  const receiver = receivers[/** @type {Type} */ (message.type)];
  receiver(message);
}

/** @param {import("./training-record.js").TrainingMessage} message */
function addToRecord(message) {
  record.add(message);
  recordFrame ||= requestAnimationFrame(showRecord);
}

/** @param {Extract<FromWorker, {type: "request-failed"}>} message */
function tellFailure({ request, name, detail }) {
  if (request === "predict") {
    predictionPanel.predictions = null; // they are of other weights, or of another model
    predictionPanel.failure = detail;
  } else if (name !== null) {
    noticeBar.notice = { key: "notice.fileFailed", values: { name, detail } };
  } else {
    noticeBar.notice = { key: "notice.requestFailed", values: { request, detail } };
  }
}

/** @param {Samples} message */
function showSamples(message) {
  samplePanel.samples = message;
  showsOwnSamples = message.source === "program";
  if (message.source === "mnist") {
    builtInSamples = message;
  }
}

/** @param {Extract<FromWorker, {type: "failed"}>} message */
function fail({ phase, detail }) {
  if (phase !== "run") {
    const key = phase === "download" ? "notice.downloadFailed" : "notice.startFailed";
    noticeBar.notice = { key, values: { detail } };
  }
}

/** @param {Extract<FromWorker, {type: "finished"}>} message */
function finish({ status, seconds, error }) {
  record.close();
  showRecord();
  progressLine.status = { kind: status, seconds, error };
  predictionPanel.finished = true;
  if (!showsOwnSamples) {
    samplePanel.samples = builtInSamples;
  }
  if (error) {
    const hint = describeHint(error.hint);
    if (hint) {
      consoleOutput.write([{ stream: "note", text: `${hint}\n` }]);
    }
    if (error.line !== null) {
      editor.mark({ line: error.line, message: [error.text, hint].filter(Boolean).join("\n") });
    }
  }
}

/** Short epochs end thousands of times a second; the record is drawn once a frame. */
function showRecord() {
  cancelAnimationFrame(recordFrame);
  recordFrame = 0;
  const { metrics, version } = record;
  const metric = metricChoice && metrics.includes(metricChoice) ? metricChoice : metrics[0];
  lossChart.record = record;
  metricChart.record = record;
  metricChart.metric = metric ?? "accuracy";
  metricChart.choices = metrics;
  lossChart.version = version;
  metricChart.version = version;
  progressLine.progress = record.progress;
  progressLine.version = version;
}

function run() {
  if (controls.state !== "ready" && controls.state !== "loading") {
    return;
  }
  editor.mark(null);
  consoleOutput.clear();
  record = new TrainingRecord();
  showRecord();
  predictionPanel.predictions = null;
  predictionPanel.failure = "";
  predictionPanel.finished = false;
  showsOwnSamples = false;
  noticeBar.notice = null;
  runner.run(editor.text);
  if (narrow.matches) {
    document.querySelector(".training")?.scrollIntoView();
  }
}

function showExample() {
  editor.open(programs.programOf(example));
  chooser.chosen = example;
  chooser.edited = programs.isEdited(example);
}

function showLanguage() {
  document.documentElement.lang = language();
  document.title = t("app.title");
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

document.addEventListener("run-request", run);
document.addEventListener("stop-request", () => runner.stop());
document.addEventListener("retry-request", () => {
  noticeBar.notice = null;
  runner.start();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) {
    run();
  }
});
chooser.addEventListener("example-choice", (event) => {
  example = programs.chooseExample(/** @type {CustomEvent<string>} */ (event).detail);
  showExample();
});
chooser.addEventListener("example-reset", () => {
  programs.resetProgram(example);
  showExample();
});
editor.addEventListener("program-change", (event) => {
  programs.keepProgram(example, /** @type {CustomEvent<string>} */ (event).detail);
  chooser.edited = programs.isEdited(example);
});
progressLine.addEventListener("go-to-line", (event) => {
  editor.goTo(/** @type {CustomEvent<number>} */ (event).detail);
});
filePanel.addEventListener("file-download", (event) => {
  const name = /** @type {CustomEvent<string>} */ (event).detail;
  runner.send({ type: "read-file", name });
});
filePanel.addEventListener("file-delete", (event) => {
  const name = /** @type {CustomEvent<string>} */ (event).detail;
  runner.send({ type: "delete-file", name });
});
filePanel.addEventListener("file-upload", async (event) => {
  for (const file of /** @type {CustomEvent<File[]>} */ (event).detail) {
    const data = new Uint8Array(await file.arrayBuffer());
    runner.send({ type: "write-file", name: file.name, data });
  }
});
metricChart.addEventListener("metric-choice", (event) => {
  metricChoice = /** @type {CustomEvent<string>} */ (event).detail;
  showRecord();
});
onLanguageChange(() => {
  showLanguage();
  if (!programs.isEdited(example)) {
    showExample();
  }
});
listenForRefusal(() => {
  noticeBar.notice = { key: "notice.notKept" };
});

chooser.examples = programs.examples;
showLanguage();
showExample();
showRecord();
runner.start();
