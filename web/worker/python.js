/** Starts Pyodide with the files of this site and connects it to `pykeras_core.playground`. */

import { DataSets } from "./data-sets.js";
import { DownloadError, Downloads, describe, nativeFetch } from "./downloads.js";
import { Imports } from "./imports.js";
import { Workspace } from "./workspace.js";

/** @typedef {import("../protocol.js").FromWorker} FromWorker */
/** @typedef {import("../protocol.js").ToWorker} ToWorker */

/**
 * What `site.json`, written by the build, says about this copy of the site.
 *
 * @typedef {{version: string, runtime: string, wheel: string, data: Record<string, string>, startup: import("./downloads.js").ListedFile[], figures: import("./imports.js").Figures}} Site
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
 * @typedef {{run: PythonCallable, train_more: PythonCallable, attend: PythonCallable,
 *   show_built_in_samples: PythonCallable, warm_up: PythonCallable,
 *   files: {restore: PythonCallable}}} PythonSession
 */

/**
 * @typedef {{post: (message: FromWorker, transfer?: Transferable[]) => void,
 *   nextTask: () => Promise<void>, nextMail: () => Promise<void>, takeMail: () => ToWorker[],
 *   retryAsked: () => Promise<void>, interrupts: Uint8Array | null}} Connections
 */

/** How often the page hears of the download, in milliseconds. */
const PROGRESS_INTERVAL_MS = 50;

/** Whether WebAssembly stacks can be suspended here, so that Python can wait for messages. */
export const canPause = "Suspending" in WebAssembly;

/**
 * Starts Python and gets it ready to run programs. A file that does not come is reported, and the
 * start goes on where it was once that file is there.
 *
 * @param {URL} base The folder of the site.
 * @param {Connections} connections
 * @returns {Promise<{session: PythonSession, imports: Imports, data: DataSets}>}
 */
export async function startPython(base, connections) {
  const { post, nextTask, nextMail, takeMail, retryAsked, interrupts } = connections;
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
  const workspace = new Workspace(post);
  const opening = workspace.open();
  const site = await insist(() => readSite(base));
  const downloads = new Downloads(base, site.startup, reportDownload(post));
  self.fetch = downloads.fetch.bind(downloads);
  const complete = insist(() => downloads.fetchAll());
  await downloads.scripts();
  const runtime = new URL(site.runtime, base).href;
  /** @type {typeof import("pyodide")} */
  const { loadPyodide } = await import(new URL("pyodide.mjs", runtime).href);
  const python = await loadPyodide({ indexURL: runtime, packages: ["numpy", "micropip"] });
  await complete;
  const total = downloads.totalBytes;
  post({ type: "loading", phase: "library", loadedBytes: total, totalBytes: total });
  await python.pyimport("micropip").install(new URL(site.wheel, base).href);
  self.fetch = nativeFetch;
  const h5 = new H5Library(base);
  const data = new DataSets(site.data, base);
  const session = python
    .pyimport("pykeras_core.playground.browser")
    .connect(post, nextTask, nextMail, takeMail, workspace.keep.bind(workspace), data, h5);
  const { files, unreadable } = await opening;
  session.files.restore(python.toPy(files), python.toPy(unreadable));
  session.show_built_in_samples();
  session.warm_up();
  if (interrupts) {
    python.setInterruptBuffer(interrupts);
  }
  post({ type: "ready", version: site.version, python: python.version, canPause });
  return { session, imports: new Imports(python, base, site.figures, h5), data };
}

/** The file with the HDF5 library, fetched when it is first needed. */
export class H5Library {
  /** @param {URL} base */
  constructor(base) {
    this.url = new URL("h5.js", base).href;
    /** @type {typeof import("./h5.js") | null} */
    this.library = null;
  }

  /** @returns {Promise<void>} Rejects with a `DownloadError`; the next call tries again. */
  async load() {
    try {
      this.library ??= await import(this.url);
    } catch {
      throw new DownloadError(this.url, "not fetched"); // browsers say that in many words
    }
  }
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
