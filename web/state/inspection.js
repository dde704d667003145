/** What is seen inside the model: which inspector is open, what was chosen in it, what it has told. */

import { Store } from "../store.js";
import { drawNow, drawSoon } from "./drawing.js";
import { python, session } from "./session.js";
import { isShown, offer, view } from "./view.js";

/** @typedef {import("../protocol.js").Inspection} Inspection */
/** @typedef {import("../protocol.js").InspectedPanel} InspectedPanel */
/** @typedef {import("../protocol.js").InspectorName} InspectorName */
/** @typedef {import("../protocol.js").InspectOptions} InspectOptions */
/** @typedef {import("../protocol.js").WeightsReport} WeightsReport */

/**
 * How the quantiles of a weight went, look by look: at which places of the training (fit, epoch and
 * step), and what they were.
 *
 * @typedef {{places: string[], rows: number[][]}} Course
 */

/**
 * @typedef {object} Inside
 * @property {InspectorName[]} offered The inspectors that have something to show of the model.
 * @property {InspectorName | null} chosen The one that the reader has chosen last.
 * @property {Partial<Record<InspectorName, InspectOptions>>} options What was chosen in each.
 * @property {number} sample The sample that is looked at, in all that look at one.
 * @property {Partial<Record<InspectorName, InspectedPanel>>} panels What each has told last.
 * @property {ReadonlySet<InspectorName>} earlier Those that have told nothing since a run began.
 * @property {Map<string, Course>} courses Of the weights that were looked at, by layer and weight.
 */

/** A longer course is thinned out. */
const MOST_POINTS = 400;
/** The inspectors that look at one sample. @type {ReadonlySet<InspectorName>} */
const OF_SAMPLE = new Set(/** @type {InspectorName[]} */ (["activations", "saliency", "tokens"]));
/** What is opened first, if it is offered. @type {InspectorName[]} */
const ORDER = [
  "boundary",
  "activations",
  "weights",
  "saliency",
  "tokens",
  "forecast",
  "calibration",
  "residuals",
  "embeddings",
  "landscape",
  "step",
  "browser",
];

/** @type {Inside} */
const NOTHING = {
  offered: [],
  chosen: null,
  options: {},
  sample: 0,
  panels: {},
  earlier: new Set(),
  courses: new Map(),
};

export const inspection = new Store(NOTHING);

/** What Python was told last. */
let told = "";
/** Whether training was held when it was told. */
let toldHeld = false;

/** The inspector that is open, or would be. @returns {InspectorName | null} */
export function openInspector() {
  const { chosen, offered } = inspection.values;
  return chosen !== null && offered.includes(chosen) ? chosen : (offered[0] ?? null);
}

/** What was chosen in an inspector. @param {InspectorName} name @returns {InspectOptions} */
export function optionsOf(name) {
  const own = inspection.values.options[name] ?? {};
  return OF_SAMPLE.has(name) ? { ...own, sample: inspection.values.sample } : own;
}

/** Lets Python know from now on which panel is open. */
export function watchInside() {
  inspection.subscribe(tellOpened);
  view.subscribe(tellOpened);
  session.subscribe(tellOpened);
  document.addEventListener("visibilitychange", tellOpened);
}

/** Python is new: it knows of no panel. */
export function tellInspected() {
  told = "";
  tellOpened();
}

function tellOpened() {
  if (session.values.version === "") {
    return; // Python is not there yet
  }
  const name = isShown("inside") && !document.hidden ? openInspector() : null;
  const panels = name === null ? [] : [{ name, options: optionsOf(name) }];
  const held = session.values.pace === "paused";
  const wanted = JSON.stringify(panels);
  if (wanted === told && (!held || toldHeld || name === null)) {
    toldHeld = held && toldHeld;
    return;
  }
  if (told === "" && name === null) {
    return;
  }
  told = wanted;
  toldHeld = held;
  python().send({ type: "inspect", panels, now: held });
}

/** A new run begins: what was there stays until there is something new. */
export function startInspection() {
  const { panels } = inspection.values;
  inspection.set({
    earlier: new Set(/** @type {InspectorName[]} */ (Object.keys(panels))),
    courses: new Map(),
  });
}

/** Python is gone, and the model with it. */
export function forgetInspection() {
  const { chosen, options, sample } = inspection.values;
  inspection.set({ ...NOTHING, chosen, options, sample, earlier: new Set(), courses: new Map() });
  offer("inside", false);
}

/** @param {Inspection} message */
export function showInspection({ offered, panel }) {
  const ordered = ORDER.filter((name) => offered.includes(name));
  const { panels, earlier } = inspection.values;
  if (panel === null) {
    inspection.assign({ offered: ordered });
  } else {
    const others = [...earlier].filter((name) => name !== panel.name);
    inspection.assign({
      offered: ordered,
      panels: { ...panels, [panel.name]: panel },
      earlier: new Set(others),
    });
    if (panel.report.kind === "weights") {
      addToCourse(panel, panel.report);
    }
  }
  offer("inside", ordered.length > 0);
  drawSoon(inspection);
  if (!session.values.training) {
    drawNow();
  }
}

/** The course of a weight. @param {{layer: string, weight: string}} weight @returns {string} */
export function courseKey({ layer, weight }) {
  return `${layer} ${weight}`;
}

/**
 * @param {InspectedPanel} panel
 * @param {WeightsReport} report
 */
function addToCourse({ fit, epoch, step }, report) {
  const { courses } = inspection.values;
  if (report.quantiles.length === 0) {
    return;
  }
  const key = courseKey(report);
  const course = courses.get(key) ?? { places: [], rows: [] };
  const place = `${fit} ${epoch} ${step}`;
  if (course.places.at(-1) === place) {
    course.rows.pop();
    course.places.pop();
  }
  course.places.push(place);
  course.rows.push(report.quantiles);
  if (course.rows.length > MOST_POINTS) {
    course.places = course.places.filter((_, index) => index % 2 === 0);
    course.rows = course.rows.filter((_, index) => index % 2 === 0);
  }
  courses.set(key, course);
}

/** @param {InspectorName} name */
export function chooseInspector(name) {
  inspection.set({ chosen: name });
}

/**
 * @param {InspectorName} name
 * @param {InspectOptions} chosen
 */
export function chooseIn(name, chosen) {
  const { options } = inspection.values;
  inspection.set({ options: { ...options, [name]: { ...options[name], ...chosen } } });
}

/** Looks at another sample. @param {number} sample */
export function chooseSample(sample) {
  inspection.set({ sample: Math.max(Math.floor(sample) || 0, 0) });
}
