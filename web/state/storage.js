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

/** The keys there are that begin so. @param {string} prefix */
export function keys(prefix) {
  const found = new Set(unsaved.keys());
  try {
    for (let index = 0; index < localStorage.length; index += 1) {
      found.add(localStorage.key(index) ?? "");
    }
  } catch {
    // storage is blocked: nothing was ever kept
  }
  return [...found].filter((key) => key.startsWith(prefix));
}

/** Whether something that begins so would be gone with the page. @param {string} prefix */
export function isAtRisk(prefix) {
  return [...unsaved.keys()].some((key) => key.startsWith(prefix));
}

/**
 * @param {(key: string | null) => void} listener Called when another tab of this site has changed
 *   the key's value; with null where it may have changed any.
 */
export function listenForOthers(listener) {
  addEventListener("storage", ({ key }) => listener(key));
  // A tab that the browser has put to sleep hears nothing meanwhile.
  addEventListener("pageshow", ({ persisted }) => persisted && listener(null));
  document.addEventListener("visibilitychange", () => !document.hidden && listener(null));
}

/** What this tab remembers for itself, and a new one takes over. @param {string} key */
export function readInTab(key) {
  try {
    return sessionStorage.getItem(key) ?? read(key);
  } catch {
    return read(key);
  }
}

/**
 * @param {string} key
 * @param {string} value
 */
export function writeInTab(key, value) {
  write(key, value);
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // `write` has told of it
  }
}

/** What this tab alone remembers, through a reload. @param {string} key */
export function readOfTab(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null; // storage is blocked: nothing was ever kept
  }
}

/**
 * @param {string} key
 * @param {string} value
 */
export function writeOfTab(key, value) {
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // A reload begins as the first time, then.
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
      retry();
    } else {
      localStorage.setItem(key, value);
    }
  } catch {
    if (value === null) {
      return; // there is nothing to keep
    }
    unsaved.set(key, value);
    if (!refused) {
      refused = true;
      onRefusal();
    }
  }
}

/** Forgets all that begins so, in this tab and in this browser. @param {string} prefix */
export function forgetAll(prefix) {
  for (const key of keys(prefix)) {
    write(key, null);
  }
  unsaved.clear();
  try {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(prefix)) {
        sessionStorage.removeItem(key);
      }
    }
  } catch {
    // storage is blocked: nothing was ever kept
  }
}

/** There may be room by now for what there was none for. */
function retry() {
  for (const [key, value] of unsaved) {
    localStorage.setItem(key, value);
    unsaved.delete(key);
  }
}
