/**
 * Checks of values that have come from elsewhere: what shapes of messages are written in, and the
 * shapes that several kinds of message have parts of.
 */

/** @typedef {(value: unknown) => boolean} Check */
/**
 * A check for every field but the one that names the kind.
 *
 * @template T
 * @typedef {{[F in Exclude<keyof T, "type" | "kind" | "code">]: Check}} Fields
 */
/**
 * @template {{kind: string}} T
 * @typedef {{[K in T["kind"]]: Fields<Extract<T, {kind: K}>>}} Kinds
 */

/** @param {unknown} value */
export const number = (value) => typeof value === "number";
/** @param {unknown} value */
export const text = (value) => typeof value === "string";
/** @param {unknown} value */
export const flag = (value) => typeof value === "boolean";
/** @param {unknown} value */
export const bytes = (value) => value instanceof Uint8Array;
/** @param {unknown} value */
export const blob = (value) => value instanceof Blob;

/** @type {(check: Check) => Check} */
export const orNull = (check) => (value) => (value ?? null) === null || check(value);

/** @type {(check: Check) => Check} */
export const list = (check) => (value) => Array.isArray(value) && value.every(check);

/** @type {(...words: string[]) => Check} */
export const word =
  (...words) =>
  (value) =>
    words.includes(/** @type {string} */ (value));

/** @type {(check: Check) => Check} */
export const record = (check) => (value) => isObject(value) && Object.values(value).every(check);

/** @type {(fields: Record<string, Check>) => Check} */
export const object = (fields) => (value) => {
  if (!isObject(value)) {
    return false;
  }
  for (const name in fields) {
    if (!fields[name](value[name])) {
      return false;
    }
  }
  return true;
};

/**
 * One of several kinds of object, told apart by what stands under a name.
 *
 * @type {(name: string, kinds: Record<string, Record<string, Check>>) => Check}
 */
export const oneOf = (name, kinds) => {
  const checks = new Map(Object.entries(kinds).map(([kind, fields]) => [kind, object(fields)]));
  return (value) =>
    isObject(value) && (checks.get(/** @type {string} */ (value[name]))?.(value) ?? false);
};

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
export function isObject(value) {
  return typeof value === "object" && value !== null;
}

export const numbers = list(number);
export const texts = list(text);
/** @type {Fields<import("../protocol.js").Images>} */
export const images = { height: number, width: number, channels: number, pixels: bytes };
/** @type {Fields<import("../protocol.js").Shown>} */
export const shown = {
  images: orNull(object(images)),
  texts: orNull(texts),
  series: orNull(list(numbers)),
  features: list(numbers),
  names: texts,
  width: number,
};
