/** Loads what a program imports and a first visit does not fetch: packages, the font of figures. */

import { DownloadError, Downloads } from "./downloads.js";

/** @typedef {import("pyodide").PyodideInterface} Pyodide */
/** @typedef {import("./downloads.js").ListedFile} ListedFile */
/** @typedef {import("../protocol.js").FromWorker} FromWorker */

/**
 * What the site has beside what is there from the start.
 *
 * @typedef {object} LateFiles
 * @property {LatePackage[]} late
 * @property {string[]} offered The modules in them that readers are told of.
 * @property {ListedFile | null} font For figures; null where the site was built without matplotlib.
 */
/** @typedef {ListedFile & {name: string, imports: string[], depends: string[]}} LatePackage */

/** What asks for a module without naming it. @type {[pattern: RegExp, module: string][]} */
const HIDDEN = [
  [/plot_model[\s\S]*\.png/, "matplotlib"], // a drawing of a model becomes a PNG through it
  [
    /\b(decode|encode)_(image|jpeg|png|gif|bmp)\b|\b(load_img|save_img|array_to_img)\b|\b(image_dataset|flow)_from_directory\b/,
    "PIL",
  ],
  [/\bclustermap\b/, "scipy"], // seaborn looks for it once
];
/** Saves or loads a model. Where Python can wait, a program that hides this is served all the same. */
const SAVES = /\.(h5|hdf5|keras)["']|\b(save|load)_(model|weights)\b|\bsave\(/;

export class Imports {
  /**
   * @param {Pyodide} python
   * @param {URL} base Where the paths of the site's files start.
   * @param {LateFiles} files
   * @param {import("./python.js").H5Library} h5
   * @param {(message: FromWorker) => void} post
   */
  constructor(python, base, { late, offered, font }, h5, post) {
    this.python = python;
    this.base = base;
    this.late = late;
    this.offered = offered;
    this.font = font;
    this.h5 = h5;
    this.post = post;
    this.importedBy = python.pyimport("pykeras_core.playground.imports").imported_modules;
    this.hasFigures = false;
    /** What is on its way, or did not come whole: the next run fetches the rest. @type {Downloads | null} */
    this.downloads = null;
    this.runId = 0;
    this.stop = new AbortController();
  }

  /**
   * @param {string} code A program.
   * @param {number} runId
   * @returns {Promise<void>} Rejects with a `DownloadError` where a file does not come.
   */
  async load(code, runId) {
    this.runId = runId;
    this.stop = new AbortController();
    const hidden = HIDDEN.filter(([pattern]) => pattern.test(code)).map(([, module]) => module);
    await this.fetch(...this.importedBy(code).toJs(), ...hidden);
    if (SAVES.test(code)) {
      await this.h5.load();
    }
  }

  /** Ends a download that is under way. */
  abort() {
    this.stop.abort();
  }

  /** Whether a module comes when it is asked for. @param {string} module */
  has(module) {
    return this.packagesOf([module]).length > 0;
  }

  /**
   * Fetches modules, where the site has them and they are not there; others are not looked at.
   *
   * @param {...string} modules
   */
  async fetch(...modules) {
    const wanted = modules.filter((module) => this.has(module));
    const packages = this.packagesOf(wanted);
    const draws = packages.some(({ name }) => name === "matplotlib");
    if (packages.length > 0) {
      const files = draws && this.font ? [...packages, this.font] : packages;
      await this.place(packages, files, [...new Set(wanted)].join(", "));
    }
  }

  /**
   * The packages with some modules, and those that they need, as far as they are not there.
   *
   * @param {string[]} modules
   */
  packagesOf(modules) {
    const found = this.late.filter(({ imports }) => imports.some((one) => modules.includes(one)));
    for (const { depends } of found) {
      found.push(...this.late.filter((one) => depends.includes(one.name) && !found.includes(one)));
    }
    return found.filter(({ name }) => !this.isThere(name));
  }

  /** @param {string} name Of a package. */
  isThere(name) {
    const isLoaded = name in this.python.loadedPackages;
    return name === "matplotlib" ? isLoaded && this.hasFigures : isLoaded;
  }

  /**
   * @param {LatePackage[]} packages
   * @param {ListedFile[]} files
   * @param {string} name What the reader is told that is loading.
   */
  async place(packages, files, name) {
    const { runId } = this;
    const urls = files.map(({ path }) => new URL(path, this.base).href);
    if (String([...(this.downloads?.files.keys() ?? [])]) !== String(urls)) {
      this.downloads = new Downloads(this.base, files, () => {});
    }
    const downloads = /** @type {Downloads} */ (this.downloads);
    downloads.onProgress = (loadedBytes, totalBytes) =>
      this.post({ type: "fetching", runId, name, loadedBytes, totalBytes });
    const native = self.fetch;
    try {
      await downloads.fetchAll(this.stop.signal);
      self.fetch = downloads.fetch.bind(downloads);
      await this.loadPackages(packages.map((one) => one.name));
      if (packages.some((one) => one.name === "matplotlib") && this.font) {
        await this.prepareFigures(downloads, new URL(this.font.path, this.base));
      }
      this.python.pyimport("pykeras_core.playground.imports").note_arrival(name);
      this.downloads = null; // Python has them now
      this.post({ type: "imported", runId });
    } finally {
      self.fetch = native;
      downloads.onProgress = () => {}; // what comes after a failure is no news of this run
    }
  }

  /**
   * @param {Downloads} downloads
   * @param {URL} address Of the font.
   */
  async prepareFigures(downloads, address) {
    const font = await downloads.fetch(address);
    const bytes = new Uint8Array(await font.arrayBuffer());
    const { prepare } = this.python.pyimport("pykeras_core.playground.figures");
    prepare(this.python.toPy(bytes), "/tmp");
    this.hasFigures = true;
  }

  /**
   * Pyodide tells of packages on the console, and goes on without one that does not come; here the
   * page tells, and a missing one is an error.
   *
   * @param {string[]} names
   */
  async loadPackages(names) {
    /** @type {string[]} */
    const errors = [];
    await this.python.loadPackage(names, {
      messageCallback() {},
      errorCallback: (message) => errors.push(message),
    });
    if (errors.length > 0) {
      throw new DownloadError(errors[0], "not loaded");
    }
  }
}
