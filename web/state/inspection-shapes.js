/** What the message about the inside of a model looks like, field by field. */

import {
  bytes,
  flag,
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

/**
 * @template T
 * @typedef {import("./shape-checks.js").Fields<T>} Fields
 */
/**
 * @template {{kind: string}} T
 * @typedef {import("./shape-checks.js").Kinds<T>} Kinds
 */

/** @type {Fields<import("../protocol.js").Maps>} */
const mapFields = {
  height: number,
  width: number,
  low: number,
  high: number,
  values: bytes,
  of: list(object({ name: text, low: number, high: number, mean: number })),
  hidden: number,
};
const maps = object(mapFields);
/** @type {Fields<import("../protocol.js").InspectedSample>} */
const inspectedSample = {
  sample: number,
  samples: number,
  index: number,
  input: object(shown),
  guess: orNull(number),
  label: orNull(number),
  certainty: orNull(number),
  names: orNull(texts),
  answer: orNull(number),
  truth: orNull(number),
};
/** @type {Fields<import("../protocol.js").InspectedLayer>} */
const inspectedLayer = {
  name: text,
  layerClass: text,
  shape: numbers,
  maps: orNull(maps),
  values: orNull(numbers),
  hidden: number,
  low: number,
  high: number,
  mean: number,
  zeros: number,
  notNumbers: number,
};
/** @type {Fields<import("../protocol.js").StepStage>} */
const stepStage = {
  part: word("forward", "loss", "backward", "update"),
  name: text,
  layerClass: text,
  equations: number,
  primitives: texts,
  shape: orNull(numbers),
  seconds: orNull(number),
};
/** @type {Fields<import("../protocol.js").StepChain>} */
const stepChain = {
  weight: text,
  shape: numbers,
  row: number,
  column: number,
  value: number,
  gradient: number,
  after: number,
  sample: number,
  share: number,
  shares: numbers,
  links: list(object({ name: word("input", "activation", "output", "sum"), value: number })),
};
/** @type {Kinds<import("../protocol.js").Inspected>} */
const inspected = {
  nothing: {
    why: word("model", "unfit", "samples", "weights", "classes", "numbers", "layers", "large"),
  },
  failed: { detail: text },
  boundary: {
    size: number,
    x: numbers,
    y: numbers,
    features: texts,
    layers: texts,
    layer: text,
    neurons: orNull(maps),
    points: object({ x: numbers, y: numbers, labels: orNull(numbers) }),
    classes: number,
    names: orNull(texts),
    guesses: orNull(bytes),
    certainties: orNull(bytes),
    height: orNull(maps),
    range: orNull(numbers),
    shares: numbers,
    notNumbers: number,
  },
  weights: {
    layers: list(object({ name: text, weights: texts })),
    layer: text,
    weight: text,
    shape: numbers,
    pictures: word("filters", "units", "matrix", "row"),
    maps,
    counts: numbers,
    edges: numbers,
    quantiles: numbers,
    total: number,
    lookedAt: number,
    notNumbers: number,
  },
  activations: { ...inspectedSample, layers: list(object(inspectedLayer)), hidden: number },
  calibration: {
    total: number,
    notNumbers: number,
    correct: number,
    error: number,
    bins: list(
      object({ low: number, high: number, count: number, certainty: number, accuracy: number }),
    ),
    names: orNull(texts),
    classes: list(object({ samples: number, found: number, said: number })),
    hidden: number,
  },
  residuals: {
    total: number,
    notNumbers: number,
    mean: number,
    deviation: number,
    within: number,
    explained: number,
    counts: numbers,
    edges: numbers,
    predicted: numbers,
    residuals: numbers,
    outputs: texts,
    output: number,
  },
  forecast: {
    total: number,
    truth: numbers,
    forecast: numbers,
    error: number,
    naive: number,
    outputs: number,
    output: number,
  },
  saliency: {
    ...inspectedSample,
    unit: number,
    gradient: orNull(maps),
    occlusion: orNull(maps),
    parts: list(object({ name: text, value: number, gradient: orNull(number), fall: number })),
    patch: number,
    hidden: number,
    before: number,
  },
  tokens: {
    ...inspectedSample,
    tokens: list(object({ word: text, number, fall: number })),
    hidden: number,
    known: flag,
  },
  browser: {
    sets: list(object({ name: text, total: number })),
    set: text,
    label: orNull(number),
    understood: flag,
    found: number,
    page: number,
    pages: number,
    indices: numbers,
    labels: orNull(numbers),
    targets: orNull(numbers),
    samples: object(shown),
    classes: list(object({ value: number, name: text, count: number })),
    duplicates: orNull(
      object({
        count: number,
        within: number,
        compared: number,
        pairs: list(object({ first: number, second: number })),
        samples: object(shown),
      }),
    ),
  },
  embeddings: {
    layers: texts,
    layer: text,
    x: numbers,
    y: numbers,
    share: numbers,
    of: word("samples", "words"),
    total: number,
    width: number,
    labels: orNull(numbers),
    names: orNull(texts),
    words: orNull(texts),
    indices: numbers,
  },
  landscape: {
    size: number,
    reach: number,
    losses: numbers,
    heights: maps,
    centre: number,
    lowest: number,
    highest: number,
    rows: number,
    samples: number,
  },
  step: {
    batch: number,
    loss: number,
    seconds: orNull(number),
    backend: word("", "wasm", "webgpu", "numpy"),
    stages: list(object(stepStage)),
    weights: texts,
    chain: orNull(object(stepChain)),
  },
};
/** The type checker misses one that is not here. @type {Record<import("../protocol.js").InspectorName, true>} */
const inspectorNames = {
  activations: true,
  boundary: true,
  browser: true,
  calibration: true,
  embeddings: true,
  forecast: true,
  landscape: true,
  residuals: true,
  saliency: true,
  step: true,
  tokens: true,
  weights: true,
};
export const inspectorName = word(...Object.keys(inspectorNames));
/** @type {Fields<import("../protocol.js").InspectedPanel>} */
export const inspectionPanel = {
  name: inspectorName,
  options: record(orNull((value) => number(value) || text(value))),
  fit: number,
  epoch: number,
  step: number,
  report: oneOf("kind", inspected),
};
