/**
 * What the page remembers in this browser. Where the browser refuses (no room, storage blocked in
 * an embedded page), values last until the page is closed and `onRefusal` hears of it once.
 */

/** @type {Map<string, string>} */
const unsaved = new Map();
/** @type {() => void} */
let onRefusal = () => {};
let refused = false;

/** @param {() => void} listener Called once, when the browser first refuses to keep something. */
export function listenForRefusal(listener) {
  onRefusal = listener;
}

/**
 * @param {string} key
 * @returns {string | null}
 */
export function read(key) {
  if (unsaved.has(key)) {
    return unsaved.get(key) ?? null;
  }
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage is blocked: nothing was ever kept
  }
}

/**
 * @param {string} key
 * @param {string | null} value null forgets the key.
 */
export function write(key, value) {
  unsaved.delete(key);
  try {
    if (value === null) {
      localStorage.removeItem(key);
    } else {
      localStorage.setItem(key, value);
    }
  } catch {
    if (value !== null) {
      unsaved.set(key, value);
    }
    if (!refused) {
      refused = true;
      onRefusal();
    }
  }
}
