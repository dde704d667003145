/**
 * The worker's own functions, as programs find them: what concerns others than the program is not
 * there, and what a program changes is put right before the next one runs.
 */

/** What belongs to everyone on this origin, and a worker in which all of that is there again. */
const OF_ALL = [
  "indexedDB",
  "caches",
  "cookieStore",
  "BroadcastChannel",
  "Worker",
  "webkitRequestFileSystem",
  "webkitRequestFileSystemSync",
  "webkitResolveLocalFileSystemURL",
  "webkitResolveLocalFileSystemSyncURL",
];
const OF_NAVIGATOR = ["storage", "storageBuckets", "locks", "serviceWorker"];

/** @type {IDBFactory | null} */
let held = null;

/** This origin's databases: programs have no way to them, we do. */
export function databases() {
  return held ?? globalThis.indexedDB;
}

/** Takes away what belongs to everyone on this origin; comes before any program runs. */
export function confine() {
  try {
    held = self.indexedDB;
  } catch {
    // A browser that denies storage: nothing is kept.
  }
  for (const name of OF_ALL) {
    remove(self, name);
  }
  for (const name of OF_NAVIGATOR) {
    remove(self.navigator, name);
  }
}

/**
 * @param {object} object
 * @param {string} name
 */
function remove(object, name) {
  for (let owner = object; owner !== null; owner = Object.getPrototypeOf(owner)) {
    Reflect.deleteProperty(owner, name);
  }
}

/**
 * Remembers the properties of an object.
 *
 * @param {object} target
 * @returns {() => void} Gives the object those that it has lost or that are others now; what was
 *   added stays.
 */
export function remember(target) {
  const before = Object.entries(Object.getOwnPropertyDescriptors(target));
  const { defineProperty, getOwnPropertyDescriptor } = Object;
  return () => {
    for (const [name, was] of before) {
      const now = getOwnPropertyDescriptor(target, name);
      if (!now || now.value !== was.value || now.get !== was.get || now.set !== was.set) {
        try {
          defineProperty(target, name, was);
        } catch {
          // A program has made it unchangeable: that stays until Python is restarted.
        }
      }
    }
  };
}
