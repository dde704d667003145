/**
 * What a message of the worker looks like, field by field: a program can reach the worker's own
 * functions and send what it likes. The type checker misses a message, or a field of one, that is
 * not here; what does not fit is no message.
 */

import { inspectionPanel, inspectorName } from "./inspection-shapes.js";
import {
  blob,
  bytes,
  flag,
  images,
  isObject,
  list,
  number,
  numbers,
  object,
  oneOf,
  orNull,
  record,
  shown,
  text,
  texts,
  word,
} from "./shape-checks.js";

/** @typedef {import("../protocol.js").FromWorker} FromWorker */
/** @typedef {import("../protocol.js").ProgramError} ProgramError */
/** @typedef {import("./shape-checks.js").Check} Check */
/**
 * @template T
 * @typedef {import("./shape-checks.js").Fields<T>} Fields
 */
/**
 * @template {{kind: string}} T
 * @typedef {import("./shape-checks.js").Kinds<T>} Kinds
 */
const logs = record(number);
/** @type {{[C in import("../protocol.js").Hint["code"]]:
 *   Fields<Extract<import("../protocol.js").Hint, {code: C}>>}} */
const hints = {
  "not-fetched": {},
  "no-checkpoint": {},
  "out-of-memory": {},
  recursion: {},
  "notebook-file": {},
  prompt: {},
  "invisible-character": {},
  comma: {},
  colon: {},
  equals: {},
  quotes: {},
  indentation: {},
  tabs: {},
  print: {},
  "class-numbers": {},
  "one-hot-labels": {},
  "label-range": {},
  "different-lengths": {},
  "not-compiled": {},
  "one-sample": {},
  shape: {},
  "list-of-layers": {},
  "layer-class": {},
  "text-and-number": {},
  "no-number": {},
  "not-callable": {},
  index: {},
  "no-keyboard": {},
  "undefined-name": { name: text },
  "unknown-argument": { name: text },
  "nothing-there": { name: text },
  "no-file": { name: text },
  "no-data-set": { title: text, files: list(text), addresses: list(text) },
  "unknown-module": {
    module: text,
    suggestion: orNull(text),
    instead: orNull(text),
    available: list(text),
  },
  "late-module": { module: text },
  misspelt: { name: text, suggestion: text },
  "not-imported": { name: text, statement: text },
  "missing-argument": { names: text },
  "unknown-key": { key: text, keys: text },
  "full-width": { found: text, insert: text },
  brackets: { bracket: text },
};
/** @type {Fields<import("../protocol.js").Mend>} */
const mend = { line: number, column: number, endColumn: number, insert: text };
/** @type {Fields<ProgramError>} */
const error = {
  text,
  line: orNull(number),
  column: orNull(number),
  frames: list(object({ line: orNull(number), name: text, text })),
  hint: orNull(oneOf("code", hints)),
  mend: orNull(object(mend)),
};
/** @type {Fields<import("../protocol.js").ArrayFacts>} */
const array = {
  name: text,
  shape: numbers,
  dtype: text,
  low: orNull(number),
  high: orNull(number),
  notNumbers: number,
};
/** @type {Kinds<import("../protocol.js").Distribution>} */
const distributions = {
  classes: { values: numbers, counts: numbers, names: orNull(texts), hidden: number },
  ranges: { edges: numbers, counts: numbers },
};
/** @type {Fields<import("../protocol.js").SampleFacts>} */
const samples = {
  total: number,
  inputs: list(object(array)),
  targets: list(object(array)),
  distribution: orNull(oneOf("kind", distributions)),
  points: orNull(object({ x: numbers, y: numbers })),
  indices: numbers,
  first: number,
  labels: orNull(numbers),
  values: orNull(list(numbers)),
  shown: object(shown),
};
/** @type {Fields<import("../protocol.js").SampleSet>} */
const sampleSet = {
  name: text,
  origin: word("variables", "validation_data", "validation_split", "evaluate", "fit"),
  variables: texts,
  share: number,
  seen: flag,
  partial: flag,
  total: number,
  lookedAt: number,
};
/** @type {Fields<import("../protocol.js").Gallery>} */
const gallery = {
  indices: numbers,
  labels: numbers,
  guesses: numbers,
  certainties: numbers,
  probabilities: list(numbers),
  samples: object(shown),
};
/** @type {Kinds<import("../protocol.js").OneReport>} */
const oneReport = {
  classes: {
    total: number,
    correct: number,
    classes: number,
    names: orNull(texts),
    balanced: object(gallery),
    wrong: object(gallery),
    unsure: object(gallery),
    matrix: orNull(list(numbers)),
    cell: orNull(object({ truth: number, guess: number, ...gallery })),
  },
  labels: {
    total: number,
    labels: number,
    exact: number,
    correct: number,
    names: orNull(texts),
    indices: numbers,
    samples: object(shown),
    truths: list(numbers),
    guesses: list(numbers),
  },
  regression: {
    total: number,
    notNumbers: number,
    meanAbsoluteError: number,
    rootMeanSquaredError: number,
    actual: numbers,
    predicted: numbers,
    input: orNull(numbers),
  },
  sequences: {
    total: number,
    steps: number,
    correct: number,
    indices: numbers,
    inputs: orNull(list(numbers)),
    labels: list(numbers),
    guesses: list(numbers),
    names: orNull(texts),
  },
  pairs: {
    total: number,
    meanAbsoluteError: number,
    indices: numbers,
    inputs: object(shown),
    outputs: object(shown),
    targets: orNull(object(shown)),
  },
};
/** The type checker misses one that is not here. @type {Record<import("../protocol.js").ReasonCode, true>} */
const reasonCodes = {
  asked: true,
  "no-kernels": true,
  processor: true,
  small: true,
  "no-device": true,
  "no-webgpu": true,
  "no-https": true,
  "no-adapter": true,
  "not-given": true,
  "not-fetched": true,
  "no-jspi": true,
  fallback: true,
  primitives: true,
  inputs: true,
  "no-room": true,
  shader: true,
  wrong: true,
  lost: true,
  compiling: true,
  measured: true,
  known: true,
};
/** @type {Kinds<import("../protocol.js").Report | import("../protocol.js").NoReport>} */
const reports = {
  ...oneReport,
  nothing: { why: word("samples", "outputs"), shapes: list(numbers) },
  several: { outputs: list(object({ name: text, report: oneOf("kind", oneReport) })) },
};
/** @type {Fields<import("../protocol.js").Field>} */
const field = { name: text, low: number, high: number, start: number, whole: flag };
/** @type {Kinds<import("../protocol.js").Way>} */
const ways = {
  image: { height: number, width: number, channels: number, share: number, known: flag },
  numbers: { fields: list(object(field)), rows: list(numbers), known: flag },
  text: { examples: texts },
  latent: { low: numbers, high: numbers, start: numbers, known: flag, decoder: text },
};
/** @type {Fields<import("../protocol.js").Bars>} */
const bars = {
  classes: number,
  shown: numbers,
  shares: numbers,
  names: orNull(texts),
  rest: number,
};
/** @type {Kinds<import("../protocol.js").Says>} */
const says = {
  classes: bars,
  labels: bars,
  one: {},
  nan: { part: number },
  numbers: { values: numbers, names: orNull(texts) },
  image: { images: object(images) },
  form: { shape: numbers },
};
/** @type {Kinds<import("../protocol.js").Empty | import("../protocol.js").Said>} */
const trialAnswers = {
  empty: {},
  gone: {},
  busy: {},
  said: {
    seen: orNull(object(images)),
    words: list(object({ word: text, known: flag })),
    cut: number,
    outputs: list(object({ name: text, says: oneOf("kind", says) })),
  },
};
const mode = word("fit", "loop", "evaluate", "predict");
const backendName = word("wasm", "webgpu", "numpy");
const reason = object({
  code: word(...Object.keys(reasonCodes)),
  values: record(text),
});
const ofRun = { runId: number };

/** @type {{[T in FromWorker["type"]]: Fields<Extract<FromWorker, {type: T}>>}} */
const SHAPES = {
  alive: { lock: text },
  pong: {},
  fetched: { urls: list(text) },
  loading: {
    phase: word("download", "start", "library"),
    loadedBytes: number,
    totalBytes: number,
  },
  parts: { parts: object({ start: blob }) },
  ready: { version: text, python: text, canPause: flag },
  failed: { phase: word("download", "start", "run"), detail: text },
  fetching: { ...ofRun, name: text, loadedBytes: number, totalBytes: number },
  imported: ofRun,
  files: {
    files: list(object({ name: text, size: number, folder: flag })),
    unkept: orNull(list(text)),
  },
  file: { name: text, data: bytes },
  written: { name: text, replaced: flag, dataSet: orNull(text) },
  "not-restored": { moved: list(object({ name: text, now: text })), lost: list(text) },
  "request-failed": { request: text, name: orNull(text), detail: text },
  picture: {
    ...ofRun,
    format: word("png", "svg"),
    data: bytes,
    width: number,
    height: number,
    labels: list(text),
    name: text,
  },
  output: {
    ...ofRun,
    pieces: list(object({ stream: word("stdout", "stderr"), text })),
    dropped: number,
  },
  value: { ...ofRun, text, dropped: number },
  table: {
    ...ofRun,
    rows: list(list(object({ text, head: flag, columns: number, rows: number }))),
    note: text,
    text,
  },
  "left-out": { ...ofRun, commands: list(object({ line: number, text })) },
  begin: {
    ...ofRun,
    fit: number,
    mode,
    label: text,
    optimizer: text,
    epochs: number,
    initialEpoch: number,
    steps: orNull(number),
    samples: orNull(number),
    means: list(text),
  },
  steps: {
    ...ofRun,
    fit: number,
    mode: word("fit", "loop", "evaluate", "predict", "validate"),
    epoch: number,
    step: number,
    steps: orNull(number),
    logs,
    stepsPerSecond: number,
  },
  epoch: { ...ofRun, fit: number, epoch: number, steps: number, logs, stepsPerSecond: number },
  end: { ...ofRun, fit: number, mode },
  backend: {
    ...ofRun,
    name: backendName,
    why: reason,
    refused: list(object({ name: backendName, why: reason })),
    device: orNull(text),
  },
  pace: { ...ofRun, paused: flag, epoch: number, step: number },
  settings: {
    ...ofRun,
    settings: list(object({ name: text, value: number, scheduled: flag, why: orNull(text) })),
  },
  norms: {
    ...ofRun,
    fit: number,
    epoch: number,
    step: number,
    learningRate: orNull(number),
    bytes: number,
    layers: list(object({ name: text, weights: number, gradients: orNull(number) })),
    withoutGradients: orNull(word("memory", "step")),
  },
  checkpoint: {
    ...ofRun,
    kept: flag,
    why: orNull(word("size", "storage", "failed")),
    sizeBytes: number,
    epoch: number,
    step: number,
    steps: orNull(number),
    epochs: number,
  },
  resumed: {
    ...ofRun,
    epoch: number,
    step: number,
    steps: orNull(number),
    logs,
    but: orNull(word("data", "model")),
    detail: text,
  },
  inspection: {
    ...ofRun,
    offered: list(inspectorName),
    panel: orNull(object(inspectionPanel)),
  },
  "weights-reset": ofRun,
  finished: {
    ...ofRun,
    status: word("completed", "stopped", "failed"),
    seconds: number,
    error: orNull(object(error)),
    canTrainMore: flag,
  },
  samples: {
    runId: orNull(number),
    source: word("mnist", "program"),
    use: word("built-in", "training", "variables"),
    variables: texts,
    partial: flag,
    samples: object(samples),
  },
  predictions: {
    ...ofRun,
    final: flag,
    set: orNull(object(sampleSet)),
    report: oneOf("kind", reports),
  },
  trial: {
    ...ofRun,
    number,
    model: text,
    trained: flag,
    parameters: number,
    neurons: number,
    ways: list(oneOf("kind", ways)),
    why: orNull(word("model", "unbuilt", "several", "form")),
    shapes: list(numbers),
    answer: orNull(oneOf("kind", trialAnswers)),
  },
};

const CHECKS = new Map(Object.entries(SHAPES).map(([type, fields]) => [type, object(fields)]));

/**
 * @param {unknown} value What has arrived.
 * @returns {value is FromWorker}
 */
export function isMessage(value) {
  return isObject(value) && (CHECKS.get(/** @type {string} */ (value.type))?.(value) ?? false);
}
