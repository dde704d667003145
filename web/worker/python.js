/** Starts Pyodide with the files of this site and connects it to `pykeras_core.playground`. */

import { DataSets } from "./data-sets.js";
import { DownloadError, describe } from "./downloads.js";
import { Imports } from "./imports.js";
import { fetchParts, toKeep } from "./parts.js";
import { Workspace } from "./workspace.js";

/** @typedef {import("../protocol.js").FromWorker} FromWorker */
/** @typedef {import("../protocol.js").ToWorker} ToWorker */
/** @typedef {import("./parts.js").Kept} Kept */
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
 *   show_built_in_samples: PythonCallable, warm_up: PythonCallable, files: {restore: PythonCallable}}} PythonSession
 */

/**
 * @typedef {{post: (message: FromWorker, transfer?: Transferable[]) => void,
 *   nextTask: () => Promise<void>, nextMail: () => Promise<void>, takeMail: () => ToWorker[],
 *   retryAsked: () => Promise<void>, interrupts: Uint8Array | null,
 *   keepCheckpoint: (name: string, bytes: Uint8Array,
 *     message: import("../protocol.js").CheckpointKept) => void}} Connections
 */

/** Whether WebAssembly stacks can be suspended here, so that Python can wait for messages. */
export const canPause = "Suspending" in WebAssembly;

/** What a package that came with the page is said to come from. */
const CHANNEL = "default channel";

/**
 * Starts Python and gets it ready to run programs.
 *
 * @param {URL} base The folder of the site.
 * @param {Connections} connections
 * @param {import("../protocol.js").Parts | null} parts What the page keeps of an earlier start;
 *   the first one fetches all, and hands it to the page.
 * @param {boolean} fromMemory Whether Python goes on in the memory that the build has taken.
 * @returns {Promise<{session: PythonSession, imports: Imports, data: DataSets,
 *   toPython: (value: unknown) => unknown}>}
 */
export async function startPython(base, connections, parts, fromMemory) {
  const { post, nextTask, nextMail, takeMail, retryAsked, interrupts } = connections;
  const { keepCheckpoint } = connections;
  const workspace = new Workspace(post);
  const opening = workspace.open();
  const kept = /** @type {Kept | null} */ (parts) ?? (await fetchParts(base, post, retryAsked));
  const { site } = kept;
  const python = await begin(base, kept, fromMemory);
  performance.mark("Python goes on");
  post({ type: "loading", phase: "library", loadedBytes: 1, totalBytes: 1 });
  const h5 = new H5Library(base);
  const data = new DataSets(site.data, base);
  const keepFiles = workspace.keep.bind(workspace);
  python.pyimport("pykeras_core.engine.backends.webgpu.browser").connect(new Graphics(base));
  const imports = new Imports(python, base, site, h5, post);
  const session = python
    .pyimport("pykeras_core.playground.browser")
    .connect(post, nextTask, nextMail, takeMail, keepFiles, keepCheckpoint, data, h5, imports);
  const { files, unreadable } = await opening;
  session.files.restore(python.toPy(files), python.toPy(unreadable));
  session.show_built_in_samples();
  if (interrupts) {
    python.setInterruptBuffer(interrupts);
  }
  performance.mark("ready");
  post({ type: "ready", version: site.version, python: python.version, canPause });
  if (!parts) {
    post({ type: "parts", parts: toKeep(kept) });
  }
  return { session, imports, data, toPython: (value) => python.toPy(value) };
}

/**
 * Python, all that needs no page done: in the memory that the build has taken, or, without it, here.
 *
 * @param {URL} base
 * @param {Kept} kept
 * @param {boolean} fromMemory
 * @returns {Promise<Pyodide>}
 */
async function begin(base, kept, fromMemory) {
  const { site, scripts } = kept;
  /** @type {import("./parts.js").Beginning} */
  const { loadRuntime, partsOf } = await import(scripts.beginning);
  const { parts, memory } = await partsOf(kept, base);
  const folder = new URL(site.runtime, base).href;
  const python = await loadRuntime(folder, parts, fromMemory ? memory : null);
  if (!fromMemory) {
    python.pyimport("pykeras_core.playground.browser").prepare();
  }
  for (const name of site.packages) {
    python.loadedPackages[name] = CHANNEL;
  }
  return python;
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
    this.library ??= await fetchScript(this.url);
  }
}

/**
 * Why there is no device: a reason's code, as in `engine/backends/reasons.py`.
 *
 * @typedef {{code: "no-webgpu" | "no-https" | "no-adapter" | "not-given" | "not-fetched",
 *   detail: string}} NoDevice
 */

/** The graphics processor; the file that speaks with it is fetched when it is first wanted. */
export class Graphics {
  /** @param {URL} base */
  constructor(base) {
    this.url = new URL("gpu.js", base).href;
    /** The browser's own, whatever a program puts in its place later. */
    this.gpu = /** @type {GPU | undefined} */ (navigator.gpu);
    this.canPause = canPause;
  }

  /** @returns {Promise<import("./gpu.js").Device | NoDevice>} */
  async open() {
    try {
      /** @type {typeof import("./gpu.js")} */
      const { openDevice } = await fetchScript(this.url);
      return await openDevice(this.gpu);
    } catch (error) {
      const code = error instanceof DownloadError ? "not-fetched" : "not-given";
      return { code, detail: describe(error) };
    }
  }
}

/**
 * @param {string} url
 * @returns {Promise<any>} Rejects with a `DownloadError`.
 */
async function fetchScript(url) {
  try {
    return await import(url);
  } catch {
    throw new DownloadError(url, "not fetched"); // browsers say that in many words
  }
}
