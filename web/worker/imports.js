/** Loads what a program imports and a first visit does not fetch: matplotlib with its font. */

import { DownloadError, Downloads, nativeFetch } from "./downloads.js";

/** @typedef {import("pyodide").PyodideInterface} Pyodide */
/** @typedef {import("./downloads.js").ListedFile} ListedFile */

/** Files that come with a package when a program asks for it. @typedef {{files: ListedFile[], font: string}} Figures */
/** @typedef {(name: string, loadedBytes: number, totalBytes: number) => void} OnProgress */

const FIGURE_MODULES = new Set(["matplotlib", "pylab", "mpl_toolkits"]);
/** A drawing of a model becomes a PNG through matplotlib. */
const DRAWS_PNG = /plot_model[\s\S]*\.png/;
/** Reads or writes pictures, through Pillow. */
const PICTURES =
  /\b(decode|encode)_(image|jpeg|png|gif|bmp)\b|\b(load_img|save_img|array_to_img)\b|\b(image_dataset|flow)_from_directory\b/;
/** Saves or loads a model. Where Python can wait, a program that hides this is served all the same. */
const SAVES = /\.(h5|hdf5|keras)["']|\b(save|load)_(model|weights)\b|\bsave\(/;

export class Imports {
  /**
   * @param {Pyodide} python
   * @param {URL} base Where the paths of the site's files start.
   * @param {Figures | null} figures null where the site was built without matplotlib.
   * @param {import("./python.js").H5Library} h5
   */
  constructor(python, base, figures, h5) {
    this.python = python;
    this.h5 = h5;
    this.font = figures && new URL(figures.font, base);
    /** @type {OnProgress} */
    this.onProgress = () => {};
    this.downloads = new Downloads(base, figures?.files ?? [], (loaded, total) =>
      this.onProgress("matplotlib", loaded, total),
    );
    this.findImports = python.pyimport("pyodide.code").find_imports;
    this.hasFigures = false;
  }

  /**
   * @param {string} code A program.
   * @param {OnProgress} onProgress
   * @param {AbortSignal} stop Ends the downloads.
   * @returns {Promise<void>} Rejects with a `DownloadError` where a file does not come.
   */
  async load(code, onProgress, stop) {
    /** @type {string[]} */
    const names = this.findImports(code).toJs();
    const wanted = names.some((name) => FIGURE_MODULES.has(name.split(".")[0]));
    if ((wanted || DRAWS_PNG.test(code)) && this.font && !this.hasFigures) {
      this.onProgress = onProgress;
      try {
        await this.loadFigures(this.font, stop);
      } finally {
        this.onProgress = () => {}; // what comes after a failure is no news of this run
      }
    }
    if (PICTURES.test(code)) {
      await this.loadPackages((options) => this.python.loadPackage("pillow", options));
    }
    if (SAVES.test(code)) {
      await this.h5.load();
    }
    await this.loadPackages((options) => this.python.loadPackagesFromImports(code, options));
  }

  /**
   * @param {URL} address Of the font.
   * @param {AbortSignal} stop
   */
  async loadFigures(address, stop) {
    await this.downloads.fetchAll(stop);
    self.fetch = this.downloads.fetch.bind(this.downloads);
    try {
      const font = await this.downloads.fetch(address);
      await this.loadPackages((options) => this.python.loadPackage("matplotlib", options));
      const bytes = new Uint8Array(await font.arrayBuffer());
      const { prepare } = this.python.pyimport("pykeras_core.playground.figures");
      prepare(this.python.toPy(bytes), "/tmp");
      this.hasFigures = true;
      this.downloads.files.clear(); // Python has them now
    } finally {
      self.fetch = nativeFetch;
    }
  }

  /**
   * Pyodide tells of packages on the console, and goes on without one that does not come; here the
   * page tells, and a missing one is an error.
   *
   * @param {(options: {messageCallback: () => void, errorCallback: (message: string) => void})
   *   => Promise<unknown>} load
   */
  async loadPackages(load) {
    /** @type {string[]} */
    const errors = [];
    await load({ messageCallback() {}, errorCallback: (message) => errors.push(message) });
    if (errors.length > 0) {
      throw new DownloadError(errors[0], "not loaded");
    }
  }
}
