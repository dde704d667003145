/** Loads what a program imports and a first visit does not fetch: matplotlib with its font. */

import { DownloadError, Downloads } from "./downloads.js";

/** @typedef {import("pyodide").PyodideInterface} Pyodide */
/** @typedef {import("./downloads.js").StartupFile} SiteFile */

/** Files that come with a package when a program asks for it. @typedef {{files: SiteFile[], font: string}} Figures */
/** @typedef {(name: string, loadedBytes: number, totalBytes: number) => void} OnProgress */

const FIGURE_MODULES = new Set(["matplotlib", "pylab", "mpl_toolkits"]);
/** A drawing of a model becomes a PNG through matplotlib. */
const DRAWS_PNG = /plot_model[\s\S]*\.png/;
/** Saves or loads a model. Where Python can wait, a program that hides this is served all the same. */
const SAVES = /\.(h5|hdf5|keras)["']|\b(save|load)_(model|weights)\b|\bsave\(/;

export class Imports {
  /**
   * @param {Pyodide} python
   * @param {URL} base Where the paths of the site's files start.
   * @param {Figures} figures
   * @param {import("./python.js").H5Library} h5
   */
  constructor(python, base, figures, h5) {
    this.python = python;
    this.base = base;
    this.figures = figures;
    this.h5 = h5;
    this.findImports = python.pyimport("pyodide.code").find_imports;
    this.hasFigures = false;
  }

  /**
   * @param {string} code A program.
   * @param {OnProgress} onProgress
   */
  async load(code, onProgress) {
    /** @type {string[]} */
    const names = this.findImports(code).toJs();
    const wanted = names.some((name) => FIGURE_MODULES.has(name.split(".")[0]));
    if ((wanted || DRAWS_PNG.test(code)) && !this.hasFigures) {
      await this.loadFigures(onProgress);
    }
    if (SAVES.test(code)) {
      await this.h5.load();
    }
    await this.python.loadPackagesFromImports(code, QUIET);
  }

  /** @param {OnProgress} onProgress */
  async loadFigures(onProgress) {
    const report = (/** @type {number} */ loaded, /** @type {number} */ total) =>
      onProgress("matplotlib", loaded, total);
    const fetchFile = self.fetch.bind(self);
    const downloads = new Downloads(this.base, this.figures.files, report, fetchFile);
    self.fetch = downloads.fetch.bind(downloads);
    try {
      const [font] = await Promise.all([
        downloads.fetch(new URL(this.figures.font, this.base)),
        this.python.loadPackage("matplotlib", QUIET),
      ]);
      if (!this.python.loadedPackages.matplotlib) {
        throw new DownloadError("matplotlib", 0);
      }
      const bytes = new Uint8Array(await font.arrayBuffer());
      const { prepare } = this.python.pyimport("pykeras_core.playground.figures");
      prepare(this.python.toPy(bytes), "/tmp");
      this.hasFigures = true;
    } finally {
      self.fetch = fetchFile;
    }
  }
}

/** Pyodide tells of packages on the console; here the page does, and a missing one is an error. */
const QUIET = { messageCallback: () => {}, errorCallback: () => {} };
