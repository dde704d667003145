/**
 * Loads Pyodide with everything in its place before Python begins: the files of its packages, and
 * their libraries, which are compiled while other files still arrive. They are linked in the same
 * order each time. So every function has the same address in each Python that is loaded from the
 * same parts, and the memory of one can go on in another: the build takes that of a Python which
 * has begun and imported everything (`make-memory.mjs`), and the page's goes on with it.
 *
 * What is used of Pyodide and Emscripten here is not all in their documentation: it belongs to the
 * pinned version. Where it fails, the page begins a Python of its own.
 */

import { placeLate } from "./late-files.js";

/** @typedef {import("pyodide").PyodideInterface} Pyodide */

/**
 * What Python is made of.
 *
 * @typedef {object} Parts
 * @property {{loader: string, code: string}} scripts Addresses of Pyodide's scripts.
 * @property {WebAssembly.Module} main Pyodide's own code.
 * @property {[path: string, module: WebAssembly.Module][]} libraries In the order of their names.
 * @property {[path: string, contents: Uint8Array<ArrayBuffer>][]} files
 * @property {import("./late-files.js").Archive[]} late Files that come when they are looked into.
 * @property {[address: string, contents: Blob][]} fetched What Pyodide fetches by itself.
 */

/**
 * The memory of a Python in which no program has run yet.
 *
 * @typedef {object} Memory
 * @property {Uint8Array<ArrayBuffer>} bytes What it has in common with the memory of a Python that is
 *   about to begin is 0 in it: that comes with the libraries.
 * @property {[handle: string, path: string][]} handles Which library Python means by a number.
 * @property {Layout} layout
 * @property {number[]} chance Which words before Python begins are of the clock's making or random.
 */

/**
 * What is there once the libraries are linked and Python is about to begin: how many functions have
 * an address, where the next piece of memory is taken from, and a sum of all that lies before it.
 *
 * @typedef {[functions: number, free: number, sum: number]} Layout
 */

/**
 * Pyodide's module, as Emscripten makes it: what is used of it here.
 *
 * @typedef {object} Internals
 * @property {Pyodide["FS"]} FS
 * @property {Int8Array} HEAP8
 * @property {Int32Array} HEAP32
 * @property {{restoreSnapshot: (contents: Uint8Array<ArrayBuffer>) => object}} API
 * @property {WebAssembly.Table} wasmTable
 * @property {Record<string, object>} preloadedWasm
 * @property {{loadedLibsByName: Record<string, {name: string}>,
 *   loadedLibsByHandle: Record<string, {name: string}>}} LDSO
 * @property {(module: WebAssembly.Module, flags: object, path: string, scope: object) => object} loadWebAssemblyModule
 * @property {(path: string, flags: object, scope: object) => void} loadDynamicLibrary
 * @property {(bytes: number) => boolean} _emscripten_resize_heap
 * @property {() => void} onRuntimeInitialized
 * @property {number} linked How many functions have an address once the libraries are linked.
 * @property {(bytes: number) => number} _malloc
 * @property {(place: number) => void} _free
 * @property {number} __PyRuntime
 * @property {number} __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET
 * @property {(imports: WebAssembly.Imports, done: Function) => object} instantiateWasm
 */

/**
 * The same for everyone: what they take of the memory is before all that has addresses. (Emscripten
 * puts the reader's language there.)
 */
const ENVIRON = { HOME: "/home/pyodide", LANG: "C.UTF-8", PYTHONHASHSEED: "0" };

/**
 * @param {string} folder Where Pyodide's files are.
 * @param {Parts} parts
 * @param {Memory | null} memory Where Python goes on; null for a Python that begins.
 * @param {(internals: Internals) => void} onLinked Called when it is about to begin or go on.
 * @returns {Promise<Pyodide>}
 */
export async function loadRuntime(folder, parts, memory, onLinked = () => {}) {
  /** @type {typeof import("pyodide")} */
  const { loadPyodide } = await import(parts.scripts.loader);
  const { default: make } = await import(parts.scripts.code);
  const native = self.fetch;
  self.fetch = fetchOf(parts.fetched);
  try {
    return await loadPyodide({
      indexURL: folder,
      env: ENVIRON,
      createPyodideModule: async (/** @type {any} */ settings) => {
        prepare(settings, parts, onLinked);
        const internals = await make(settings);
        if (memory) {
          restore(internals, memory);
        }
        return internals;
      },
      ...(memory && {
        _loadSnapshot: memory.bytes,
        _snapshotDeserializer: (/** @type {string[]} */ path) => at(path),
      }),
    });
  } finally {
    self.fetch = native;
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
 * @param {(settings: Internals) => void} onLinked Called when Python is about to begin.
 */
function prepare(settings, { main, files, late, libraries }, onLinked) {
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
    performance.mark("code has its memory");
    for (const [path, contents] of files) {
      settings.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
      settings.FS.writeFile(path, contents, { canOwn: true });
    }
    for (const archive of late) {
      placeLate(settings.FS, archive);
    }
    if (settings.HEAP32[trampolinePlace(settings)] === 0) {
      settings.wasmTable.grow(1); // its place, so that all that comes later has the same everywhere
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
    performance.mark("libraries are linked");
    settings.linked = settings.wasmTable.length;
    onLinked(settings);
  };
}

/**
 * What is there before Python begins.
 *
 * @param {Internals} internals
 * @param {number[]} chance
 * @returns {{layout: Layout, words: Int32Array}} The memory's words are as they are in every browser.
 */
export function common(internals, chance) {
  const free = internals._malloc(1);
  internals._free(free);
  const words = internals.HEAP32.slice(0, free / 4);
  for (const place of [trampolinePlace(internals), ...chance]) {
    words[place] = 0;
  }
  const sum = words.reduce((total, word) => (Math.imul(total, 31) + word) | 0, 0);
  return { layout: [internals.wasmTable.length, free, sum], words };
}

/**
 * Takes from the memory of a Python that has begun what it had when it was about to, or puts it back.
 *
 * @param {Int32Array} memory
 * @param {Int32Array} words
 */
export function exchange(memory, words) {
  for (let at = 0; at < words.length; at += 1) {
    memory[at] ^= words[at];
  }
}

/**
 * Where Python keeps the address of the function through which it calls others of any signature;
 * 0 is there where this browser has none that is fast.
 *
 * @param {Internals} internals
 * @returns {number} An index into `HEAP32`.
 */
function trampolinePlace({ HEAP32, __PyRuntime, __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET }) {
  return (__PyRuntime + HEAP32[__PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET / 4]) / 4;
}

/**
 * Puts in order what is no part of the memory but belongs to it.
 *
 * @param {Internals} internals
 * @param {Memory} memory
 */
function restore(internals, { bytes, handles, layout, chance }) {
  const before = common(internals, chance);
  if (String(before.layout) !== String(layout)) {
    throw new Error("the memory belongs to other libraries");
  }
  if (internals.HEAP8.length < bytes.length && !internals._emscripten_resize_heap(bytes.length)) {
    throw new Error("there is not enough memory");
  }
  const { API } = internals;
  const put = API.restoreSnapshot;
  API.restoreSnapshot = (contents) => {
    const trampoline = internals.HEAP32[trampolinePlace(internals)];
    const config = put(contents);
    exchange(internals.HEAP32, before.words);
    internals.HEAP32[trampolinePlace(internals)] = trampoline;
    return config;
  };
  const { loadedLibsByName, loadedLibsByHandle } = internals.LDSO;
  for (const [handle, path] of handles) {
    loadedLibsByHandle[handle] = loadedLibsByName[path];
  }
}

/**
 * The memory of a Python that has begun itself, for others to go on with.
 *
 * @param {Pyodide} python Of JavaScript's, it holds nothing but what is found by its name.
 * @returns {Pick<Memory, "bytes" | "handles">}
 */
export function memoryOf(python) {
  const { _api: api, _module: internals } =
    /** @type {{_api: {config: {_makeSnapshot: boolean}}, _module: Internals}} */ (
      /** @type {unknown} */ (python)
    );
  for (let address = internals.linked; address < internals.wasmTable.length; address += 1) {
    if (internals.wasmTable.get(address) !== null) {
      throw new Error("a function has come since, which another Python would not find there");
    }
  }
  const handles = Object.entries(internals.LDSO.loadedLibsByHandle);
  for (const name of Object.keys(python.loadedPackages)) {
    delete python.loadedPackages[name]; // none are there yet where the memory is put back
  }
  api.config._makeSnapshot = true;
  const contents = python.makeMemorySnapshot({ serializer: pathOf });
  return {
    bytes: /** @type {Uint8Array<ArrayBuffer>} */ (contents),
    handles: handles.map(([handle, { name }]) => [handle, name]),
  };
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
