/** Starts Pyodide with the files of this site and connects it to `pykeras_core.playground`. */

import { DataSets } from "./data-sets.js";
import { DownloadError } from "./downloads.js";
import { Imports } from "./imports.js";
import { fetchParts, packed, unpacked } from "./parts.js";
import { loadRuntime, memoryOf } from "./runtime.js";
import { Workspace } from "./workspace.js";

/** @typedef {import("../protocol.js").FromWorker} FromWorker */
/** @typedef {import("../protocol.js").ToWorker} ToWorker */
/** @typedef {import("./parts.js").Snapshot} Snapshot */
/** @typedef {import("./parts.js").Site} Site */
/** @typedef {import("pyodide").PyodideInterface} Pyodide */

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
 *   show_built_in_samples: PythonCallable, files: {restore: PythonCallable}}} PythonSession
 */

/**
 * @typedef {{post: (message: FromWorker, transfer?: Transferable[]) => void,
 *   nextTask: () => Promise<void>, nextMail: () => Promise<void>, takeMail: () => ToWorker[],
 *   retryAsked: () => Promise<void>, interrupts: Uint8Array | null}} Connections
 */

/** Whether WebAssembly stacks can be suspended here, so that Python can wait for messages. */
export const canPause = "Suspending" in WebAssembly;

/**
 * Starts Python and gets it ready to run programs.
 *
 * @param {URL} base The folder of the site.
 * @param {Connections} connections
 * @param {import("../protocol.js").Snapshot | null} snapshot What an earlier start has left; the first one fetches all.
 * @returns {Promise<{session: PythonSession, imports: Imports, data: DataSets}>}
 */
export async function startPython(base, connections, snapshot) {
  const { post, nextTask, nextMail, takeMail, interrupts } = connections;
  const workspace = new Workspace(post);
  const opening = workspace.open();
  const { python, site } = snapshot
    ? await goOn(base, /** @type {Snapshot} */ (snapshot))
    : await begin(base, connections);
  const h5 = new H5Library(base);
  const data = new DataSets(site.data, base);
  const session = python
    .pyimport("pykeras_core.playground.browser")
    .connect(post, nextTask, nextMail, takeMail, workspace.keep.bind(workspace), data, h5);
  const { files, unreadable } = await opening;
  session.files.restore(python.toPy(files), python.toPy(unreadable));
  session.show_built_in_samples();
  if (interrupts) {
    python.setInterruptBuffer(interrupts);
  }
  post({ type: "ready", version: site.version, python: python.version, canPause });
  return { session, imports: new Imports(python, base, site.figures, h5), data };
}

/**
 * The first start: hands what it has made to the page.
 *
 * @param {URL} base
 * @param {Connections} connections
 * @returns {Promise<{python: Pyodide, site: Site}>}
 */
async function begin(base, { post, retryAsked }) {
  const { site, parts } = await fetchParts(base, post, retryAsked);
  const files = packed(parts.files); // before Python has them, which may change them
  const python = await loadRuntime(new URL(site.runtime, base).href, parts, null);
  post({ type: "loading", phase: "library", loadedBytes: 1, totalBytes: 1 });
  python.pyimport("pykeras_core.playground.browser").prepare();
  const memory = memoryOf(python);
  if (memory) {
    /** @type {Snapshot} */
    const snapshot = { ...parts, site, files, memory };
    post({ type: "snapshot", snapshot });
  }
  return { python, site };
}

/**
 * @param {URL} base
 * @param {Snapshot} snapshot
 * @returns {Promise<{python: Pyodide, site: Site}>}
 */
async function goOn(base, { memory, site, files, ...parts }) {
  const all = { ...parts, files: await unpacked(files) };
  return { python: await loadRuntime(new URL(site.runtime, base).href, all, memory), site };
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
