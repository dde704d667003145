/** Smoothed curves: an exponential mean over all points, without the pull of its start. */

/** @typedef {import("./chart-columns.js").Points} Points */

export class Smoothed {
  /** @param {Points} points */
  constructor(points) {
    this.points = points;
    this.value = new Float64Array(0);
    this.decay = 0;
    this.revision = 0;
    this.seen = -1;
    this.done = 0;
    this.sum = 0;
    this.weight = 0;
  }

  /**
   * @param {number} smoothing 0 to below 1: how much of the mean so far each value leaves.
   * @returns {Points} Points at the same places; those that are no numbers stay so.
   */
  at(smoothing) {
    const { points } = this;
    // A point that stands for several values weighs as many.
    const decay = smoothing ** points.merged;
    if (decay !== this.decay || points.revision !== this.seen) {
      Object.assign(this, { decay, seen: points.revision, done: 0, sum: 0, weight: 0 });
      this.revision += 1;
    }
    if (this.value.length < points.length) {
      const larger = new Float64Array(points.value.length);
      larger.set(this.value);
      this.value = larger;
    }
    for (; this.done < points.length; this.done += 1) {
      const value = points.value[this.done];
      if (Number.isFinite(value)) {
        this.sum = decay * this.sum + (1 - decay) * value;
        this.weight = decay * this.weight + (1 - decay);
      }
      this.value[this.done] = Number.isFinite(value) ? this.sum / this.weight : Number.NaN;
    }
    const { value, revision } = this;
    const { length, step, epoch, time, merged } = points;
    return { length, step, epoch, time, value, low: null, high: null, merged, revision };
  }
}
