/** What everyone has who starts Python with NumPy in a page, from the files of our own site. */

const folder = new URL(location.hash.slice(1), location.href).href;
/** @type {typeof import("pyodide")} */
const { loadPyodide } = await import(`${folder}pyodide.mjs`);
const python = await loadPyodide({ indexURL: folder, packages: ["numpy"] });
python.runPython("import numpy");
Object.assign(self, { readyAfter: performance.now() / 1000 });

export {};
