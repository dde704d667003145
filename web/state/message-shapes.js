/**
 * What a message of the worker looks like, field by field: a program can reach the worker's own
 * functions and send what it likes. The type checker misses a message, or a field of one, that is
 * not here; what does not fit is no message.
 */

/** @typedef {import("../protocol.js").FromWorker} FromWorker */
/** @typedef {import("../protocol.js").ProgramError} ProgramError */
/** @typedef {(value: unknown) => boolean} Check */
/**
 * A check for every field but the one that names the kind.
 *
 * @template T
 * @typedef {{[F in Exclude<keyof T, "type" | "kind" | "code">]: Check}} Fields
 */
/**
 * @template {{kind: string}} T
 * @typedef {{[K in T["kind"]]: Fields<Extract<T, {kind: K}>>}} Kinds
 */

/** @param {unknown} value */
const number = (value) => typeof value === "number";
/** @param {unknown} value */
const text = (value) => typeof value === "string";
/** @param {unknown} value */
const flag = (value) => typeof value === "boolean";
/** @param {unknown} value */
const bytes = (value) => value instanceof Uint8Array;

/** @type {(check: Check) => Check} */
const orNull = (check) => (value) => (value ?? null) === null || check(value);

/** @type {(check: Check) => Check} */
const list = (check) => (value) => Array.isArray(value) && value.every(check);

/** @type {(...words: string[]) => Check} */
const word =
  (...words) =>
  (value) =>
    words.includes(/** @type {string} */ (value));

/** @type {(check: Check) => Check} */
const record = (check) => (value) => isObject(value) && Object.values(value).every(check);

/** @type {(fields: Record<string, Check>) => Check} */
const object = (fields) => (value) => {
  if (!isObject(value)) {
    return false;
  }
  for (const name in fields) {
    if (!fields[name](value[name])) {
      return false;
    }
  }
  return true;
};

/**
 * One of several kinds of object, told apart by what stands under a name.
 *
 * @type {(name: string, kinds: Record<string, Record<string, Check>>) => Check}
 */
const oneOf = (name, kinds) => {
  const checks = new Map(Object.entries(kinds).map(([kind, fields]) => [kind, object(fields)]));
  return (value) =>
    isObject(value) && (checks.get(/** @type {string} */ (value[name]))?.(value) ?? false);
};

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isObject(value) {
  return typeof value === "object" && value !== null;
}

const numbers = list(number);
const logs = record(number);
/** @type {Fields<import("../protocol.js").Images>} */
const images = { height: number, width: number, channels: number, pixels: bytes };
/** @type {{[C in import("../protocol.js").Hint["code"]]:
 *   Fields<Extract<import("../protocol.js").Hint, {code: C}>>}} */
const hints = {
  "not-fetched": {},
  "out-of-memory": {},
  recursion: {},
  "notebook-command": {},
  "notebook-file": {},
  install: {},
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
  "unknown-module": { module: text, suggestion: orNull(text), available: list(text) },
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
/** @type {Kinds<import("../protocol.js").Samples["samples"]>} */
const samples = {
  images: { total: number, labels: orNull(numbers), ...images },
  points: { total: number, x: numbers, y: numbers },
  rows: { total: number, features: number, rows: list(numbers), targets: orNull(list(numbers)) },
};
/** @type {Fields<import("../protocol.js").Gallery>} */
const gallery = {
  indices: numbers,
  labels: numbers,
  guesses: numbers,
  certainties: numbers,
  probabilities: list(numbers),
  features: list(numbers),
  images: orNull(object(images)),
};
/** @type {Kinds<import("../protocol.js").Predictions["report"]>} */
const reports = {
  nothing: { why: word("samples", "outputs") },
  classes: { total: number, correct: number, items: object(gallery), mistakes: object(gallery) },
  regression: {
    total: number,
    meanAbsoluteError: number,
    rootMeanSquaredError: number,
    actual: numbers,
    predicted: numbers,
    input: orNull(numbers),
  },
};
const mode = word("fit", "loop", "evaluate", "predict");
const ofRun = { runId: number };

/** @type {{[T in FromWorker["type"]]: Fields<Extract<FromWorker, {type: T}>>}} */
const SHAPES = {
  alive: { lock: text },
  pong: {},
  loading: {
    phase: word("download", "start", "library"),
    loadedBytes: number,
    totalBytes: number,
  },
  ready: { version: text, python: text, canPause: flag },
  failed: { phase: word("download", "start", "run"), detail: text },
  fetching: { ...ofRun, name: text, loadedBytes: number, totalBytes: number },
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
    samples: oneOf("kind", samples),
  },
  predictions: { ...ofRun, final: flag, report: oneOf("kind", reports) },
};

const CHECKS = new Map(Object.entries(SHAPES).map(([type, fields]) => [type, object(fields)]));

/**
 * @param {unknown} value What has arrived.
 * @returns {value is FromWorker}
 */
export function isMessage(value) {
  return isObject(value) && (CHECKS.get(/** @type {string} */ (value.type))?.(value) ?? false);
}
