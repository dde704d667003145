/** What a program changes of the worker's own functions is put right before the next one runs. */

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
