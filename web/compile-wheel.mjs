/**
 * Puts bytecode into a wheel: `node compile-wheel.mjs MODULE WHEEL TARGET` lets the browser's
 * Python run `compile_wheel` of the Python file MODULE.
 */

import { readFile, writeFile } from "node:fs/promises";
import { argv } from "node:process";
import { loadPyodide } from "pyodide";

const [module, wheel, target] = argv.slice(2);
const python = await loadPyodide();
python.FS.writeFile("/wheel", await readFile(wheel));
python.runPython(await readFile(module, "utf-8"));
python.globals.get("compile_wheel")("/wheel", "/compiled");
await writeFile(target, python.FS.readFile("/compiled"));
