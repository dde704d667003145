/**
 * Puts bytecode into wheels: `node compile-wheel.mjs MODULE FUNCTION WHEEL TARGET ...` lets the
 * browser's Python call a function of the Python file MODULE with each wheel and what it becomes.
 */

import { readFile, writeFile } from "node:fs/promises";
import { argv } from "node:process";
import { loadPyodide } from "pyodide";

const [module, name, ...wheels] = argv.slice(2);
const python = await loadPyodide();
python.runPython(await readFile(module, "utf-8"));
const compile = python.globals.get(name);
for (let at = 0; at < wheels.length; at += 2) {
  python.FS.writeFile("/wheel", await readFile(wheels[at]));
  compile("/wheel", "/compiled");
  await writeFile(wheels[at + 1], python.FS.readFile("/compiled"));
}
