/**
 * One curve: every value that was reported, with where it lies by step, by epoch and by time. Owns
 * the bound on how much of a curve is kept.
 */

/**
 * @typedef {object} CurveData A curve as plain values; a structured clone carries it.
 * @property {string} name As in Keras's logs; `val_...` for validation.
 * @property {Float64Array} step Steps done since the fit began.
 * @property {Float64Array} epoch Epochs done, with the part of the present one; NaN while an epoch
 *   of unknown length goes on, and in a loop that has no epochs.
 * @property {Float64Array} time Seconds since the fit began, without the pauses.
 * @property {Float64Array} value May be NaN or infinite, as it was reported.
 * @property {Float64Array | null} low The least of the values that one point stands for, and ...
 * @property {Float64Array | null} high ... the greatest; null where a point is one value.
 * @property {number} merged How many reported values a point stands for; `value` is their last.
 */

/** Where a point lies. @typedef {{step: number, epoch: number, time: number}} Place */
/** @typedef {"step" | "epoch" | "time"} Axis */

/** Points kept of a curve before two become one. Even. */
export const MAX_POINTS = 100_000;
const FIRST_CAPACITY = 64;

export class Curve {
  /** @param {string} name */
  constructor(name) {
    this.name = name;
    this.length = 0;
    this.merged = 1;
    /** How many values the last point stands for by now. */
    this.inLast = 0;
    this.step = new Float64Array(FIRST_CAPACITY);
    this.epoch = new Float64Array(FIRST_CAPACITY);
    this.time = new Float64Array(FIRST_CAPACITY);
    this.value = new Float64Array(FIRST_CAPACITY);
    /** @type {Float64Array | null} */
    this.low = null;
    /** @type {Float64Array | null} */
    this.high = null;
    /** Rises when points that were there already have changed or moved. */
    this.revision = 0;
  }

  /**
   * A curve that goes on from what is kept of one.
   *
   * @param {CurveData} data
   */
  static of({ name, merged, step, epoch, time, value, low, high }) {
    const curve = new Curve(name);
    Object.assign(curve, { merged, length: value.length, inLast: merged });
    const room = Math.max(FIRST_CAPACITY, value.length);
    const copied = (/** @type {Float64Array} */ values) => {
      const array = new Float64Array(room);
      array.set(values);
      return array;
    };
    curve.step = copied(step);
    curve.epoch = copied(epoch);
    curve.time = copied(time);
    curve.value = copied(value);
    curve.low = low && copied(low);
    curve.high = high && copied(high);
    return curve;
  }

  /**
   * @param {Place} place
   * @param {number} value
   */
  add(place, value) {
    if (this.length === MAX_POINTS && this.inLast === this.merged) {
      this.halve();
    }
    if (this.length === 0 || this.inLast === this.merged) {
      this.length += 1;
      this.grow();
      this.inLast = 0;
    }
    this.inLast += 1;
    this.write(place, value, this.inLast === 1);
  }

  /**
   * Lets the last point stand for a little more than it did.
   *
   * @param {Place} place
   * @param {number} value
   */
  amend(place, value) {
    this.write(place, value, this.inLast === 1);
  }

  /**
   * Finds the places of points whose epoch was of unknown length while it went on.
   *
   * @param {(step: number) => number} epochOf
   */
  placeEpochs(epochOf) {
    for (let at = this.length - 1; at >= 0 && Number.isNaN(this.epoch[at]); at -= 1) {
      this.epoch[at] = epochOf(this.step[at]);
      this.revision += 1;
    }
  }

  /** @returns {CurveData} A copy. */
  data() {
    const { name, length, merged } = this;
    return {
      name,
      merged,
      step: this.step.slice(0, length),
      epoch: this.epoch.slice(0, length),
      time: this.time.slice(0, length),
      value: this.value.slice(0, length),
      low: this.low?.slice(0, length) ?? null,
      high: this.high?.slice(0, length) ?? null,
    };
  }

  /**
   * @param {Place} place
   * @param {number} value
   * @param {boolean} alone Whether the point stands for this value only.
   */
  write({ step, epoch, time }, value, alone) {
    const at = this.length - 1;
    this.step[at] = step;
    this.epoch[at] = epoch;
    this.time[at] = time;
    this.value[at] = value;
    if (this.low && this.high) {
      this.low[at] = alone ? value : least(this.low[at], value);
      this.high[at] = alone ? value : greatest(this.high[at], value);
    }
    if (!alone) {
      this.revision += 1;
    }
  }

  grow() {
    if (this.length <= this.value.length) {
      return;
    }
    const capacity = Math.min(2 * this.value.length, MAX_POINTS);
    const larger = (/** @type {Float64Array} */ old) => {
      const array = new Float64Array(capacity);
      array.set(old);
      return array;
    };
    this.step = larger(this.step);
    this.epoch = larger(this.epoch);
    this.time = larger(this.time);
    this.value = larger(this.value);
    this.low = this.low && larger(this.low);
    this.high = this.high && larger(this.high);
  }

  /** Makes one point of every two: the later one, which remembers the spread of both. */
  halve() {
    const { step, epoch, time, value } = this;
    const low = this.low ?? value.slice();
    const high = this.high ?? value.slice();
    for (let at = 0; at < this.length / 2; at += 1) {
      const first = 2 * at;
      const second = first + 1;
      step[at] = step[second];
      epoch[at] = epoch[second];
      time[at] = time[second];
      value[at] = value[second];
      low[at] = least(low[first], low[second]);
      high[at] = greatest(high[first], high[second]);
    }
    this.low = low;
    this.high = high;
    this.length /= 2;
    this.merged *= 2;
    this.inLast = this.merged;
    this.revision += 1;
  }
}

/** The lesser of two numbers, where either may be no finite number. @type {typeof greatest} */
function least(a, b) {
  return Number.isFinite(a) && !(b < a && Number.isFinite(b)) ? a : b;
}

/**
 * The greater of two numbers, where either may be no finite number.
 *
 * @param {number} a
 * @param {number} b
 */
function greatest(a, b) {
  return Number.isFinite(a) && !(b > a && Number.isFinite(b)) ? a : b;
}
