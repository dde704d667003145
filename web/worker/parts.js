/**
 * What Python is made of: fetched, compiled and unpacked once. The page keeps it for the next
 * start, with the memory of a Python that has begun, and hands it to the next worker.
 */

import { unzipSync } from "fflate";
import { Decompress } from "fzstd";
import { DownloadError, Downloads, describe, nativeFetch } from "./downloads.js";

/** @typedef {import("../protocol.js").FromWorker} FromWorker */
/** @typedef {import("./runtime.js").Parts} Parts */

/**
 * What `site.json`, written by the build, says about this copy of the site. Paths start at the
 * folder of the page's code.
 *
 * @typedef {object} Site
 * @property {string} version
 * @property {string} runtime The folder of Pyodide's files.
 * @property {string[]} packages Names of the wheels that are not ours.
 * @property {string[]} wheels What Python's packages are made of.
 * @property {string} library Python's standard library.
 * @property {number} memory How many bytes it has, unpacked.
 * @property {Record<string, string>} data
 * @property {import("./downloads.js").ListedFile[]} start
 * @property {import("./imports.js").Figures} figures
 */

/**
 * What `start.json` in the archive of the same name says.
 *
 * @typedef {object} Start
 * @property {string} folder Where packages lie.
 * @property {[handle: string, path: string][]} handles
 * @property {import("./runtime.js").Layout} layout
 * @property {number[]} chance
 * @property {{path: string, folder: string, files: [name: string, bytes: number][]}[]} late
 */

/**
 * What one start has fetched and compiled. The page keeps it for the next, its memory as a `Blob`.
 *
 * @typedef {Omit<Parts, "files" | "libraries"> & {site: Site, start: Start, archive: Blob,
 *   libraries: WebAssembly.Module[], memory: Uint8Array<ArrayBuffer> | Blob}} Kept
 */

/** How often the page hears of the download, in milliseconds. */
const PROGRESS_INTERVAL_MS = 50;

/**
 * Fetches what a start needs. A file that does not come is reported, and the rest goes on where it
 * was once that file is there.
 *
 * @param {URL} base The folder of the site.
 * @param {(message: FromWorker) => void} post
 * @param {() => Promise<void>} retryAsked
 * @returns {Promise<Kept>}
 */
export async function fetchParts(base, post, retryAsked) {
  /** @type {<T>(attempt: () => Promise<T>) => Promise<T>} */
  const insist = async (attempt) => {
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        post({ type: "failed", phase: "download", detail: describe(error) });
        await retryAsked();
      }
    }
  };
  const site = await insist(() => readSite(base));
  const downloads = new Downloads(base, site.start, reportDownload(post));
  const complete = insist(() => downloads.fetchAll());
  /** @param {string} name */
  const fetched = (name) => {
    const address = [...downloads.files.keys()].find((one) => one.endsWith(`/${name}`));
    return downloads.fetch(/** @type {string} */ (address));
  };
  const main = WebAssembly.compileStreaming(fetched("pyodide.asm.wasm"));
  const memory = fetched("memory.zst").then((packed) => unpackStream(packed, site.memory));
  const archive = await (await fetched("start.zip")).blob();
  const files = await unpack(archive);
  const libraries = librariesIn(files).map((name) => WebAssembly.compile(files[name]));
  const lock = await (await fetched("pyodide-lock.json")).blob();
  await complete;
  const scripts = {
    loader: downloads.scriptAddress("pyodide.mjs"),
    code: downloads.scriptAddress("pyodide.asm.mjs"),
  };
  /** @type {Start} */
  const start = JSON.parse(new TextDecoder().decode(files["start.json"]));
  return {
    site,
    start,
    scripts,
    main: await main,
    libraries: await Promise.all(libraries),
    archive,
    late: start.late.map(({ path, ...about }) => ({ url: new URL(path, base).href, ...about })),
    fetched: [[new URL(`${site.runtime}pyodide-lock.json`, base).href, lock]],
    memory: await memory,
  };
}

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
 * @param {Kept} kept
 * @returns {Kept & {memory: Blob}} It can be handed on without copying it each time.
 */
export function toKeep({ memory, ...rest }) {
  return { ...rest, memory: memory instanceof Blob ? memory : new Blob([memory]) };
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
async function unpack(archive) {
  return /** @type {Files} */ (unzipSync(new Uint8Array(await archive.arrayBuffer())));
}

/**
 * Names of the libraries, in the order in which the build has linked them.
 *
 * @param {Files} files
 */
function librariesIn(files) {
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
async function unpackStream(response, bytes) {
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

/**
 * @param {URL} base
 * @returns {Promise<Site>}
 */
async function readSite(base) {
  const url = new URL("site.json", base).href;
  try {
    const response = await nativeFetch(url);
    if (response.ok) {
      return await response.json();
    }
    throw new DownloadError(url, `HTTP ${response.status}`);
  } catch (error) {
    throw error instanceof DownloadError ? error : new DownloadError(url, describe(error));
  }
}

/**
 * Tells the page about arriving bytes, a few times a second.
 *
 * @param {(message: FromWorker) => void} post
 */
function reportDownload(post) {
  let last = 0;
  return (/** @type {number} */ loadedBytes, /** @type {number} */ totalBytes) => {
    const now = performance.now();
    const complete = loadedBytes >= totalBytes;
    if (complete || now - last >= PROGRESS_INTERVAL_MS) {
      last = now;
      const phase = complete ? "start" : "download";
      post({ type: "loading", phase, loadedBytes, totalBytes });
    }
  };
}
