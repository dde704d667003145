/** Smoothed curves: an exponential mean over all points, without the pull of its start. */

/** @typedef {import("./chart-columns.js").Points} Points */

/**
 * @param {number} a
 * @param {number} b
 * @param {number} c
 * @param {number} d
 */
function areNumbers(a, b, c, d) {
  return a + b + c + d - (a + b + c + d) === 0; // Infinity less itself is no number
}

/** From here on the start pulls no more. */
const FULL_WEIGHT = 1 - 1e-9;

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
    this.goOn(decay);
    const { value, revision } = this;
    const { length, step, epoch, time, merged } = points;
    return { length, step, epoch, time, value, low: null, high: null, merged, revision };
  }

  /**
   * Smoothes the points that have come. Four at a time where it can: all follow from the mean before
   * them, so that the processor does not wait for one after the other.
   *
   * @param {number} decay
   */
  goOn(decay) {
    const { points, value: smooth } = this;
    const { value, length } = points;
    const fresh = 1 - decay;
    const [decay2, decay3, decay4] = [decay ** 2, decay ** 3, decay ** 4];
    let { done, sum, weight } = this;
    while (done < length) {
      const four = weight === 1 && done + 3 < length;
      if (four && areNumbers(value[done], value[done + 1], value[done + 2], value[done + 3])) {
        const first = fresh * value[done];
        const second = decay * first + fresh * value[done + 1];
        const third = decay * second + fresh * value[done + 2];
        smooth[done] = decay * sum + first;
        smooth[done + 1] = decay2 * sum + second;
        smooth[done + 2] = decay3 * sum + third;
        sum = decay4 * sum + (decay * third + fresh * value[done + 3]);
        smooth[done + 3] = sum;
        done += 4;
      } else {
        const isNumber = Number.isFinite(value[done]);
        if (isNumber) {
          sum = decay * sum + fresh * value[done];
          weight = decay * weight + fresh;
          weight = weight > FULL_WEIGHT ? 1 : weight;
        }
        smooth[done] = isNumber ? sum / weight : Number.NaN;
        done += 1;
      }
    }
    Object.assign(this, { done, sum, weight });
  }
}
