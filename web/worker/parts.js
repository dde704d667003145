/**
 * What Python is made of: fetched, compiled and unpacked once. The page keeps it for the next
 * start, with the memory of a Python that has begun, and hands it to the next worker.
 */

import { DownloadError, Downloads, describe, nativeFetch } from "./downloads.js";
import { unpackWheel } from "./wheels.js";

/** @typedef {import("../protocol.js").FromWorker} FromWorker */
/** @typedef {import("./runtime.js").Parts} Parts */

/**
 * What `site.json`, written by the build, says about this copy of the site.
 *
 * @typedef {object} Site
 * @property {string} version
 * @property {string} runtime The folder of Pyodide's files.
 * @property {string[]} packages Names of the wheels in `startup` that are not ours.
 * @property {Record<string, string>} data
 * @property {import("./downloads.js").ListedFile[]} startup
 * @property {import("./imports.js").Figures} figures
 */

/**
 * What the page keeps for the next start.
 *
 * @typedef {Omit<Parts, "files"> & {site: Site, files: PackedFiles,
 *   memory: import("./runtime.js").Memory}} Snapshot
 * @typedef {{sizes: [path: string, bytes: number][], contents: Blob}} PackedFiles
 */

/** How often the page hears of the download, in milliseconds. */
const PROGRESS_INTERVAL_MS = 50;
/** Where Python looks for packages. */
const SITE_PACKAGES = "/lib/python3.14/site-packages";

/**
 * Fetches what a start needs. A file that does not come is reported, and the rest goes on where it
 * was once that file is there.
 *
 * @param {URL} base The folder of the site.
 * @param {(message: FromWorker) => void} post
 * @param {() => Promise<void>} retryAsked
 * @returns {Promise<{site: Site, parts: Parts}>}
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
  const downloads = new Downloads(base, site.startup, reportDownload(post));
  const complete = insist(() => downloads.fetchAll());
  const addresses = [...downloads.files.keys()];
  const wheels = addresses.filter((address) => address.endsWith(".whl"));
  const asked = addresses.filter((address) => /\.(zip|json)$/.test(address));
  const main = WebAssembly.compileStreaming(
    downloads.fetch(/** @type {string} */ (addresses.find((one) => one.endsWith(".wasm")))),
  );
  const unpacked = wheels.map(async (address) => unpackWheel(await downloads.blob(address)));
  const files = (await Promise.all(unpacked)).flat().map(placed);
  const libraries = await compiled(files);
  const fetched = asked.map(async (address) => pair(address, await downloads.blob(address)));
  await complete;
  const scripts = {
    loader: downloads.scriptAddress("pyodide.mjs"),
    code: downloads.scriptAddress("pyodide.asm.mjs"),
  };
  const parts = {
    scripts,
    main: await main,
    libraries,
    files,
    fetched: await Promise.all(fetched),
  };
  return { site, parts: { ...parts, packages: site.packages } };
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

/**
 * @param {[name: string, contents: Uint8Array<ArrayBuffer>]} file
 * @returns {[path: string, contents: Uint8Array<ArrayBuffer>]}
 */
function placed([name, contents]) {
  return [`${SITE_PACKAGES}/${name}`, contents];
}

/**
 * The libraries among the files; one that this browser does not take is left to Python, which may
 * have another in its place.
 *
 * @param {Parts["files"]} files
 * @returns {Promise<Parts["libraries"]>}
 */
async function compiled(files) {
  const code = files.filter(([path]) => /\.(so|wasm)$/.test(path));
  const compiling = code.map(async ([path, contents]) =>
    pair(path, await WebAssembly.compile(contents).catch(() => null)),
  );
  return (await Promise.all(compiling)).flatMap(([path, module]) =>
    module ? [pair(path, module)] : [],
  );
}

/**
 * The files of packages as they are handed on: one after the other.
 *
 * @param {Parts["files"]} files
 * @returns {PackedFiles}
 */
export function packed(files) {
  return {
    sizes: files.map(([path, contents]) => pair(path, contents.byteLength)),
    contents: new Blob(files.map(([, contents]) => contents)),
  };
}

/**
 * @param {PackedFiles} files
 * @returns {Promise<Parts["files"]>}
 */
export async function unpacked({ sizes, contents }) {
  const all = await contents.arrayBuffer();
  let place = 0;
  return sizes.map(([path, size]) => {
    place += size;
    return pair(path, new Uint8Array(all, place - size, size));
  });
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
