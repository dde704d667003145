/** One call of fit(), or one loop that a program wrote by hand, as curves. */

import { Curve } from "./curve.js";

/** @typedef {import("../protocol.js").Logs} Logs */
/** @typedef {import("./curve.js").Place} Place */

/**
 * The steps behind the last point. Keras's logs are means since the start of the epoch, which jump
 * where an epoch ends and hide what happens late in it; a curve shows means over the steps since
 * the point before.
 *
 * @typedef {object} Window
 * @property {number} epoch
 * @property {Reached} from Where the last point's steps begin ...
 * @property {Reached} at ... and where they end.
 */
/** @typedef {{step: number, logs: Logs}} Reached */

/** @typedef {"rate" | "gradients" | "weights" | "speed" | "memory"} DetailName */

/** A metric that is no mean settles in an epoch; it gets at most so many points in one. */
const SETTLED_PER_EPOCH = 8;
/** A mean over the epoch is exact to some seven digits: the last few of many steps drown in that. */
const STEPS_TO_RESOLVE = 10_000;

export class Fit {
  /** @param {Extract<import("../protocol.js").FromWorker, {type: "begin"}>} begin */
  constructor({ mode, label, optimizer, epochs, initialEpoch, steps, means }) {
    /** @type {"fit" | "loop"} */
    this.mode = mode === "loop" ? "loop" : "fit";
    this.label = label;
    this.optimizer = optimizer;
    this.firstEpoch = initialEpoch;
    /** Where the last epoch ends by the plan, counted from 0. */
    this.epochs = epochs;
    /** Epochs that have ended, those before the first one of this fit too. */
    this.epochsDone = initialEpoch;
    /** Steps an epoch, as far as that is known. */
    this.steps = steps;
    /** Steps of the epochs that have ended. */
    this.stepsDone = initialEpoch * (steps ?? 0);
    /** Logs that can be split into windows. */
    this.means = new Set(means);
    /** By name of the metric; `val_...` for validation. @type {Map<string, Curve>} */
    this.curves = new Map();
    /** What Keras said at the end of each epoch, by name. @type {Map<string, Curve>} */
    this.epochLogs = new Map();
    /**
     * What else is known of the training: curves by their labels, by what they are of.
     *
     * @type {Map<DetailName, Map<string, Curve>>}
     */
    this.details = new Map();
    /** Why norms of gradients are missing. @type {"memory" | "step" | null} */
    this.withoutGradients = null;
    /** The values as Keras gave them last. @type {Logs} */
    this.latest = {};
    /** @type {Window} */
    this.window = newWindow(-1);
    /** Seconds it has taken, without the pauses. */
    this.seconds = 0;
    /** About how many steps lie between two reports. */
    this.typical = 0;
    /** Which step of the epoch was reported last. */
    this.reported = 0;
    /** At which step of the epoch a settling metric got its last point. @type {Map<string, number>} */
    this.settled = new Map();
  }

  /**
   * Whether another fit goes on where this one ended.
   *
   * @param {Extract<import("../protocol.js").FromWorker, {type: "begin"}>} begin
   */
  isContinuedBy({ mode, label, initialEpoch }) {
    const sameModel = mode === "fit" && this.mode === "fit" && label === this.label;
    return sameModel && initialEpoch > 0 && initialEpoch === this.epochsDone;
  }

  /** @param {Extract<import("../protocol.js").FromWorker, {type: "begin"}>} begin */
  goOn({ optimizer, epochs, steps, means }) {
    Object.assign(this, { optimizer, epochs, steps: steps ?? this.steps, means: new Set(means) });
    this.window = newWindow(-1);
  }

  /** Goes on in the middle of an epoch. @param {{epoch: number, step: number, logs: Logs}} place */
  goOnWithin({ epoch, step, logs }) {
    const reached = { step, logs };
    this.window = { epoch, from: reached, at: reached };
    this.reported = step;
  }

  /**
   * @param {number} epoch From 0.
   * @param {number} step Steps done in this epoch.
   * @param {number | null} steps
   * @param {Logs} logs
   * @param {number} time
   */
  addSteps(epoch, step, steps, logs, time) {
    this.steps = steps ?? this.steps;
    this.latest = { ...this.latest, ...logs };
    this.seconds = time;
    this.addPoints(epoch, step, logs, time, false);
  }

  /**
   * @param {DetailName} name
   * @param {string} label
   * @param {number} epoch From 0.
   * @param {number} step Steps done in this epoch.
   * @param {number} time
   * @param {number} value
   */
  addDetail(name, label, epoch, step, time, value) {
    const curves = this.details.get(name) ?? new Map();
    this.details.set(name, curves);
    const place = { step: this.stepsDone + step, epoch: this.position(epoch, step), time };
    curveOf(curves, label).add(place, value);
  }

  /**
   * @param {number} epoch The epoch that has ended, from 0.
   * @param {number} step Steps that were done in it.
   * @param {Logs} logs
   * @param {number} time
   */
  addEpoch(epoch, step, logs, time) {
    const planned = Math.max(this.steps ?? 0, step);
    this.steps = planned;
    this.latest = logs;
    this.seconds = time;
    const epochOf = (/** @type {number} */ at) => epoch + (at - this.stepsDone) / planned;
    for (const curves of [this.curves, ...this.details.values()]) {
      for (const curve of curves.values()) {
        curve.placeEpochs(epochOf);
      }
    }
    const all = Object.entries(logs);
    const training = all.filter(([name]) => !name.startsWith("val_"));
    this.addPoints(epoch, step, Object.fromEntries(training), time, true);
    this.stepsDone += step;
    this.epochsDone = epoch + 1;
    const place = { step: this.stepsDone, epoch: epoch + step / planned, time };
    for (const [name, value] of all) {
      curveOf(this.epochLogs, name).add({ ...place, epoch: epoch + 1 }, value);
      if (name.startsWith("val_")) {
        curveOf(this.curves, name).add(place, value);
      }
    }
  }

  /**
   * @param {number} epoch
   * @param {number} step
   * @param {Logs} logs
   * @param {number} time
   * @param {boolean} ended The epoch has.
   */
  addPoints(epoch, step, logs, time, ended) {
    const place = { step: this.stepsDone + step, epoch: this.position(epoch, step), time };
    if (this.mode === "loop") {
      for (const [name, value] of Object.entries(logs)) {
        curveOf(this.curves, name).add(place, value);
      }
      return;
    }
    if (epoch !== this.window.epoch) {
      this.window = newWindow(epoch);
      this.settled.clear();
      this.reported = 0;
    }
    this.typical = (this.typical ? this.typical + step - this.reported : 2 * step) / 2;
    this.reported = step;
    const { from, at } = this.window;
    // A point over a handful of steps, where others stand for many, would be a spike.
    const few = 2 * (step - at.step) < this.typical;
    const isTail = ended && at.step > 0 && few;
    const base = isTail ? from : at;
    const resolved = ended || (!few && (step - at.step) * STEPS_TO_RESOLVE >= step);
    for (const [name, value] of Object.entries(logs)) {
      if (!this.means.has(name)) {
        this.addSettling(name, value, place, step, ended);
      } else if (step > at.step && resolved) {
        const curve = curveOf(this.curves, name);
        const mean = meanSince(base, name, value, step);
        isTail && curve.length > 0 ? curve.amend(place, mean) : curve.add(place, mean);
      }
    }
    if (step > at.step && resolved) {
      this.window = { epoch, from: base, at: { step, logs } };
    }
  }

  /**
   * A metric over the epoch so far says little at its start, and would saw up and down.
   *
   * @param {string} name
   * @param {number} value
   * @param {Place} place
   * @param {number} step
   * @param {boolean} ended
   */
  addSettling(name, value, place, step, ended) {
    const last = this.settled.get(name) ?? 0;
    const apart = (this.steps ?? 0) / SETTLED_PER_EPOCH;
    if (step > last && (ended || step - last >= apart)) {
      const curve = curveOf(this.curves, name);
      const isTail = ended && last > 0 && 2 * (step - last) < apart && curve.length > 0;
      isTail ? curve.amend(place, value) : curve.add(place, value);
      this.settled.set(name, step);
    }
  }

  /**
   * @param {number} epoch
   * @param {number} step
   */
  position(epoch, step) {
    return this.mode === "loop" || !this.steps
      ? Number.NaN
      : epoch + Math.min(step / this.steps, 1);
  }
}

/** @param {number} epoch @returns {Window} */
function newWindow(epoch) {
  const start = { step: 0, logs: {} };
  return { epoch, from: start, at: start };
}

/**
 * @param {Reached} base
 * @param {string} name
 * @param {number} value Mean over all steps up to `step`.
 * @param {number} step
 * @returns {number} Mean over the steps since `base`.
 */
function meanSince(base, name, value, step) {
  const before = base.logs[name];
  return before === undefined || base.step === 0
    ? value
    : value + ((value - before) * base.step) / (step - base.step);
}

/**
 * @param {Map<string, Curve>} curves
 * @param {string} name
 */
function curveOf(curves, name) {
  let curve = curves.get(name);
  if (!curve) {
    curve = new Curve(name);
    curves.set(name, curve);
  }
  return curve;
}
