/** What the curves and the progress line show: the fits of one run, with every value reported. */

import { Fit } from "./fit.js";
import { Forecast } from "./forecast.js";
import { fitsUpTo } from "./kept-fit.js";

/** @typedef {import("../protocol.js").FromWorker} FromWorker */
/** @typedef {import("./fit.js").DetailName} DetailName */
/** @typedef {import("./kept-fit.js").Place} Place */
/** What it is made from. @typedef {Extract<FromWorker, {type: "begin" | "steps" | "epoch" | "end"}>} TrainingMessage */

/**
 * @typedef {object} Progress
 * @property {"fit" | "loop" | "validate" | "evaluate" | "predict"} mode
 * @property {string} label
 * @property {number} epoch From 0.
 * @property {number} firstEpoch
 * @property {number} epochs
 * @property {number} step Steps done in this epoch.
 * @property {number | null} steps
 * @property {number} stepsPerSecond
 * @property {number | null} fraction Of the whole, 0 to 1; null where its length is not known.
 * @property {number | null} secondsLeft null where it is too early to tell.
 * @property {Forecast} forecast
 * @property {Fit | null} fit What it adds to.
 * @property {number} beganMs Where its time axis begins, by the clock that stands still in pauses.
 */

export class TrainingRecord {
  /** @param {() => number} clock Milliseconds. */
  constructor(clock = () => performance.now()) {
    this.clock = clock;
    /** @type {Fit[]} */
    this.fits = [];
    /** What is going on, innermost last: a callback inside fit() may call predict(). @type {Progress[]} */
    this.open = [];
    /** Rises with every change, for widgets that draw what is in here. */
    this.version = 0;
    this.pausedAt = 0;
    this.isPaused = false;
    this.pausesMs = 0;
    /** Where the fit that begins next goes on. @type {Place | null} */
    this.resumed = null;
  }

  /** @returns {Progress | null} */
  get progress() {
    return this.open.at(-1) ?? null;
  }

  /** Milliseconds without the pauses. */
  get now() {
    return (this.isPaused ? this.pausedAt : this.clock()) - this.pausesMs;
  }

  /**
   * The fit that begins next goes on from a checkpoint.
   *
   * @param {import("./run-curves.js").RunCurves} kept What was drawn before its run was cut off.
   * @param {Place} place
   */
  resume(kept, place) {
    const fits = fitsUpTo(kept.fits, place);
    if (fits.length > 0) {
      this.fits = fits;
      this.resumed = place;
      this.version += 1;
    }
  }

  /** @param {TrainingMessage} message */
  add(message) {
    switch (message.type) {
      case "begin":
        this.begin(message);
        break;
      case "steps":
        this.addSteps(message);
        break;
      case "epoch":
        this.addEpoch(message);
        break;
      case "end":
        this.open.pop();
        break;
    }
    this.version += 1;
  }

  /** Training is held, or goes on: no axis and no forecast counts the time between. @param {boolean} paused */
  pause(paused) {
    if (paused && !this.isPaused) {
      this.pausedAt = this.clock();
    } else if (!paused && this.isPaused) {
      this.pausesMs += this.clock() - this.pausedAt;
    }
    this.isPaused = paused;
  }

  /** Ends what is open: the program has ended, or was cut off. */
  close() {
    this.open.length = 0;
    this.pause(false);
    this.version += 1;
  }

  /** Whether a fit or a loop goes on, and the last of `fits` grows. */
  get isTraining() {
    return this.open.some(({ mode }) => mode === "fit" || mode === "validate" || mode === "loop");
  }

  /** @param {Extract<FromWorker, {type: "begin"}>} message */
  begin(message) {
    const { mode, label, epochs, initialEpoch, steps } = message;
    const place = mode === "fit" ? this.resumed : null;
    const fit = mode === "fit" || mode === "loop" ? this.fitFor(message) : null;
    this.open.push({
      mode,
      label,
      epoch: place?.epoch ?? initialEpoch,
      firstEpoch: initialEpoch,
      epochs,
      step: place?.step ?? 0,
      steps,
      stepsPerSecond: 0,
      fraction: mode === "loop" ? null : 0,
      secondsLeft: null,
      forecast: new Forecast(),
      fit,
      beganMs: this.now - 1000 * (fit?.seconds ?? 0),
    });
  }

  /**
   * @param {Extract<FromWorker, {type: "begin"}>} begin
   * @returns {Fit} A new one, or the last where that is gone on with.
   */
  fitFor(begin) {
    const last = this.fits.at(-1);
    if (last && this.resumed) {
      last.goOn(begin);
      last.goOnWithin(this.resumed);
      this.resumed = null;
      return last;
    }
    if (last?.isContinuedBy(begin)) {
      last.goOn(begin);
      return last;
    }
    const fit = new Fit(begin);
    this.fits.push(fit);
    return fit;
  }

  /** @param {Extract<FromWorker, {type: "steps"}>} message */
  addSteps({ mode, epoch, step, steps, logs, stepsPerSecond }) {
    const { progress } = this;
    if (!progress) {
      return;
    }
    Object.assign(progress, { mode, step, steps, stepsPerSecond });
    if (mode === "fit" || mode === "loop") {
      progress.epoch = epoch;
      const known = mode === "fit" && steps;
      this.foresee(progress, known ? fractionDone(progress, epoch + step / steps) : null);
      progress.fit?.addSteps(epoch, step, steps, logs, this.secondsOf(progress));
      this.addSpeed(progress, epoch, step, stepsPerSecond);
    } else if (mode !== "validate") {
      this.foresee(progress, steps ? step / steps : null);
    }
  }

  /** @param {Extract<FromWorker, {type: "norms"}>} message */
  addNorms({ epoch, step, learningRate, bytes, layers, withoutGradients }) {
    const progress = this.open.findLast(({ fit }) => fit !== null);
    const fit = progress?.fit;
    if (!progress || !fit) {
      return;
    }
    const time = this.secondsOf(progress);
    // The epoch may have been counted as done by now.
    const [at, within] =
      epoch < fit.epochsDone && fit.mode === "fit" ? [fit.epochsDone, 0] : [epoch, step];
    const add = (
      /** @type {DetailName} */ name,
      /** @type {string} */ label,
      /** @type {number} */ value,
    ) => fit.addDetail(name, label, at, within, time, value);
    if (learningRate !== null) {
      add("rate", "", learningRate);
    }
    add("memory", "", bytes / 1e6);
    fit.withoutGradients = withoutGradients ?? null;
    for (const { name, weights, gradients } of layers) {
      add("weights", name, weights);
      if (gradients !== null) {
        add("gradients", name, gradients);
      }
    }
    this.version += 1;
  }

  /** @param {Extract<FromWorker, {type: "epoch"}>} message */
  addEpoch({ epoch, steps, logs, stepsPerSecond }) {
    const { progress } = this;
    if (progress) {
      Object.assign(progress, { mode: "fit", epoch, step: steps, steps, stepsPerSecond });
      this.addSpeed(progress, epoch, steps, stepsPerSecond);
      progress.fit?.addEpoch(epoch, steps, logs, this.secondsOf(progress));
      this.foresee(progress, fractionDone(progress, epoch + 1));
    }
  }

  /**
   * @param {Progress} progress
   * @param {number} epoch
   * @param {number} step
   * @param {number} stepsPerSecond 0 while it is not known.
   */
  addSpeed(progress, epoch, step, stepsPerSecond) {
    if (stepsPerSecond > 0) {
      const time = this.secondsOf(progress);
      progress.fit?.addDetail("speed", "", epoch, step, time, stepsPerSecond);
    }
  }

  /** Seconds that a fit has taken, without the pauses. @param {Progress} progress */
  secondsOf({ beganMs }) {
    return (this.now - beganMs) / 1000;
  }

  /**
   * @param {Progress} progress
   * @param {number | null} fraction
   */
  foresee(progress, fraction) {
    progress.fraction = fraction;
    progress.secondsLeft =
      fraction === null ? null : progress.forecast.secondsLeft(this.now, fraction);
  }
}

/**
 * @param {Progress} progress
 * @param {number} position Epochs done.
 */
function fractionDone({ firstEpoch, epochs }, position) {
  return Math.min((position - firstEpoch) / Math.max(epochs - firstEpoch, 1), 1);
}
