/**
 * When what Python reports is drawn: so often as leaves the processor to training, and the page to
 * the hands of the reader.
 */

/** @typedef {{touch: () => void}} Drawn A store whose subscribers draw. */

/** Drawing takes at most this share of the page's time. */
const MOST_DRAWING = 0.1;
/** Draws no oftener than this: more would not be seen to move faster. */
const LEAST_PAUSE_MS = 60;
/** A key may be followed by another so soon, and that is drawn before any report. */
const KEY_PAUSE_MS = 150;
/** Keys hold reports up no longer than this. */
const LONGEST_WAIT_MS = 3000;

/** @type {Set<Drawn>} */
const waiting = new Set();
let scheduled = false;
let notBefore = 0;
let drawnAt = Number.NEGATIVE_INFINITY;
let keyAt = Number.NEGATIVE_INFINITY;

/** A report has come into a store. @param {Drawn} store */
export function drawSoon(store) {
  waiting.add(store);
  if (!scheduled) {
    schedule();
  }
}

/** Draws all that has come: a run has ended, or is held. */
export function drawNow() {
  for (const store of waiting) {
    store.touch();
  }
  waiting.clear();
}

/** The reader has pressed a key. */
export function yieldToKeys() {
  keyAt = performance.now();
}

function schedule() {
  scheduled = true;
  setTimeout(draw, Math.max(notBefore - performance.now(), 0));
}

function draw() {
  const now = performance.now();
  const pause = keyAt + KEY_PAUSE_MS - now;
  if (pause > 0 && now - drawnAt < LONGEST_WAIT_MS) {
    setTimeout(draw, pause);
    return;
  }
  drawnAt = now;
  drawNow();
  requestAnimationFrame(measure);
}

/**
 * Takes the time that a frame takes from its beginning, before anybody has drawn, until it is drawn.
 *
 * @param {number} began
 */
function measure(began) {
  setTimeout(() => {
    const now = performance.now();
    notBefore = now + Math.max((now - began) / MOST_DRAWING, LEAST_PAUSE_MS);
    scheduled = false;
    if (waiting.size > 0) {
      schedule();
    }
  });
}
