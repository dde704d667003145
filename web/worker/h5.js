/**
 * HDF5 files in the worker: a tree as flat lists, to bytes and back, through h5wasm. It is a file of
 * its own, with the HDF5 library in it, fetched when a program first saves or loads a model.
 */

import { Dataset, FS, Group, File as H5File, ready } from "h5wasm";

/**
 * The arrays as bytes in C order; `dtype` as in NumPy ("float32"), names of attributes and paths
 * from the root ("layers/dense/vars"), which itself is "".
 *
 * @typedef {{groups: string[], arrays: [path: string, dtype: string, shape: number[],
 *   bytes: Uint8Array][], attributes: [path: string, name: string, value: Value][]}} Tree
 * @typedef {string | number | string[]} Value
 */

/** What HDF5 calls the types of arrays that are written. @type {Record<string, string>} */
const WRITTEN = {
  float32: "<f4",
  float64: "<f8",
  int8: "<i1",
  int16: "<i2",
  int32: "<i4",
  uint8: "<B",
  uint16: "<H",
  uint32: "<I",
  bool: "<B",
};
const FORMATS = { "<f4": "<f", "<f8": "<d", "<i1": "<b", "<i2": "<h", "<i4": "<i" };
const SCRATCH = "model.h5";
/** Deeper than any model; a file that links to itself has no end. */
const MAX_DEPTH = 64;

// Its errors come as exceptions, not as a report on the console.
(await ready).activate_throwing_error_handler();

/**
 * @param {Tree} tree
 * @returns {Uint8Array}
 */
export function write({ groups, arrays, attributes }) {
  const file = new H5File(SCRATCH, "w");
  try {
    for (const path of groups) {
      file.create_group(path);
    }
    for (const [name, dtype, shape, bytes] of arrays) {
      const code = WRITTEN[dtype];
      if (!code) {
        throw new TypeError(`arrays of ${dtype} cannot be written to an HDF5 file`);
      }
      const data = typed(bytes, dtype);
      file.create_dataset({
        name,
        data,
        shape,
        dtype: FORMATS[/** @type {keyof typeof FORMATS} */ (code)] ?? code,
      });
    }
    for (const [path, name, value] of attributes) {
      const holder = path ? file.get(path) : file;
      if (holder instanceof Group || holder instanceof Dataset) {
        writeAttribute(holder, name, value);
      }
    }
  } finally {
    file.close();
  }
  return takeScratch();
}

/**
 * @param {Uint8Array} bytes
 * @returns {Tree}
 */
export function read(bytes) {
  scratch().writeFile(SCRATCH, bytes);
  /** @type {Tree} */
  const tree = { groups: [], arrays: [], attributes: [] };
  try {
    const file = new H5File(SCRATCH, "r");
    try {
      readGroup(file, "", tree, 0);
    } finally {
      file.close();
    }
  } catch (error) {
    // The library reports a stack of its own; its first line says what went wrong.
    throw new Error(/\(\): (.+)/.exec(String(error))?.[1] ?? String(error));
  } finally {
    scratch().unlink(SCRATCH);
  }
  return tree;
}

/**
 * @param {Group} group
 * @param {string} path
 * @param {Tree} tree
 * @param {number} depth
 */
function readGroup(group, path, tree, depth) {
  if (depth > MAX_DEPTH) {
    throw new RangeError("its groups lie in each other without end");
  }
  readAttributes(group, path, tree);
  for (const name of group.keys()) {
    const inner = path ? `${path}/${name}` : name;
    const member = group.get(name);
    if (member instanceof Group) {
      tree.groups.push(inner);
      readGroup(member, inner, tree, depth + 1);
    } else if (member instanceof Dataset) {
      tree.arrays.push([inner, ...arrayOf(member, inner)]);
    } else {
      throw new TypeError(`it links '${inner}' to somewhere else, which is refused`);
    }
  }
}

/**
 * @param {Dataset} dataset
 * @param {string} path
 * @returns {[string, number[], Uint8Array]}
 */
function arrayOf(dataset, path) {
  const { value, shape } = dataset;
  const array = ArrayBuffer.isView(value) ? value : scalar(value, dataset.dtype);
  if (array === null || shape === null) {
    throw new TypeError(`'${path}' holds something else than numbers`);
  }
  const dtype = array.constructor.name
    .replace(/Array$/, "")
    .replace("Big", "")
    .toLowerCase();
  return [dtype, shape, new Uint8Array(array.buffer, array.byteOffset, array.byteLength).slice()];
}

/**
 * @param {unknown} value
 * @param {unknown} dtype
 */
function scalar(value, dtype) {
  if (typeof value === "bigint") {
    return new BigInt64Array([value]);
  }
  if (typeof value === "boolean") {
    return new Uint8Array([Number(value)]);
  }
  if (typeof value !== "number") {
    return null;
  }
  return /[fde]/.test(String(dtype)) ? new Float64Array([value]) : new Int32Array([value]);
}

/**
 * @param {Group | Dataset} holder
 * @param {string} path
 * @param {Tree} tree
 */
function readAttributes(holder, path, tree) {
  for (const [name, attribute] of Object.entries(holder.attrs)) {
    const value = attribute.json_value;
    tree.attributes.push([path, name, /** @type {Value} */ (value)]);
  }
}

/**
 * Texts of one length in a list, which is how Keras 2 reads names; single texts of any length.
 *
 * @param {Group | Dataset} holder
 * @param {string} name
 * @param {Value} value
 */
function writeAttribute(holder, name, value) {
  if (typeof value === "string") {
    holder.create_attribute(name, value, null, "S");
  } else if (typeof value === "number") {
    holder.create_attribute(name, value, null, Number.isInteger(value) ? "<i" : "<d");
  } else {
    const encoder = new TextEncoder();
    const longest = Math.max(1, ...value.map((text) => encoder.encode(text).length));
    holder.create_attribute(name, value, [value.length], `S${longest}`);
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {string} dtype
 */
function typed(bytes, dtype) {
  const { buffer } = bytes.slice();
  switch (dtype) {
    case "float32":
      return new Float32Array(buffer);
    case "float64":
      return new Float64Array(buffer);
    case "int8":
      return new Int8Array(buffer);
    case "int16":
      return new Int16Array(buffer);
    case "int32":
      return new Int32Array(buffer);
    case "uint16":
      return new Uint16Array(buffer);
    case "uint32":
      return new Uint32Array(buffer);
    default:
      return new Uint8Array(buffer);
  }
}

/** The HDF5 library's own file system, in memory. */
function scratch() {
  if (FS === null) {
    throw new Error("the HDF5 library has not started");
  }
  return FS;
}

function takeScratch() {
  const bytes = scratch().readFile(SCRATCH);
  scratch().unlink(SCRATCH);
  return bytes;
}
