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
 * @typedef {Omit<Parts, "scripts" | "files" | "libraries"> & {site: Site, start: Start,
 *   scripts: Parts["scripts"] & {beginning: string}, archive: Blob,
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
  const beginning = await downloads.script("beginning.mjs");
  /** @type {Beginning} */
  const { librariesIn, unpack, unpackStream } = await import(beginning);
  const memory = fetched("memory.zst").then((packed) => unpackStream(packed, site.memory));
  const archive = await (await fetched("start.zip")).blob();
  const files = await unpack(archive);
  const libraries = librariesIn(files).map((name) => WebAssembly.compile(files[name]));
  const lock = await (await fetched("pyodide-lock.json")).blob();
  await complete;
  const scripts = {
    beginning,
    loader: await downloads.script("pyodide.mjs"),
    code: await downloads.script("pyodide.asm.mjs"),
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
 * @returns {Kept & {memory: Blob}} It can be handed on without copying it each time.
 */
export function toKeep({ memory, ...rest }) {
  return { ...rest, memory: memory instanceof Blob ? memory : new Blob([memory]) };
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
