/** When a training will end: said only once what was seen of it is enough to tell. */

/** What is done at a moment. @typedef {{ms: number, fraction: number}} Mark */

/** Speed is not known from less. */
const SEEN_MS = 1000;
/** The speed of the later half may be so many times that of the earlier one, or a part as small. */
const STEADY = 2;
const MAX_MARKS = 64;

export class Forecast {
  constructor() {
    /**
     * The first one is that of the first report: what came before it compiled the step, and will
     * not come again.
     *
     * @type {Mark[]}
     */
    this.marks = [];
    /** Only every so many reports are kept as marks. */
    this.stride = 1;
    this.seen = 0;
  }

  /**
   * @param {number} ms A clock that stands still during pauses.
   * @param {number} fraction Of the work, 0 to 1.
   * @returns {number | null} Seconds until it is done; null where it is too early to tell.
   */
  secondsLeft(ms, fraction) {
    const now = { ms, fraction };
    this.remember(now);
    const [first] = this.marks;
    if (fraction >= 1 || ms - first.ms < SEEN_MS || fraction <= first.fraction) {
      return null;
    }
    const halfway = (ms + first.ms) / 2;
    const middle = this.marks.find((mark) => mark.ms >= halfway) ?? now;
    const early = speed(first, middle);
    const late = speed(middle, now);
    const steady = early > 0 && late < STEADY * early && early < STEADY * late;
    return steady ? (1 - fraction) / late / 1000 : null;
  }

  /** @param {Mark} mark */
  remember(mark) {
    if (this.seen % this.stride === 0) {
      this.marks.push(mark);
    }
    this.seen += 1;
    if (this.marks.length === MAX_MARKS) {
      this.marks = this.marks.filter((_, index) => index % 2 === 0);
      this.stride *= 2;
    }
  }
}

/**
 * @param {Mark} from
 * @param {Mark} to
 * @returns {number} Of the work, a millisecond.
 */
function speed(from, to) {
  return to.ms > from.ms ? (to.fraction - from.fraction) / (to.ms - from.ms) : 0;
}
