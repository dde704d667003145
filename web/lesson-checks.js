/** The goals of a lesson: whether they are reached, by what is known of the program and its runs. */

/** @typedef {Record<"en" | "zh-CN", string>} Words */
/**
 * @typedef {object} Check
 * @property {"run" | "drawn" | "value" | "gap" | "better" | "text" | "argument" | "changed"
 *   | "neurons" | "parameters" | "answer" | "tried" | "opened"} kind
 * @property {Words} [say] In place of the page's own words.
 * @property {string} [of] The name of a curve, or of an argument.
 * @property {string} [minus] The curve that is taken from it.
 * @property {"start" | "end" | "best"} [when]
 * @property {number} [above]
 * @property {number} [below]
 * @property {string} [has]
 * @property {string} [lacks]
 * @property {string} [view] The name of a view of the page.
 */
/**
 * @typedef {object} Step
 * @property {"predict" | "run" | "investigate" | "change" | "make"} kind
 * @property {Words} title
 * @property {Words} text
 * @property {string} [point] The part of the page that it is about.
 * @property {{of: string, epochs: number, low: number, high: number}} [draw] The curve to be drawn.
 * @property {string} [compare] The curve that was drawn before, to be laid over what came.
 * @property {{question: Words, choices: {text: Words, reply: Words, right?: boolean}[]}} [ask]
 * @property {Check[]} [checks]
 * @property {Words} [hint]
 * @property {{find: string, replace: string}[]} [solution] One way to do it.
 * @property {Words} [after] What is to be said when it is done.
 */
/**
 * @typedef {object} Lesson
 * @property {1} format
 * @property {string} id
 * @property {Words} title
 * @property {Words} about
 * @property {number} minutes
 * @property {string[]} program Its lines.
 * @property {Step[]} steps
 */
/**
 * What is known of a run: each curve's values at the ends of its epochs.
 *
 * @typedef {{id: string, values: Record<string, number[]>}} Result
 */
/**
 * @typedef {object} Facts
 * @property {string} text The program.
 * @property {string} textBefore As it was when the step began.
 * @property {Result | null} result Of the last run in this step.
 * @property {Result | null} before Of the last run before it.
 * @property {boolean} drawn
 * @property {number | null} answer Which choice.
 * @property {boolean} tried Whether the model was tried in this step.
 * @property {number} neurons
 * @property {number} parameters
 * @property {ReadonlySet<string>} opened The views that were open in this step.
 */

/**
 * @param {Check} check
 * @param {Step} step
 * @param {Facts} facts
 * @returns {boolean}
 */
export function isReached(check, step, facts) {
  const { kind, of = "", minus = "", has, lacks, view } = check;
  const { result, before, text } = facts;
  switch (kind) {
    case "run":
      return result !== null;
    case "drawn":
      return facts.drawn;
    case "value":
      return within(valueAt(result, of, check.when), check);
    case "gap":
      return within(valueAt(result, of, check.when) - valueAt(result, minus, check.when), check);
    case "better":
      return isBetter(valueAt(result, of, "end"), valueAt(before, of, "end"), of);
    case "text":
      return holds(text, has, true) && holds(text, lacks, false);
    case "argument":
      return numbersAfter(text, of).some((value) => within(value, check));
    case "changed":
      return bare(text) !== bare(facts.textBefore);
    case "neurons":
      return result !== null && facts.neurons > 0 && within(facts.neurons, check);
    case "parameters":
      return result !== null && facts.parameters > 0 && within(facts.parameters, check);
    case "answer":
      return facts.answer !== null && step.ask?.choices[facts.answer]?.right === true;
    case "tried":
      return facts.tried;
    case "opened":
      return facts.opened.has(/** @type {string} */ (view));
  }
}

/**
 * @param {Result | null} result
 * @param {string} name
 * @param {Check["when"]} when
 * @returns {number} NaN where it is not known.
 */
export function valueAt(result, name, when = "end") {
  const values = result?.values[name] ?? [];
  if (when === "best") {
    return values.length === 0 ? Number.NaN : Math[isLoss(name) ? "min" : "max"](...values);
  }
  return values.at(when === "start" ? 0 : -1) ?? Number.NaN;
}

/** Whether less of it is better. @param {string} name */
function isLoss(name) {
  return !/acc|auc|precision|recall|f1|iou|r2/.test(name);
}

/**
 * @param {number} value
 * @param {Check} bounds
 */
function within(value, { above = Number.NEGATIVE_INFINITY, below = Number.POSITIVE_INFINITY }) {
  return value > above && value < below;
}

/**
 * @param {number} now
 * @param {number} before
 * @param {string} name
 */
function isBetter(now, before, name) {
  return isLoss(name) ? now < before : now > before;
}

/**
 * @param {string} text
 * @param {string | undefined} part
 * @param {boolean} wanted
 */
function holds(text, part, wanted) {
  return part === undefined || bare(text).includes(bare(part)) === wanted;
}

/** A program without comments and spaces: what it does, whatever it looks like. @param {string} text */
function bare(text) {
  return text.replace(/#.*$/gm, "").replace(/\s+/g, "");
}

/**
 * The numbers that a program gives to an argument or a variable of this name.
 *
 * @param {string} text
 * @param {string} name
 */
function numbersAfter(text, name) {
  const escaped = name.replace(/[^\w]/g, "");
  const found = bare(text).matchAll(
    new RegExp(`(?<![\\w.])${escaped}=([\\d._]+(?:e[-+]?\\d+)?)`, "gi"),
  );
  return [...found].map(([, number]) => Number(number.replaceAll("_", "")));
}
