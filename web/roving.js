/** Arrow keys among many small parts that are one tab stop: a gallery, a matrix. */

const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

/**
 * Moves the focus among the parts marked `data-stop`, as they lie on the screen.
 *
 * @param {KeyboardEvent} event Heard by the element that holds the parts.
 */
export function rove(event) {
  const holder = /** @type {HTMLElement} */ (event.currentTarget);
  const stops = /** @type {HTMLElement[]} */ ([...holder.querySelectorAll("[data-stop]")]);
  const root = /** @type {Document | ShadowRoot} */ (holder.getRootNode());
  const from = stops.indexOf(/** @type {HTMLElement} */ (root.activeElement));
  const to = from < 0 ? undefined : target(event, stops, from);
  if (to !== undefined) {
    event.preventDefault();
    moveTo(stops, to);
    stops[to].focus();
  }
}

/**
 * The part that was reached by a click is the tab stop from then on.
 *
 * @param {FocusEvent} event
 */
export function settle(event) {
  const holder = /** @type {HTMLElement} */ (event.currentTarget);
  const stops = /** @type {HTMLElement[]} */ ([...holder.querySelectorAll("[data-stop]")]);
  const at = stops.indexOf(/** @type {HTMLElement} */ (event.target));
  if (at >= 0) {
    moveTo(stops, at);
  }
}

/**
 * @param {HTMLElement[]} stops
 * @param {number} to
 */
function moveTo(stops, to) {
  for (const [at, stop] of stops.entries()) {
    stop.tabIndex = at === to ? 0 : -1;
  }
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement[]} stops
 * @param {number} from
 * @returns {number | undefined}
 */
function target({ key, ctrlKey, metaKey, altKey }, stops, from) {
  if (altKey || metaKey) {
    return undefined;
  }
  const last = stops.length - 1;
  if (key === "Home" || key === "End") {
    const line = ctrlKey ? stops : sameLine(stops, from);
    return stops.indexOf(key === "Home" ? line[0] : line[line.length - 1]);
  }
  if (key === "ArrowLeft" || key === "ArrowRight") {
    return Math.min(Math.max(from + STEPS[key], 0), last);
  }
  if (key === "ArrowUp" || key === "ArrowDown") {
    return nextLine(stops, from, key === "ArrowDown");
  }
  return undefined;
}

/**
 * @param {HTMLElement[]} stops
 * @param {number} from
 */
function sameLine(stops, from) {
  const { top } = stops[from].getBoundingClientRect();
  return stops.filter((stop) => Math.abs(stop.getBoundingClientRect().top - top) < 2);
}

/**
 * The part above or below that is nearest in the line.
 *
 * @param {HTMLElement[]} stops
 * @param {number} from
 * @param {boolean} down
 */
function nextLine(stops, from, down) {
  const boxes = stops.map((stop) => stop.getBoundingClientRect());
  const { top, left } = boxes[from];
  const beyond = boxes.filter((box) => (down ? box.top > top + 2 : box.top < top - 2));
  if (beyond.length === 0) {
    return from;
  }
  const tops = beyond.map((box) => box.top);
  const line = down ? Math.min(...tops) : Math.max(...tops);
  const near = beyond
    .filter((box) => Math.abs(box.top - line) < 2)
    .sort((a, b) => Math.abs(a.left - left) - Math.abs(b.left - left));
  return boxes.indexOf(near[0]);
}
