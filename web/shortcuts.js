/** The page's keys: one table for what they do, what buttons say of them and the sheet of all. */

import { pauseOrResume, runOrResume, stepTraining, stopProgram } from "./state/actions.js";
import { session } from "./state/session.js";
import { SIDES, show, view } from "./state/view.js";

/** @typedef {import("./state/view.js").ViewName} ViewName */

const APPLE = /Mac|iP(hone|ad)/.test(navigator.userAgent);

/**
 * @typedef {object} Shortcut
 * @property {string} keys As `aria-keyshortcuts` wants them.
 * @property {string} shown As people read them.
 * @property {(event: KeyboardEvent) => boolean} matches
 * @property {() => void} act
 */

/**
 * A letter or digit with Alt. It is found by its place on the keyboard: with Alt, many keyboards
 * write another character.
 *
 * @param {string} key
 * @param {() => void} act
 * @returns {Shortcut}
 */
function withAlt(key, act) {
  const code = /\d/.test(key) ? `Digit${key}` : `Key${key}`;
  return {
    keys: `Alt+${key}`,
    shown: APPLE ? `⌥ ${key}` : `Alt + ${key}`,
    matches: (event) =>
      event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.code === code,
    act,
  };
}

/** Every key of the page, in the order of the sheet. */
export const SHORTCUTS = {
  run: {
    keys: "Control+Enter Meta+Enter",
    shown: APPLE ? "⌘ ↵" : "Ctrl + ↵",
    /** @param {KeyboardEvent} event */
    matches: (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey),
    act: runOrResume,
  },
  pause: withAlt("P", pauseOrResume),
  step: withAlt("S", () => stepIfPossible("step")),
  epoch: withAlt("E", () => stepIfPossible("epoch")),
  stop: withAlt("Q", stopProgram),
  ...Object.fromEntries(
    /** @type {ViewName[]} */ (Object.keys(SIDES)).map((name, index) => [
      `view.${name}`,
      withAlt(String(index + 1), () => openView(name)),
    ]),
  ),
};

/** Keys that other parts of the page hear themselves, for the sheet. */
export const OTHER_KEYS = {
  cell: APPLE ? "⇧ ↵" : "Shift + ↵",
  find: APPLE ? "⌘ F" : "Ctrl + F",
  error: "F8",
  mend: APPLE ? "⌘ ." : "Ctrl + .",
  toast: "F6",
};

/**
 * @param {string} action
 * @returns {{keys: string, shown: string}}
 */
export function keysOf(action) {
  return SHORTCUTS[/** @type {keyof typeof SHORTCUTS} */ (action)];
}

/** Lets the keys act, wherever in the page the focus is. */
export function listenForShortcuts() {
  document.addEventListener("keydown", (event) => {
    const shortcut = Object.values(SHORTCUTS).find(({ matches }) => matches(event));
    if (shortcut && !event.defaultPrevented) {
      event.preventDefault();
      shortcut.act();
    }
  });
}

/** @param {"step" | "epoch"} unit */
function stepIfPossible(unit) {
  const { state, training, canPause } = session.values;
  if (canPause && ((state === "running" && training) || state === "ready")) {
    stepTraining(unit);
  }
}

/** @param {ViewName} name */
function openView(name) {
  if (view.values.present.has(name)) {
    show(name);
    requestAnimationFrame(() => document.getElementById(`tab-${name}`)?.focus());
  }
}
