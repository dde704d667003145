/** Fingers on a plot: one points, two stretch and move what is shown. */

import { LEAST_SHARE } from "./chart-keys.js";

/**
 * @typedef {object} Ground What the fingers are on.
 * @property {(left: number) => number} placeAt The place on the axis, so many pixels from the left.
 * @property {() => number} end Where the axis ends.
 * @property {(place: number) => void} point
 * @property {(range: [number, number] | null) => void} zoom
 */

/** Fingers that are nearer to each other stretch nothing. */
const LEAST_APART_PX = 24;

/**
 * Follows the fingers on an element for as long as it is there.
 *
 * @param {HTMLElement} element
 * @param {Ground} ground
 */
export function followFingers(element, ground) {
  /** Where each finger is, and the place of the axis it holds. @type {Map<number, {left: number, place: number}>} */
  const fingers = new Map();
  const leftOf = (/** @type {PointerEvent} */ { clientX }) =>
    clientX - element.getBoundingClientRect().left;
  const lift = (/** @type {PointerEvent} */ { pointerId }) => fingers.delete(pointerId);

  element.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch") {
      const left = leftOf(event);
      fingers.set(event.pointerId, { left, place: ground.placeAt(left) });
    }
  });
  element.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "touch") {
      return;
    }
    const finger = fingers.get(event.pointerId);
    const left = leftOf(event);
    if (finger) {
      finger.left = left;
    }
    if (fingers.size === 2) {
      const [one, other] = fingers.values();
      stretch(one, other, element.clientWidth, ground);
    } else {
      ground.point(ground.placeAt(left));
    }
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel", "pointerleave"])) {
    element.addEventListener(end, lift);
  }
}

/**
 * Shows the axis so that both fingers hold the places they were put on.
 *
 * @param {{left: number, place: number}} one
 * @param {{left: number, place: number}} other
 * @param {number} width
 * @param {Ground} ground
 */
function stretch(one, other, width, { end, zoom }) {
  const apart = other.left - one.left;
  const between = other.place - one.place;
  if (Math.abs(apart) < LEAST_APART_PX || !(between / apart > 0)) {
    return;
  }
  const whole = end();
  const length = Math.max((between / apart) * width, whole * LEAST_SHARE);
  const from = Math.max(one.place - (one.left / width) * length, 0);
  const begin = Math.min(from, whole - length);
  zoom(length >= whole ? null : [begin, begin + length]);
}
