/**
 * Which runs go on at this moment, in whichever tab: each holds a lock, which the browser frees when
 * its tab is gone, however it went. A run that is kept as running, and whose lock is free, was cut off.
 *
 * Locks are there in secure contexts only, and not in a frame without an origin of its own; without
 * them every run counts as free.
 */

const PREFIX = "pykeras-run-";

/** The run of this tab, if one goes on. */
let heldId = "";
/** Frees its lock. */
let free = () => {};

/**
 * Takes the lock of a run of this tab.
 *
 * @param {string} id
 * @returns {Promise<boolean>} Whether no other tab has it.
 */
export function holdRun(id) {
  if (id === heldId) {
    return Promise.resolve(true);
  }
  letGo();
  heldId = id;
  return new Promise((resolve) => {
    const request = navigator.locks?.request(PREFIX + id, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock === null
        ? null
        : new Promise((end) => {
            free = () => end(null);
          });
    });
    (request ?? Promise.reject(new Error("no locks"))).catch(() => resolve(true));
  });
}

/** The run of this tab is over. */
export function letGo() {
  free();
  free = () => {};
  heldId = "";
}

/** Resolves once no tab runs this any more. @param {string} id */
export async function whenFree(id) {
  try {
    await navigator.locks.request(PREFIX + id, () => {});
  } catch {
    // There are no locks.
  }
}
