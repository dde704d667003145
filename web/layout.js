/** Shows the views that are open: the elements of index.html that name one in `data-view`. */

import { toast } from "./state/notices.js";
import { isShown, view } from "./state/view.js";

/** @typedef {import("./state/view.js").ViewName} ViewName */

/** What a view is made of, fetched when it is first opened. @type {Partial<Record<ViewName, () => Promise<unknown>>>} */
const contents = {};

/** Keeps the page as the reader has set it. */
export function keepLayout() {
  view.subscribe(arrange);
  arrange();
}

/**
 * @param {ViewName} name
 * @param {() => Promise<unknown>} load
 */
export function loadWhenShown(name, load) {
  contents[name] = load;
}

/**
 * Fetches a part of the page; the reader is told where it does not come.
 *
 * @param {() => Promise<unknown>} load
 * @returns {Promise<boolean>} Whether it has come.
 */
export async function fetchPart(load) {
  try {
    await load();
    return true;
  } catch {
    toast("toast.notFetched");
    return false;
  }
}

function arrange() {
  const { split, drawer, narrow } = view.values;
  const { style, classList } = document.documentElement;
  style.setProperty("--split", `${split}fr`);
  style.setProperty("--rest", `${1 - split}fr`);
  style.setProperty("--drawer", `${drawer}fr`);
  style.setProperty("--above-drawer", `${1 - drawer}fr`);
  classList.toggle("narrow", narrow);
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (
    document.querySelectorAll("[data-view]")
  )) {
    const name = /** @type {ViewName} */ (element.dataset.view);
    element.hidden = !isShown(name);
    const load = contents[name];
    if (!element.hidden && load) {
      delete contents[name];
      fetchPart(load).then((came) => came || loadWhenShown(name, load));
    }
  }
}
