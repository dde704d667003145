/**
 * A curve as a chart of so many columns shows it: point by point where they have room, else a
 * column's last value and the spread of all values in it. Reads each point once as a curve grows.
 */

/** @typedef {import("./state/curve.js").Axis} Axis */

/**
 * A curve to be drawn: one that still grows, or one that was kept.
 *
 * @typedef {object} Points
 * @property {number} length
 * @property {Float64Array} step
 * @property {Float64Array} epoch
 * @property {Float64Array} time
 * @property {Float64Array} value
 * @property {Float64Array | null} low
 * @property {Float64Array | null} high
 * @property {number} merged
 * @property {number} revision Rises when points that were there already have changed.
 */

/** How much of a curve is shown, and how finely. @typedef {{axis: Axis, from: number, to: number, width: number}} Zoom */

export class Columns {
  /**
   * @param {Points} points
   * @param {boolean} isLine Whether only the last value of a column counts, as of a smoothed curve.
   */
  constructor(points, isLine = false) {
    this.points = points;
    this.isLine = isLine;
    /** How many points of the drawing there are; a value that is no number breaks the line. */
    this.count = 0;
    this.x = new Float64Array(64);
    this.y = new Float64Array(64);
    this.low = new Float64Array(64);
    this.high = new Float64Array(64);
    /** Whether points of the drawing stand for several values, and ... */
    this.spread = false;
    /** ... whether that is because they would not have room. */
    this.dense = false;
    /** Of what is within the zoom. */
    this.least = Number.POSITIVE_INFINITY;
    this.leastPositive = Number.POSITIVE_INFINITY;
    this.greatest = Number.NEGATIVE_INFINITY;
    this.key = "";
    /** Columns to which no further point can come, and ... */
    this.finished = 0;
    /** ... the first point that is in none of them. */
    this.next = 0;
  }

  /**
   * Brings the columns up to date.
   *
   * @param {Zoom} zoom
   */
  show({ axis, from, to, width }) {
    const { points } = this;
    const x = points[axis];
    const known = knownPlaces(x, points.length);
    const first = Math.max(firstFrom(x, known, from) - 1, 0);
    const end = Math.min(firstAfter(x, known, to) + 1, known);
    const exact = end - first <= 2 * width;
    const key = [axis, from, to, width, exact, points.merged, points.revision].join();
    if (key !== this.key) {
      this.key = key;
      this.count = 0;
      this.finished = 0;
      this.next = first;
      this.dense = !exact;
      this.spread = !this.isLine && (!exact || points.low !== null);
      this.least = Number.POSITIVE_INFINITY;
      this.leastPositive = Number.POSITIVE_INFINITY;
      this.greatest = Number.NEGATIVE_INFINITY;
    }
    if (exact) {
      this.copy(x, from, to, end);
    } else {
      this.gather(x, from, to, width, end);
    }
  }

  /**
   * @param {Float64Array} x
   * @param {number} from
   * @param {number} to
   * @param {number} end
   */
  copy(x, from, to, end) {
    const { value, low, high } = this.points;
    for (let at = this.next; at < end; at += 1) {
      const within = x[at] >= from && x[at] <= to;
      this.add(x[at], value[at], (low ?? value)[at], (high ?? value)[at], within);
    }
    this.next = Math.max(this.next, end);
  }

  /**
   * @param {Float64Array} x
   * @param {number} from
   * @param {number} to
   * @param {number} width
   * @param {number} end
   */
  gather(x, from, to, width, end) {
    const { value } = this.points;
    const lows = this.points.low ?? value;
    const highs = this.points.high ?? value;
    const scale = width / (to - from);
    // The last column may not have been complete: it is gathered again.
    let begin = this.next;
    this.count = this.finished;
    while (begin < end) {
      const stop = endOfColumn(x, begin, end, from, scale);
      let last = stop - 1;
      while (last > begin && !Number.isFinite(value[last])) {
        last -= 1;
      }
      let [least, greatest] = [value[last], value[last]];
      if (!this.isLine) {
        least = leastOf(lows, begin, stop);
        greatest = greatestOf(highs, begin, stop);
      }
      this.finished = this.count;
      this.next = begin;
      this.add(x[last], value[last], least, greatest, x[last] >= from && x[last] <= to);
      begin = stop;
    }
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} low
   * @param {number} high
   * @param {boolean} within Whether it counts for what the axis of values shows.
   */
  add(x, y, low, high, within) {
    if (this.count === this.x.length) {
      for (const name of /** @type {const} */ (["x", "y", "low", "high"])) {
        const larger = new Float64Array(2 * this.count);
        larger.set(this[name]);
        this[name] = larger;
      }
    }
    const at = this.count;
    this.x[at] = x;
    this.y[at] = Number.isFinite(y) ? y : Number.NaN;
    this.low[at] = low;
    this.high[at] = high;
    this.count += 1;
    if (within && low <= high && Number.isFinite(low + high)) {
      this.least = Math.min(this.least, low);
      this.greatest = Math.max(this.greatest, high);
      const positive = low > 0 ? low : high > 0 ? high : Number.POSITIVE_INFINITY;
      this.leastPositive = Math.min(this.leastPositive, positive);
    }
  }
}

/**
 * @param {Float64Array} values
 * @param {number} begin
 * @param {number} end
 */
function leastOf(values, begin, end) {
  let least = Number.POSITIVE_INFINITY;
  for (let at = begin; at < end; at += 1) {
    if (values[at] < least && values[at] > Number.NEGATIVE_INFINITY) {
      least = values[at];
    }
  }
  return least;
}

/** @type {typeof leastOf} */
function greatestOf(values, begin, end) {
  let greatest = Number.NEGATIVE_INFINITY;
  for (let at = begin; at < end; at += 1) {
    if (values[at] > greatest && values[at] < Number.POSITIVE_INFINITY) {
      greatest = values[at];
    }
  }
  return greatest;
}

/**
 * The first point behind the column of the one at `begin`: found in steps that double, then by halves.
 *
 * @param {Float64Array} x Ascending.
 * @param {number} begin
 * @param {number} end
 * @param {number} from Where the columns begin.
 * @param {number} scale Columns to one of `x`.
 */
function endOfColumn(x, begin, end, from, scale) {
  const column = Math.floor((x[begin] - from) * scale);
  let inside = begin;
  let step = 1;
  while (inside + step < end && Math.floor((x[inside + step] - from) * scale) === column) {
    inside += step;
    step *= 2;
  }
  let outside = Math.min(inside + step, end);
  while (outside - inside > 1) {
    const middle = (inside + outside) >> 1;
    if (Math.floor((x[middle] - from) * scale) === column) {
      inside = middle;
    } else {
      outside = middle;
    }
  }
  return outside;
}

/**
 * How many points have a place on an axis: those of an epoch of unknown length have none yet.
 *
 * @param {Float64Array} x
 * @param {number} length
 */
export function knownPlaces(x, length) {
  let known = length;
  while (known > 0 && Number.isNaN(x[known - 1])) {
    known -= 1;
  }
  return known;
}

/**
 * @param {Float64Array} x Ascending.
 * @param {number} length
 * @param {number} place
 * @returns {number} The index of the first that is not before `place`.
 */
export function firstFrom(x, length, place) {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] < place) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** The index of the first that is after `place`. @type {typeof firstFrom} */
function firstAfter(x, length, place) {
  let at = firstFrom(x, length, place);
  while (at < length && x[at] === place) {
    at += 1;
  }
  return at;
}

/**
 * @param {Points} points
 * @param {Axis} axis
 * @param {number} place
 * @returns {number} The index of the point nearest to a place; -1 where there is none.
 */
export function nearest(points, axis, place) {
  const x = points[axis];
  const known = knownPlaces(x, points.length);
  const after = firstFrom(x, known, place);
  if (after === 0) {
    return known > 0 ? 0 : -1;
  }
  return after < known && x[after] - place < place - x[after - 1] ? after : after - 1;
}
