/**
 * How Python's parts become a Python. The worker needs this only once they are on their way, so it
 * is a file of its own.
 */

import { unpack } from "./start-file.js";

export { loadRuntime } from "./runtime.js";

/** @typedef {import("./runtime.js").Parts} Parts */
/** @typedef {import("./runtime.js").Memory} Memory */
/** @typedef {import("./parts.js").Kept} Kept */

/**
 * What a decoder of Zstandard exports (the WebAssembly of zstddec, which the build takes out of it).
 *
 * @typedef {object} Decoder
 * @property {WebAssembly.Memory} memory
 * @property {(bytes: number) => number} malloc
 * @property {(to: number, room: number, from: number, bytes: number) => number} ZSTD_decompress
 */

/**
 * @param {WebAssembly.Module} decoder
 * @param {Blob} packed
 * @param {number} bytes How many they are, unpacked.
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function unzst(decoder, packed, bytes) {
  const contents = new Uint8Array(await packed.arrayBuffer());
  const imports = { env: { emscripten_notify_memory_growth() {} } };
  const { exports } = await WebAssembly.instantiate(decoder, imports);
  const { memory, malloc, ZSTD_decompress } = /** @type {Decoder} */ (
    /** @type {unknown} */ (exports)
  );
  const from = malloc(contents.length);
  const to = malloc(bytes);
  new Uint8Array(memory.buffer).set(contents, from);
  const found = ZSTD_decompress(to, bytes, from, contents.length);
  if (found !== bytes) {
    throw new Error("what came is not what the build has packed");
  }
  return new Uint8Array(memory.buffer, to, bytes);
}

/**
 * @param {Uint8Array<ArrayBuffer>} start What `unzst` gives.
 * @returns {Promise<WebAssembly.Module[]>} Its libraries, in the order in which they are linked.
 */
export async function compileLibraries(start) {
  const libraries = unpack(start).files.filter(isLibrary);
  return Promise.all(libraries.map(([, code]) => WebAssembly.compile(code)));
}

/**
 * @param {Kept} kept
 * @param {URL} base The folder of the site.
 * @returns {Promise<{parts: Parts, memory: Memory}>}
 */
export async function partsOf({ start, libraries, scripts, main, fetched }, base) {
  const bytes = start instanceof Blob ? new Uint8Array(await start.arrayBuffer()) : start;
  const { about, files, memory } = unpack(bytes);
  const { late, ...rest } = about;
  const parts = {
    scripts,
    main,
    fetched,
    files,
    libraries: files.filter(isLibrary).map(([path], at) => pair(path, libraries[at])),
    late: late.map(({ path, ...which }) => ({ url: new URL(path, base).href, ...which })),
  };
  return { parts, memory: { bytes: memory, ...rest } };
}

/** @param {import("./start-file.js").File} file */
function isLibrary([path]) {
  return path.endsWith(".so");
}

/**
 * @template A, B
 * @param {A} first
 * @param {B} second
 * @returns {[A, B]}
 */
function pair(first, second) {
  return [first, second];
}
