/** Starts Pyodide with the files of this site and connects it to `pykeras_core.playground`. */

import { DownloadError, Downloads } from "./downloads.js";
import { Imports } from "./imports.js";
import { Workspace } from "./workspace.js";

/** @typedef {import("../protocol.js").FromWorker} FromWorker */
/** @typedef {import("../protocol.js").ToWorker} ToWorker */

/**
 * What `site.json`, written by the build, says about this copy of the site.
 *
 * @typedef {{version: string, runtime: string, wheel: string, data: Record<string, string>, startup: import("./downloads.js").StartupFile[], figures: import("./imports.js").Figures}} Site
 */

/**
 * A Python callable. `callPromising` runs it so that Python can wait inside (stack switching).
 *
 * @typedef {((...args: unknown[]) => unknown)
 *   & {callPromising: (...args: unknown[]) => Promise<unknown>}} PythonCallable
 */

/**
 * `pykeras_core.playground.session.Session`, seen from here.
 *
 * @typedef {{run: PythonCallable, attend: PythonCallable, show_built_in_samples: PythonCallable,
 *   warm_up: PythonCallable, files: {restore: PythonCallable}}} PythonSession
 */

/**
 * @typedef {{post: (message: FromWorker, transfer?: Transferable[]) => void,
 *   nextTask: () => Promise<void>, takeMail: () => ToWorker[],
 *   interrupts: Uint8Array | null}} Connections
 */

/** How often the page hears of the download, in milliseconds. */
const PROGRESS_INTERVAL_MS = 50;

/** Whether WebAssembly stacks can be suspended here, so that Python can wait for messages. */
export const canPause = "Suspending" in WebAssembly;

/**
 * @param {URL} base The folder of the site.
 * @param {Connections} connections
 * @returns {Promise<{session: PythonSession, imports: Imports}>}
 */
export async function startPython(base, { post, nextTask, takeMail, interrupts }) {
  const fetchFile = self.fetch.bind(self);
  const site = await readSite(base, fetchFile);
  const downloads = new Downloads(base, site.startup, reportDownload(post), fetchFile);
  self.fetch = downloads.fetch.bind(downloads);
  const runtime = new URL(site.runtime, base).href;
  /** @type {typeof import("pyodide")} */
  const { loadPyodide } = await import(new URL("pyodide.mjs", runtime).href);
  await Promise.all(downloads.imports);
  const python = await loadPyodide({ indexURL: runtime, packages: ["numpy", "micropip"] });
  const total = downloads.totalBytes;
  post({ type: "loading", phase: "library", loadedBytes: total, totalBytes: total });
  await python.pyimport("micropip").install(new URL(site.wheel, base).href);
  self.fetch = fetchFile;
  const h5 = new H5Library(base);
  const workspace = new Workspace(post);
  const session = python
    .pyimport("pykeras_core.playground.browser")
    .connect(
      post,
      nextTask,
      takeMail,
      workspace.keep.bind(workspace),
      addresses(site.data, base),
      h5,
    );
  session.files.restore(python.toPy(await workspace.open()));
  if (interrupts) {
    python.setInterruptBuffer(interrupts);
  }
  post({ type: "ready", version: site.version, python: python.version, canPause });
  return { session, imports: new Imports(python, base, site.figures, h5) };
}

/** The file with the HDF5 library, fetched when it is first needed. */
export class H5Library {
  /** @param {URL} base */
  constructor(base) {
    this.url = new URL("h5.js", base).href;
    /** @type {typeof import("./h5.js") | null} */
    this.library = null;
  }

  async load() {
    this.library ??= await import(this.url);
  }
}

/**
 * Makes addresses of the paths of the site's data sets.
 *
 * @param {Record<string, string>} paths
 * @param {URL} base
 */
function addresses(paths, base) {
  return new Map(Object.entries(paths).map(([name, path]) => [name, new URL(path, base).href]));
}

/**
 * @param {URL} base
 * @param {typeof fetch} fetchFile
 * @returns {Promise<Site>}
 */
async function readSite(base, fetchFile) {
  const url = new URL("site.json", base).href;
  const response = await fetchFile(url);
  if (!response.ok) {
    throw new DownloadError(url, response.status);
  }
  return response.json();
}

/**
 * Tells the page about arriving bytes, a few times a second.
 *
 * @param {Connections["post"]} post
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
