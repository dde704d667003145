/**
 * Which views are open. On a wide page each side shows one of its own; in one column, one view
 * shows at a time. Owns where the page is split, too.
 */

import { Store } from "../store.js";
import { read, readOfTab, write, writeOfTab } from "./storage.js";

/** @typedef {"code" | "print" | "files" | "train" | "predict" | "inside"
 *   | "data" | "runs"} ViewName */
/** @typedef {"left" | "drawer" | "right"} Side */

/** Where each view has its place, in the order of the tabs. @type {Record<ViewName, Side>} */
export const SIDES = {
  code: "left",
  train: "right",
  predict: "right",
  inside: "right",
  print: "drawer",
  data: "right",
  runs: "right",
  files: "drawer",
};

/** In one column the page is too narrow for two sides. */
const narrowPage = matchMedia("(max-width: 60rem)");

const compactPage = matchMedia("(max-width: 72rem)");

/** The views that come back after a reload; predictions, and what is inside a model, are made by a run. */
const COMING_BACK = /** @type {ViewName[]} */ (["code", "train", "print", "data", "runs", "files"]);
const VIEW_KEY = "pykeras.view";
const SPLIT_KEY = "pykeras.split";
const DRAWER_KEY = "pykeras.drawer";

/**
 * @typedef {object} View
 * @property {boolean} narrow One column.
 * @property {boolean} compact The header has no room for everything.
 * @property {Record<Side, ViewName>} shown The view of each side of a wide page.
 * @property {ViewName} single The one view of a narrow page.
 * @property {ReadonlySet<ViewName>} present Views that have something to say; others have no tab.
 * @property {ReadonlySet<ViewName>} news Views in which something happened that was not seen.
 * @property {number} split The left side's share of the width, 0 to 1.
 * @property {number} drawer The drawer's share of the left side's height, 0 to 1.
 */

/** What was open before a reload, as far as it comes back: the one view, then those of the sides. */
const kept = (readOfTab(VIEW_KEY) ?? "").split(" ");
const opened = COMING_BACK.filter((name) => kept.slice(1).includes(name));
const single = COMING_BACK.find((name) => name === kept[0]);

export const view = new Store(
  /** @type {View} */ ({
    narrow: narrowPage.matches,
    compact: compactPage.matches,
    shown: {
      left: "code",
      drawer: opened.includes("files") ? "files" : "print",
      right: opened.find((name) => SIDES[name] === "right") ?? "train",
    },
    single: single ?? "code",
    present: new Set(["code", "train", "print", "data", "files", ...opened]),
    news: new Set(),
    split: remembered(SPLIT_KEY, 0.5),
    drawer: remembered(DRAWER_KEY, 0.2),
  }),
);

/** Whether the page may turn to where the news of this run is: until the reader turns it. */
let following = false;

narrowPage.addEventListener("change", ({ matches }) => view.set({ narrow: matches }));
compactPage.addEventListener("change", ({ matches }) => view.set({ compact: matches }));

/** @param {ViewName} name */
export function isShown(name) {
  const { narrow, single, shown } = view.values;
  return narrow ? single === name : shown[SIDES[name]] === name;
}

/** Shows a view because the reader asks for it. @param {ViewName} name */
export function show(name) {
  following = false;
  turnTo(name);
}

/** A run begins: a narrow page may turn to its first news. */
export function follow() {
  following = true;
}

/**
 * Something has happened in a view. A narrow page turns to it where the reader has not chosen
 * another since the run began, from words that were printed also to what comes after them;
 * elsewhere its tab is marked.
 *
 * @param {ViewName} name
 * @param {{turn?: boolean}} [options] `turn`: this is what the run was for.
 */
export function addNews(name, { turn = false } = {}) {
  if (isShown(name)) {
    return;
  }
  if (turn && following && view.values.narrow) {
    following = name === "print";
    turnTo(name);
  } else if (!view.values.news.has(name)) {
    view.set({ news: new Set([...view.values.news, name]) });
  }
}

/**
 * Whether a view has something to say. One that is being looked at stays.
 *
 * @param {ViewName} name
 * @param {boolean} present
 */
export function offer(name, present) {
  if (present !== view.values.present.has(name) && (present || !isShown(name))) {
    const others = [...view.values.present].filter((other) => other !== name);
    view.set({ present: new Set(present ? [...others, name] : others) });
  }
}

/** @param {number} share */
export function setSplit(share) {
  const split = Math.min(Math.max(share, 0.25), 0.75);
  view.set({ split });
  write(SPLIT_KEY, String(split));
}

/** @param {number} share */
export function setDrawer(share) {
  const drawer = Math.min(Math.max(share, 0.1), 0.85);
  view.set({ drawer });
  write(DRAWER_KEY, String(drawer));
}

/** @param {ViewName} name */
function turnTo(name) {
  offer(name, true);
  const news = new Set([...view.values.news].filter((other) => other !== name));
  const shown = { ...view.values.shown, [SIDES[name]]: name };
  view.set({ shown, single: name, news });
  writeOfTab(VIEW_KEY, [name, shown.drawer, shown.right].join(" "));
}

/**
 * @param {string} key
 * @param {number} otherwise
 */
function remembered(key, otherwise) {
  const share = Number(read(key));
  return share > 0 && share < 1 ? share : otherwise;
}
