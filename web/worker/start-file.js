/**
 * The one file that Python starts from, as the build writes it: a line of JSON, then the contents
 * of files, the memory last. Each begins at a multiple of eight bytes.
 */

/**
 * What the line says.
 *
 * @typedef {About & {sizes: [path: string, bytes: number][], memory: number}} Head
 * @typedef {object} About
 * @property {[handle: string, path: string][]} handles
 * @property {import("./runtime.js").Layout} layout
 * @property {number[]} chance
 * @property {{path: string, folder: string, files: [name: string, bytes: number][]}[]} late
 */

/** @typedef {[path: string, contents: Uint8Array<ArrayBuffer>]} File */

const ALIGNED = 8;
const NEW_LINE = 10;

/** @param {number} place */
const aligned = (place) => Math.ceil(place / ALIGNED) * ALIGNED;

/**
 * @param {About} about
 * @param {File[]} files
 * @param {Uint8Array} memory
 * @returns {Uint8Array}
 */
export function pack(about, files, memory) {
  const sizes = files.map(([path, contents]) => [path, contents.length]);
  const line = `${JSON.stringify({ ...about, sizes, memory: memory.length })}\n`;
  const parts = [new TextEncoder().encode(line), ...files.map(([, contents]) => contents), memory];
  const packed = new Uint8Array(parts.reduce((place, part) => aligned(place) + part.length, 0));
  let place = 0;
  for (const part of parts) {
    packed.set(part, aligned(place));
    place = aligned(place) + part.length;
  }
  return packed;
}

/**
 * @param {Uint8Array<ArrayBuffer>} packed
 * @returns {{about: About, files: File[], memory: Uint8Array<ArrayBuffer>}} The files' contents are
 *   copies, the memory is not.
 */
export function unpack(packed) {
  let place = packed.indexOf(NEW_LINE) + 1;
  /** @type {Head} */
  const { sizes, memory, ...about } = JSON.parse(
    new TextDecoder().decode(packed.subarray(0, place)),
  );
  const next = (/** @type {number} */ bytes) => {
    const start = aligned(place);
    place = start + bytes;
    return packed.subarray(start, place);
  };
  /** @type {File[]} */
  const files = sizes.map(([path, bytes]) => [path, next(bytes).slice()]);
  return { about, files, memory: next(memory) };
}
