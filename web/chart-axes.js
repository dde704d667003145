/** The axes of charts: where their marks are, and what stands at them. */

import { formatNumber, t } from "./locale.js";

/** @typedef {import("./state/curve.js").Axis} Axis */

/** 1, 2, 5, 10, 20 ... from a thousandth. */
const ROUND = Array.from({ length: 13 }, (_, power) => power - 3).flatMap((power) =>
  [1, 2, 5].map((n) => n * 10 ** power),
);
const MINUTE = 60;
/** From so many seconds on, a time axis counts minutes. */
const MINUTES_FROM = 10 * MINUTE;

/**
 * @param {Axis} axis
 * @param {number} length What is shown of it.
 */
export function axisName(axis, length) {
  return t(axis === "time" && length > MINUTES_FROM ? "chart.axis.minutes" : `chart.axis.${axis}`);
}

/**
 * Distances between marks that an axis may have.
 *
 * @param {Axis} axis
 * @param {number} length
 */
export function distances(axis, length) {
  if (axis === "step") {
    return ROUND.filter((n) => n >= 1);
  }
  return axis === "time" && length > MINUTES_FROM ? ROUND.map((n) => n * MINUTE) : ROUND;
}

/**
 * What stands at the marks of the axis of epochs, steps or time.
 *
 * @param {Axis} axis
 * @param {number[]} marks
 * @param {number} length
 * @param {number} apart
 */
export function placeLabels(axis, marks, length, apart) {
  const unit = axis === "time" && length > MINUTES_FROM ? MINUTE : 1;
  return marks.map((mark) => numberLabel(mark / unit, apart / unit));
}

/**
 * A number of an axis, with the digits that tell it from the next mark.
 *
 * @param {number} value
 * @param {number} apart
 */
export function numberLabel(value, apart) {
  const size = Math.abs(value);
  const digits = Math.max(0, Math.ceil(-Math.log10(apart) - 1e-9));
  if (size >= 1e6 || digits > 5) {
    return value === 0 ? "0" : Number(value.toPrecision(3)).toExponential().replace("e+", "e");
  }
  return formatNumber(value, { maximumFractionDigits: digits });
}

/**
 * Distances between marks that an axis of values may have.
 *
 * @param {number} least
 * @param {number} greatest
 */
export function valueDistances(least, greatest) {
  const power = Math.floor(Math.log10(greatest - least || 1));
  return [-2, -1, 0, 1].flatMap((more) => [1, 2, 5].map((n) => Number(`${n}e${power + more}`)));
}

/**
 * The range of an axis of values, with some room around.
 *
 * @param {number} least
 * @param {number} greatest
 * @param {{log: boolean, share: boolean}} kind `share`: it can be no more than 1.
 * @returns {[number, number]}
 */
export function valueRange(least, greatest, { log, share }) {
  if (!(least <= greatest)) {
    return log ? [0.1, 1] : [0, 1];
  }
  if (log) {
    const room = Math.max((greatest / least) ** 0.06, 1.05);
    return [Math.max(least / room, Number.MIN_VALUE), Math.min(greatest * room, Number.MAX_VALUE)];
  }
  const spread = Math.min(greatest - least, Number.MAX_VALUE / 4);
  const room = (spread || Math.abs(greatest) || 1) * 0.08;
  const top = share && greatest <= 1 ? Math.min(greatest + room, 1.005) : greatest + room;
  return [least >= 0 ? Math.max(least - room, 0) : least - room, top];
}

/**
 * Marks of an axis of powers: all the numbers of a short one, only powers of 10 on a long one.
 *
 * @param {number} least
 * @param {number} greatest
 * @param {number} room How many marks have room.
 */
export function powerMarks(least, greatest, room) {
  const first = Math.floor(Math.log10(least));
  const last = Math.ceil(Math.log10(greatest));
  const powers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const kinds = [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1, 3], [1]];
  for (const numbers of kinds) {
    const marks = powers.flatMap((power) => numbers.map((n) => Number(`${n}e${power}`)));
    const shown = marks.filter((mark) => mark >= least && mark <= greatest);
    if (shown.length <= room) {
      return shown;
    }
  }
  const stride = Math.ceil(powers.length / Math.max(room, 1));
  return powers.filter((power) => power % stride === 0).map((power) => Number(`1e${power}`));
}
