/**
 * How Python's parts become a Python. The worker needs this only once they are on their way, so it
 * is a file of its own.
 */

import { unzipSync } from "fflate";
import { Decompress } from "fzstd";

export { loadRuntime } from "./runtime.js";

/** @typedef {import("./runtime.js").Parts} Parts */
/** @typedef {import("./parts.js").Kept} Kept */

/**
 * @param {Kept} kept
 * @returns {Promise<{parts: Parts, memory: import("./runtime.js").Memory}>}
 */
export async function partsOf({ archive, libraries, start, memory, ...rest }) {
  const { "start.json": _, ...files } = await unpack(archive);
  const path = (/** @type {string} */ name) => `${start.folder}/${name}`;
  const bytes = memory instanceof Blob ? new Uint8Array(await memory.arrayBuffer()) : memory;
  const parts = {
    ...rest,
    libraries: librariesIn(files).map((name, at) => pair(path(name), libraries[at])),
    files: Object.entries(files).map(([name, contents]) => pair(path(name), contents)),
  };
  const { handles, layout, chance } = start;
  return { parts, memory: { bytes, handles, layout, chance } };
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

/** @typedef {Record<string, Uint8Array<ArrayBuffer>>} Files */

/**
 * @param {Blob} archive
 * @returns {Promise<Files>}
 */
export async function unpack(archive) {
  return /** @type {Files} */ (unzipSync(new Uint8Array(await archive.arrayBuffer())));
}

/**
 * Names of the libraries, in the order in which the build has linked them.
 *
 * @param {Files} files
 */
export function librariesIn(files) {
  return Object.keys(files)
    .filter((name) => name.endsWith(".so"))
    .sort();
}

/**
 * Unpacks while it arrives.
 *
 * @param {Response} response
 * @param {number} bytes How many there are once they are unpacked.
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function unpackStream(response, bytes) {
  const contents = new Uint8Array(bytes);
  let place = 0;
  const stream = new Decompress((chunk) => {
    contents.set(chunk, place); // a RangeError where there are more
    place += chunk.length;
  });
  for await (const chunk of /** @type {ReadableStream<Uint8Array>} */ (response.body)) {
    stream.push(chunk);
  }
  return contents;
}
