/**
 * What Python is made of: fetched and compiled once. The page keeps it for the next start, and hands
 * it to the next worker.
 */

import { DownloadError, Downloads, describe, nativeFetch } from "./downloads.js";

/** @typedef {import("../protocol.js").FromWorker} FromWorker */
/** @typedef {import("./runtime.js").Parts} Parts */
/** @typedef {typeof import("./beginning.js")} Beginning */

/**
 * What `site.json`, written by the build, says about this copy of the site. Paths start at the
 * folder of the page's code.
 *
 * @typedef {SiteStart & import("./imports.js").LateFiles} Site
 */
/**
 * @typedef {object} SiteStart
 * @property {string} version
 * @property {string} runtime The folder of Pyodide's files.
 * @property {string[]} packages Names of the wheels that are not ours.
 * @property {string[]} wheels What Python's packages are made of.
 * @property {string} library Python's standard library.
 * @property {number} startBytes How long `start.zst` is, unpacked.
 * @property {Record<string, string>} data
 * @property {import("./downloads.js").ListedFile[]} start
 */

/**
 * What one start has fetched and compiled. The page keeps it for the next, the bytes as a `Blob`.
 *
 * @typedef {Pick<Parts, "main" | "fetched"> & {site: Site,
 *   scripts: Parts["scripts"] & {beginning: string}, libraries: WebAssembly.Module[],
 *   start: Uint8Array<ArrayBuffer> | Blob}} Kept
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
  performance.mark("begins to fetch");
  const downloads = new Downloads(base, site.start, reportDownload(post));
  const complete = insist(() => downloads.fetchAll());
  /** @param {string} name */
  const fetched = (name) => {
    const address = [...downloads.files.keys()].find((one) => one.endsWith(`/${name}`));
    return downloads.fetch(/** @type {string} */ (address));
  };
  const main = WebAssembly.compileStreaming(fetched("pyodide.asm.wasm"));
  main.then(
    () => performance.mark("code of Python is compiled"),
    () => {}, // it is told where it is waited for
  );
  const beginning = await downloads.script("beginning.mjs");
  /** @type {Beginning} */
  const { compileLibraries, unzst } = await import(beginning);
  const decoder = await WebAssembly.compileStreaming(fetched("unzst.wasm"));
  const packed = await (await fetched("start.zst")).blob();
  performance.mark("start.zst is there");
  const unpacked = await unzst(decoder, packed, site.startBytes);
  performance.mark("it is unpacked");
  const libraries = await compileLibraries(unpacked);
  performance.mark("libraries are compiled");
  const lock = await (await fetched("pyodide-lock.json")).blob();
  await complete;
  const scripts = {
    beginning,
    loader: await downloads.script("pyodide.mjs"),
    code: await downloads.script("pyodide.asm.mjs"),
  };
  return {
    site,
    scripts,
    main: await main,
    libraries,
    fetched: [[new URL(`${site.runtime}pyodide-lock.json`, base).href, lock]],
    start: unpacked,
  };
}

/**
 * @param {Kept} kept
 * @returns {Kept & {start: Blob}} It can be handed on without copying it each time.
 */
export function toKeep({ start, ...rest }) {
  return { ...rest, start: start instanceof Blob ? start : new Blob([start]) };
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
