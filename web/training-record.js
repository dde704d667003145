/** What the curves and the progress line show: the fits of one run, point by point. */

/** @typedef {import("./protocol.js").FromWorker} FromWorker */
/** What it is made from. @typedef {Extract<FromWorker, {type: "begin" | "steps" | "epoch" | "end"}>} TrainingMessage */
/** @typedef {{x: number[], y: number[]}} Curve */

/**
 * @typedef {object} Fit One call of fit().
 * @property {string} label Name of the model.
 * @property {string} optimizer
 * @property {number} firstEpoch
 * @property {number} epochs Where the last epoch ends, counted from 0.
 * @property {Map<string, Curve>} curves By name of the metric; `val_...` for validation.
 * @property {Record<string, number>} latest The values as Keras printed them last.
 * @property {Window} window
 */

/**
 * The steps since the last point. Logs are means since the start of the epoch, which jump where an
 * epoch ends; a curve shows means over windows of steps instead.
 *
 * @typedef {object} Window
 * @property {Set<string>} means Logs that can be split into windows.
 * @property {number} epoch
 * @property {number} step
 * @property {Record<string, number>} logs As they were at `step`.
 * @property {number} size Steps that lie in the window.
 * @property {Record<string, number>} sums Over these steps.
 */

/**
 * @typedef {object} Progress
 * @property {number} startedAt Milliseconds.
 * @property {"fit" | "validate" | "evaluate" | "predict"} mode
 * @property {string} label
 * @property {number} epoch From 0.
 * @property {number} epochs
 * @property {number} step Steps done in this epoch.
 * @property {number | null} steps
 * @property {number} stepsPerSecond
 * @property {number | null} fraction Of the fit, 0 to 1; null where its length is not known.
 * @property {number | null} secondsLeft
 */

/** About how many points a curve gets, where an epoch has at least one and at most eight. */
const POINTS_PER_FIT = 80;
const POINTS_PER_EPOCH = 8;
/** Points of one curve before every second one is let go. */
const MAX_POINTS = 1500;
/** A forecast from less than this would jump about. */
const FORECAST_AFTER_MS = 400;

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
  }

  /** @returns {Progress | null} */
  get progress() {
    return this.open.at(-1) ?? null;
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

  /** Ends what is open: the program has ended, or was cut off. */
  close() {
    this.open.length = 0;
    this.version += 1;
  }

  /**
   * Where the axis of epochs ends: while a fit runs, with its plan; after that with the curves, so
   * that a training that stopped early fills its chart.
   */
  get lastEpoch() {
    const fitting = this.open.some(({ mode }) => mode === "fit" || mode === "validate");
    const ends = this.fits.flatMap((fit, index) =>
      fitting && index === this.fits.length - 1
        ? fit.epochs
        : [...fit.curves.values()].map(({ x }) => x.at(-1) ?? 0),
    );
    return Math.max(1, ...ends);
  }

  /** Names of the metrics in the curves, the loss not among them. */
  get metrics() {
    const names = new Set();
    for (const fit of this.fits) {
      for (const name of fit.curves.keys()) {
        if (name !== "loss" && !name.startsWith("val_")) {
          names.add(name);
        }
      }
    }
    return [.../** @type {Set<string>} */ (names)];
  }

  /** @param {Extract<FromWorker, {type: "begin"}>} message */
  begin({ mode, label, optimizer, epochs, initialEpoch, steps, means }) {
    if (mode === "fit") {
      const window = {
        means: new Set(means),
        epoch: -1,
        step: 0,
        logs: {},
        size: 0,
        sums: {},
      };
      const curves = new Map();
      this.fits.push({
        label,
        optimizer,
        firstEpoch: initialEpoch,
        epochs,
        curves,
        latest: {},
        window,
      });
    }
    this.open.push({
      startedAt: this.clock(),
      mode,
      label,
      epoch: initialEpoch,
      epochs,
      step: 0,
      steps,
      stepsPerSecond: 0,
      fraction: 0,
      secondsLeft: null,
    });
  }

  /** @param {Extract<FromWorker, {type: "steps"}>} message */
  addSteps({ mode, epoch, step, steps, logs, stepsPerSecond }) {
    const progress = this.progress;
    if (!progress) {
      return;
    }
    Object.assign(progress, { mode, step, steps, stepsPerSecond });
    const fit = this.fits.at(-1);
    if (mode === "fit" && fit) {
      progress.epoch = epoch;
      const position = epoch + (steps ? step / steps : 0);
      this.forecast(steps ? (position - fit.firstEpoch) / (fit.epochs - fit.firstEpoch) : null);
      fit.latest = { ...fit.latest, ...logs };
      if (steps) {
        advance(fit, epoch, step, steps, logs);
      }
    } else if (mode !== "validate") {
      this.forecast(steps ? step / steps : null);
    }
  }

  /** @param {Extract<FromWorker, {type: "epoch"}>} message */
  addEpoch({ epoch, steps, logs, stepsPerSecond }) {
    const { progress } = this;
    const fit = this.fits.at(-1);
    if (progress && fit) {
      Object.assign(progress, { mode: "fit", epoch, step: steps, steps, stepsPerSecond });
      fit.latest = logs;
      const all = Object.entries(logs);
      const training = all.filter(([name]) => !name.startsWith("val_"));
      advance(fit, epoch, steps, steps, Object.fromEntries(training));
      const validation = all.filter(([name]) => name.startsWith("val_"));
      addPoints(fit, epoch + 1, validation);
      this.forecast((epoch + 1 - fit.firstEpoch) / (fit.epochs - fit.firstEpoch));
    }
  }

  /** @param {number | null} fraction */
  forecast(fraction) {
    const progress = this.progress;
    if (progress) {
      const elapsed_ms = this.clock() - progress.startedAt;
      const known = fraction !== null && fraction > 0 && elapsed_ms > FORECAST_AFTER_MS;
      progress.fraction = fraction;
      progress.secondsLeft = known ? (elapsed_ms / 1000 / fraction) * (1 - fraction) : null;
    }
  }
}

/**
 * Takes the steps up to `step` of an epoch into the window, and makes it a point when it is full.
 *
 * @param {Fit} fit
 * @param {number} epoch
 * @param {number} step
 * @param {number} steps
 * @param {Record<string, number>} logs
 */
function advance(fit, epoch, step, steps, logs) {
  const { window } = fit;
  if (epoch !== window.epoch) {
    Object.assign(window, { epoch, step: 0, logs: {} });
  }
  for (const [name, value] of Object.entries(logs)) {
    const before = (window.logs[name] ?? 0) * window.step;
    window.sums[name] = (window.sums[name] ?? 0) + value * step - before;
  }
  window.size += step - window.step;
  Object.assign(window, { step, logs });
  const wanted = (steps * (fit.epochs - fit.firstEpoch)) / POINTS_PER_FIT;
  const full = Math.min(Math.max(wanted, steps / POINTS_PER_EPOCH), steps);
  const last = step === steps && epoch + 1 === fit.epochs;
  if (window.size > 0 && (window.size >= full || fit.curves.size === 0 || last)) {
    const points = Object.entries(logs).map(([name, value]) => {
      const mean = window.means.has(name) ? window.sums[name] / window.size : value;
      return /** @type {[string, number]} */ ([name, mean]);
    });
    addPoints(fit, epoch + step / steps, points);
    Object.assign(window, { size: 0, sums: {} });
  }
}

/**
 * @param {Fit} fit
 * @param {number} x
 * @param {[string, number][]} points
 */
function addPoints(fit, x, points) {
  for (const [name, value] of points) {
    const curve = fit.curves.get(name) ?? { x: [], y: [] };
    fit.curves.set(name, curve);
    curve.x.push(x);
    curve.y.push(value);
    if (curve.x.length > MAX_POINTS) {
      const keep = (/** @type {number} */ _, /** @type {number} */ index) => index % 2 === 0;
      fit.curves.set(name, { x: curve.x.filter(keep), y: curve.y.filter(keep) });
    }
  }
}
