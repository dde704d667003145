/**
 * Loads Pyodide with everything in its place before Python begins: the files of its packages, and
 * their libraries, which are compiled while other files still arrive. They are linked in the same
 * order each time. So every function has the same address in each Python that is loaded from the
 * same parts, and the memory of one can go on in another: that is a snapshot, and how Python begins
 * anew in a second.
 *
 * What is used of Pyodide and Emscripten here is not all in their documentation: it belongs to the
 * pinned version. Where it fails, no snapshot is taken, or the page starts without one.
 */

import { nativeFetch } from "./downloads.js";

/** @typedef {import("pyodide").PyodideInterface} Pyodide */

/**
 * What Python is made of.
 *
 * @typedef {object} Parts
 * @property {{loader: string, code: string}} scripts Addresses of Pyodide's scripts.
 * @property {WebAssembly.Module} main Pyodide's own code.
 * @property {[path: string, module: WebAssembly.Module][]} libraries
 * @property {[path: string, contents: Uint8Array<ArrayBuffer>][]} files Of the packages.
 * @property {string[]} packages Their names.
 * @property {[address: string, contents: Blob][]} fetched What Pyodide fetches by itself.
 */

/**
 * The memory of a Python in which no program has run yet.
 *
 * @typedef {object} Memory
 * @property {Blob} bytes
 * @property {[handle: string, path: string][]} handles Which library Python means by a number.
 */

/**
 * Pyodide's module, as Emscripten makes it: what is used of it here.
 *
 * @typedef {object} Internals
 * @property {Pyodide["FS"]} FS
 * @property {Int8Array} HEAP8
 * @property {WebAssembly.Table} wasmTable
 * @property {Record<string, object>} preloadedWasm
 * @property {{loadedLibsByName: Record<string, {name: string}>,
 *   loadedLibsByHandle: Record<string, {name: string}>}} LDSO
 * @property {(module: WebAssembly.Module, flags: object, path: string, scope: object) => object} loadWebAssemblyModule
 * @property {(path: string, flags: object, scope: object) => void} loadDynamicLibrary
 * @property {(bytes: number) => boolean} _emscripten_resize_heap
 * @property {() => void} onRuntimeInitialized
 * @property {number} linked How many addresses there are once the libraries are linked.
 * @property {(imports: WebAssembly.Imports, done: Function) => object} instantiateWasm
 */

/** What a package that came with the page is said to come from. */
const CHANNEL = "default channel";

/**
 * @param {string} folder Where Pyodide's files are.
 * @param {Parts} parts
 * @param {Memory | null} memory Where Python goes on; null for a Python that begins.
 * @returns {Promise<Pyodide>}
 */
export async function loadRuntime(folder, parts, memory) {
  /** @type {typeof import("pyodide")} */
  const { loadPyodide } = await import(parts.scripts.loader);
  const { default: make } = await import(parts.scripts.code);
  self.fetch = fetchOf(parts.fetched);
  try {
    const python = await loadPyodide({
      indexURL: folder,
      createPyodideModule: async (/** @type {any} */ settings) => {
        prepare(settings, parts);
        const internals = await make(settings);
        if (memory) {
          restore(internals, memory);
        }
        return internals;
      },
      ...(memory && {
        _loadSnapshot: memory.bytes.arrayBuffer(),
        _snapshotDeserializer: (/** @type {string[]} */ path) => at(path),
      }),
    });
    for (const name of parts.packages) {
      python.loadedPackages[name] = CHANNEL;
    }
    return python;
  } finally {
    self.fetch = nativeFetch;
  }
}

/**
 * Stands in for `fetch` while Pyodide begins; its own code, which it asks for too, is compiled.
 *
 * @param {Parts["fetched"]} files
 * @returns {typeof fetch}
 */
function fetchOf(files) {
  const contents = new Map(files);
  return async (request) =>
    new Response(contents.get(request instanceof Request ? request.url : String(request)) ?? null);
}

/**
 * @param {Internals} settings What becomes the module.
 * @param {Parts} parts
 */
function prepare(settings, { main, files, libraries }) {
  const instantiate = settings.instantiateWasm;
  settings.instantiateWasm = (imports, done) => {
    const native = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (_, given) => {
      WebAssembly.instantiateStreaming = native;
      return { module: main, instance: await WebAssembly.instantiate(main, given) };
    };
    return instantiate(imports, done);
  };
  settings.onRuntimeInitialized = () => {
    for (const [path, contents] of files) {
      settings.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
      settings.FS.writeFile(path, contents, { canOwn: true });
    }
    for (const [path, module] of libraries) {
      const flags = { global: false, nodelete: true, loadAsync: false };
      const linked = settings.loadWebAssemblyModule(
        module,
        { ...flags, allowUndefined: true },
        path,
        {},
      );
      settings.preloadedWasm[path] = linked;
      settings.loadDynamicLibrary(path, flags, {});
    }
    settings.linked = settings.wasmTable.length;
  };
}

/**
 * Puts in order what is no part of the memory but belongs to it.
 *
 * @param {Internals} internals
 * @param {Memory} memory
 */
function restore(internals, { bytes, handles }) {
  if (internals.HEAP8.length < bytes.size && !internals._emscripten_resize_heap(bytes.size)) {
    throw new Error("there is not enough memory");
  }
  const { loadedLibsByName, loadedLibsByHandle } = internals.LDSO;
  for (const [handle, path] of handles) {
    loadedLibsByHandle[handle] = loadedLibsByName[path];
  }
}

/**
 * The memory of a Python that has begun itself, for others to go on with.
 *
 * @param {Pyodide} python Of JavaScript's, it holds nothing but what is found by its name.
 * @returns {Memory | null} null where it cannot be had; then each start is like the first.
 */
export function memoryOf(python) {
  const { _api: api, _module: internals } =
    /** @type {{_api: {config: {_makeSnapshot: boolean}}, _module: Internals}} */ (
      /** @type {unknown} */ (python)
    );
  for (let address = internals.linked; address < internals.wasmTable.length; address += 1) {
    if (internals.wasmTable.get(address) !== null) {
      return null; // a function has come since, which another Python would not find there
    }
  }
  const handles = Object.entries(internals.LDSO.loadedLibsByHandle);
  const packages = { ...python.loadedPackages };
  for (const name of Object.keys(packages)) {
    delete python.loadedPackages[name]; // none are there yet where the memory is put back
  }
  api.config._makeSnapshot = true;
  try {
    const contents = python.makeMemorySnapshot({ serializer: pathOf });
    return {
      bytes: new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (contents)]),
      handles: handles.map(([handle, { name }]) => [handle, name]),
    };
  } catch {
    return null;
  } finally {
    api.config._makeSnapshot = false;
    Object.assign(python.loadedPackages, packages);
  }
}

/**
 * Where an object is found from the global one.
 *
 * @param {unknown} object
 * @returns {string[]}
 */
function pathOf(object) {
  for (const name of Object.getOwnPropertyNames(self)) {
    const value = at([name]);
    if (value === object) {
      return [name];
    }
    if (typeof value === "function" || (typeof value === "object" && value !== null)) {
      const inner = Object.getOwnPropertyNames(value).find((key) => at([name, key]) === object);
      if (inner) {
        return [name, inner];
      }
    }
  }
  throw new Error("Python holds an object of JavaScript that cannot be named");
}

/**
 * What is found there; undefined where reading it fails.
 *
 * @param {string[]} path
 */
function at(path) {
  try {
    return path.reduce((object, name) => object[name], /** @type {any} */ (self));
  } catch {
    return undefined;
  }
}
