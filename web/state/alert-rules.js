/**
 * What can be seen to go wrong with a training, from its curves alone. The rules would rather miss
 * something than cry wolf: what they say must be worth a reader's time.
 */

/** @typedef {import("./curve.js").Curve} Curve */
/** @typedef {import("./fit.js").Fit} Fit */

/**
 * @typedef {"notFinite" | "divergence" | "jumps" | "overfitting" | "stuck" | "slow" | "plateau"} AlertKind
 */

/**
 * @typedef {object} Alert
 * @property {AlertKind} kind
 * @property {Record<string, string | number>} values For its sentence.
 */

/** A loss that is so many times what it was at first has gone astray. */
const ASTRAY = 2;
/** Epochs of which some must rise by a good part of the loss for it to be jumping. */
const JUMPS_OVER = 8;
const JUMPS = 3;
const JUMP = 1.3;
const FAR = 0.35;
/** Epochs that validation must have been worse for, and by how much, to be called overfitting. */
const WORSE_FOR = 4;
const WORSE = 1.08;
const BETTER = 0.92;
/** What counts as no fall of the loss at all, of a slow one, and over how many epochs. */
const NO_FALL = 0.005;
const SLOW_FALL = 0.03;
const SEEN_EPOCHS = 5;
/** A plateau is so long, and so near to where the loss was at first: lower ones may be the end. */
const PLATEAU_EPOCHS = 15;
const NEAR = 0.7;

/**
 * The most important thing to say about a fit now.
 *
 * @param {Fit} fit
 * @returns {Alert | null} null where there is nothing.
 */
export function findAlert(fit) {
  const loss = fit.curves.get("loss");
  if (!loss || loss.length === 0) {
    return null;
  }
  const found = notFinite(loss) ?? divergence(loss);
  if (found || fit.mode === "loop") {
    return found;
  }
  const epochs = numbers(fit.epochLogs.get("loss"));
  const validation = numbers(fit.epochLogs.get("val_loss"));
  return jumps(epochs) ?? overfitting(epochs, validation) ?? noFall(epochs) ?? plateau(fit, epochs);
}

/**
 * The last point alone says it: weights that became no numbers never recover.
 *
 * @param {Curve} loss
 * @returns {Alert | null}
 */
function notFinite({ length, value, epoch, step }) {
  let at = length - 1;
  if (Number.isFinite(value[at])) {
    return null;
  }
  while (at > 0 && !Number.isFinite(value[at - 1])) {
    at -= 1;
  }
  const placed = Number.isFinite(epoch[at]);
  return {
    kind: "notFinite",
    values: {
      value: String(value[length - 1]),
      axis: placed ? "epoch" : "step",
      place: placed ? Math.max(Math.ceil(epoch[at]), 1) : step[at],
    },
  };
}

/**
 * @param {Curve} loss
 * @returns {Alert | null}
 */
function divergence({ length, value }) {
  const enough = length >= 6;
  const first = Math.max(value[0], value[1]);
  const latest = enough ? least([...value.subarray(length - 4, length)]) : 0;
  return enough && first > 0 && latest > ASTRAY * first
    ? { kind: "divergence", values: { times: Math.floor(latest / first) } }
    : null;
}

/**
 * The loss goes up and down by large parts of itself, far from where it could end.
 *
 * @param {number[]} losses
 * @returns {Alert | null}
 */
function jumps(losses) {
  const late = losses.slice(-JUMPS_OVER - 1);
  const high = late.filter((loss, index) => index > 0 && loss > JUMP * late[index - 1]);
  const far = high.filter((loss) => loss > FAR * losses[0]);
  return late.length > JUMPS_OVER && far.length >= JUMPS && least(late) > 0
    ? { kind: "jumps", values: { times: far.length, epochs: JUMPS_OVER } }
    : null;
}

/**
 * @param {number[]} losses
 * @param {number[]} validation
 * @returns {Alert | null}
 */
function overfitting(losses, validation) {
  if (validation.length !== losses.length || validation.length <= WORSE_FOR) {
    return null;
  }
  const best = validation.indexOf(least(validation));
  const since = validation.length - 1 - best;
  const worse = validation.slice(-3).every((loss) => loss > WORSE * validation[best]);
  const learning = /** @type {number} */ (losses.at(-1)) < BETTER * losses[best];
  return since >= WORSE_FOR && validation[best] > 0 && worse && learning
    ? { kind: "overfitting", values: { epoch: best + 1 } }
    : null;
}

/**
 * @param {number[]} losses
 * @returns {Alert | null}
 */
function noFall(losses) {
  if (losses.length < SEEN_EPOCHS || !(losses[0] > 0)) {
    return null;
  }
  const best = least(losses);
  const fall = (losses[0] - best) / losses[0];
  if (fall < NO_FALL) {
    return { kind: "stuck", values: { epochs: losses.length } };
  }
  const half = losses[Math.floor((losses.length - 1) / 2)];
  const last = /** @type {number} */ (losses.at(-1));
  const steady = losses.every((loss, index) => index === 0 || loss < losses[index - 1]);
  const unbent = half - last > 0.6 * (losses[0] - half);
  return fall < SLOW_FALL && steady && unbent
    ? { kind: "slow", values: { epochs: losses.length } }
    : null;
}

/**
 * @param {Fit} fit
 * @param {number[]} losses
 * @returns {Alert | null}
 */
function plateau(fit, losses) {
  const long = Math.max(PLATEAU_EPOCHS, Math.floor(losses.length / 3));
  if (losses.length < 2 * long || fit.epochs - fit.epochsDone < 2) {
    return null;
  }
  const before = least(losses.slice(0, -long));
  const now = least(losses.slice(-long));
  const flat = before - now < 0.002 * Math.abs(losses[0] - now);
  return flat && now > NEAR * losses[0] ? { kind: "plateau", values: { epochs: long } } : null;
}

/**
 * The value of every epoch; none where one is no number.
 *
 * @param {Curve | undefined} curve
 */
function numbers(curve) {
  const values = curve ? [...curve.value.subarray(0, curve.length)] : [];
  return values.every(Number.isFinite) ? values : [];
}

/** @param {number[]} values */
function least(values) {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}
