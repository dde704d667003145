/**
 * Takes the memory of a Python that has begun and imported all that programs commonly need, for the
 * page's to go on with: `node make-memory.mjs SITE.JSON START` writes START, which holds it, the
 * files that Python has from its start, and what belongs to both. SITE.JSON is the page's own, and
 * what it names lies where it says.
 *
 * The same files give the same memory: chance and clock stand still here.
 */

import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { argv, exit } from "node:process";
import { pathToFileURL } from "node:url";

const [manifest, target] = argv.slice(2);
/** What the memory of WebAssembly is measured in. */
const PAGE = 1 << 16;
const BASE = "http://site.invalid/";
const FOLDER = "/lib/python3.14/site-packages";
/** What is there from the start: libraries, kernels, small data, lists of names. */
const AT_ONCE = /\.(so|wasm|bin|txt)$|\/METADATA$/;

// To Pyodide, this is the worker of a page.
Object.assign(process, { browser: true, type: "renderer" });
function WorkerGlobalScope() {}
Object.defineProperty(WorkerGlobalScope, Symbol.hasInstance, {
  value: (/** @type {unknown} */ object) => object === globalThis,
});
const navigator = { userAgent: "browser" };
const ofWorker = { self: globalThis, WorkerGlobalScope, location: new URL(BASE), navigator };
for (const [name, value] of Object.entries(ofWorker)) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
// It believes for good what it finds here; where stacks cannot be switched, it asks once more.
class Suspending {
  /** @param {Function} wait */
  constructor(wait) {
    // biome-ignore lint/correctness/noConstructorReturn: a library can only be linked to a function
    return wait;
  }
}
Object.assign(WebAssembly, { Suspending, promising: (call) => call });
process.env.TZ = "UTC";
let state = 1;
/** Milliseconds, and how many go by between two looks at the clock. */
let time = 0;
let step = 0;
crypto.getRandomValues = (array) => {
  for (let at = 0; at < array.length; at += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    array[at] = state >>> 24;
  }
  return array;
};
Math.random = () => 0.5;
const now = () => {
  time += step;
  return time;
};
Date.now = now;
performance.now = now;

const { unzipSync } = await import("fflate");
const { common, exchange, loadRuntime, memoryOf } = await import("./worker/runtime.js");
const { pack } = await import("./worker/start-file.js");

const site = JSON.parse(await readFile(manifest, "utf8"));
/** @param {string} path */
const read = (path) => readFile(join(dirname(manifest), path));
/** @param {string} end */
const named = (end) => site.start.find(({ path }) => path.endsWith(end)).path;
/** @param {string} path */
const script = (path) => pathToFileURL(join(dirname(manifest), path)).href;

const wheels = await Promise.all(
  site.wheels.map(async (path) => ({ path, files: unzipSync(await read(path)) })),
);
const all = wheels.flatMap(({ files }) =>
  Object.entries(files).filter(([name]) => !name.endsWith("/")),
);
const libraries = all.filter(([name]) => name.endsWith(".so")).sort(([a], [b]) => (a < b ? -1 : 1));
/** @type {import("./worker/runtime.js").Parts} */
const parts = {
  scripts: { loader: script(named("pyodide.mjs")), code: script(named("pyodide.asm.mjs")) },
  main: await WebAssembly.compile(await read(named("pyodide.asm.wasm"))),
  libraries: await Promise.all(
    libraries.map(async ([name, code]) => [`${FOLDER}/${name}`, await WebAssembly.compile(code)]),
  ),
  files: all.map(([name, contents]) => [`${FOLDER}/${name}`, contents]),
  late: [],
  fetched: await Promise.all(
    [site.library, named("pyodide-lock.json")].map(async (path) => [
      new URL(path, `${BASE}app/0/`).href,
      new Blob([await read(path)]),
    ]),
  ),
};
/** @type {import("./worker/runtime.js").Memory} */
const NO_MEMORY = { bytes: new Uint8Array(), handles: [], layout: [0, 0, 0], chance: [] };
/** @param {(internals: import("./worker/runtime.js").Internals) => void} onLinked */
const begin = (onLinked, memory = null) =>
  loadRuntime(new URL(site.runtime, `${BASE}app/0/`).href, parts, memory, onLinked);

const [still, moving] = [await wordsAt(1, 0, 0), await wordsAt(7, 86_399_999, 13)];
const chance = [...still.keys()].filter((place) => still[place] !== moving[place]);
const third = await wordsAt(3, 1_234_567, 1);
if (third.some((word, place) => word !== still[place] && !chance.includes(place))) {
  throw new Error("what is of the clock's making or random before Python begins is not all known");
}
/** @type {ReturnType<typeof common>} */
let before;
const python = await begin((internals) => {
  before = common(internals, chance);
});
python.pyimport("pykeras_core.playground.browser").prepare();
wipe(python);
const { bytes, handles } = memoryOf(python);
exchange(new Int32Array(bytes.buffer, bytes.length - python._module.HEAP8.length), before.words);
const { layout } = before;
const late = wheels.map(({ path, files }) => ({
  path,
  folder: FOLDER,
  files: Object.entries(files)
    .filter(([name]) => !name.endsWith("/") && !AT_ONCE.test(name))
    .map(([name, contents]) => [name, contents.length]),
}));
const library = { path: site.library, folder: "", files: [await libraryFile()] };
const about = { handles, layout, chance, late: [library, ...late] };
const files = all.filter(([name]) => AT_ONCE.test(name));
const start = pack(
  about,
  files.map(([name, contents]) => [`${FOLDER}/${name}`, contents]),
  bytes.subarray(0, bytes.length - unused(python)),
);
await writeFile(target, start);
exit();

/**
 * The memory's words before Python begins, at another time and with other random numbers.
 *
 * @param {number} seed
 * @param {number} first Milliseconds.
 * @param {number} between Milliseconds, too.
 */
async function wordsAt(seed, first, between) {
  [state, time, step] = [seed, first, between];
  let words = new Int32Array();
  await begin((internals) => {
    ({ words } = common(internals, []));
  }, NO_MEMORY).catch(() => {}); // that it fits nothing is why this Python does not begin
  [state, time, step] = [1, 0, 0];
  return words;
}

/** Where Python has its standard library, and how long it is. */
async function libraryFile() {
  const path = python.runPython("import sys; next(p for p in sys.path if p.endswith('.zip'))");
  return [path, (await read(site.library)).length];
}

/** Fills what is free with zeros, so that it takes no room in a compressed file. */
function wipe({ _module: internals }) {
  const end = internals._sbrk(0);
  const taken = [];
  for (let size = 1 << 14; size >= 8; size /= 2) {
    let place = internals._malloc(size);
    while (place + size <= end) {
      internals.HEAP8.fill(0, place, place + size);
      taken.push(place);
      place = internals._malloc(size);
    }
    internals._free(place);
  }
  for (const place of taken) {
    internals._free(place);
  }
}

/** How many bytes at the end have never been anybody's. */
function unused({ _module: { HEAP8, _sbrk } }) {
  return HEAP8.length - Math.ceil(_sbrk(0) / PAGE) * PAGE;
}
