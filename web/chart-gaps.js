/** Where a curve is no number: such points are left out of the drawing, and told of. */

/** @typedef {import("./chart-columns.js").Points} Points */

class Gaps {
  /** @param {Points} points */
  constructor(points) {
    this.points = points;
    this.revision = -1;
    this.seen = 0;
    this.count = 0;
    this.first = -1;
    this.lastNumber = -1;
  }

  update() {
    const { points } = this;
    if (points.revision !== this.revision) {
      Object.assign(this, { revision: points.revision, seen: 0, count: 0 });
      Object.assign(this, { first: -1, lastNumber: -1 });
    }
    for (; this.seen < points.length; this.seen += 1) {
      if (Number.isFinite(points.value[this.seen])) {
        this.lastNumber = this.seen;
      } else {
        this.count += 1;
        this.first = this.first < 0 ? this.seen : this.first;
      }
    }
  }
}

/** @type {WeakMap<Points, Gaps>} */
const known = new WeakMap();

/**
 * @typedef {object} Gap
 * @property {number} count Points that are no numbers.
 * @property {string} value What the first of them is: NaN, Infinity, -Infinity.
 * @property {"epoch" | "step"} axis How its place is known.
 * @property {number} place The epoch it is of, from 1, or its step.
 * @property {boolean} toEnd Whether no number comes after it.
 */

/**
 * @param {Points} points
 * @returns {Gap | null} null where all points are numbers.
 */
export function gapOf(points) {
  let gaps = known.get(points);
  if (!gaps) {
    gaps = new Gaps(points);
    known.set(points, gaps);
  }
  gaps.update();
  const { first, count, lastNumber } = gaps;
  if (first < 0) {
    return null;
  }
  const epoch = points.epoch[first];
  const placed = Number.isFinite(epoch);
  return {
    count,
    value: String(points.value[first]),
    axis: placed ? "epoch" : "step",
    place: placed ? Math.ceil(epoch) : points.step[first],
    toEnd: lastNumber < first,
  };
}
