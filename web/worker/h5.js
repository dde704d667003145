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
/** Deeper than any model; a file that holds itself has no end. As on a desktop, see `saving/h5.py`. */
const MAX_DEPTH = 64;
/** Groups and arrays of a file: more than any model has, and soon read. */
const MAX_MEMBERS = 50_000;
/** How many times larger than its file the arrays may be; weights hardly compress. */
const LARGEST_GROWTH = 100;

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
      const room = { members: MAX_MEMBERS, bytes: LARGEST_GROWTH * bytes.length };
      readGroup(file, "", tree, 0, room);
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
 * @param {Room} room
 */
function readGroup(group, path, tree, depth, room) {
  if (depth > MAX_DEPTH) {
    throw new RangeError(
      `the file's groups lie more than ${MAX_DEPTH} deep in each other, which is refused`,
    );
  }
  readAttributes(group, path, tree, room);
  for (const name of group.keys()) {
    room.members -= 1;
    if (room.members < 0) {
      throw new RangeError(
        `the file has more than ${MAX_MEMBERS} groups and arrays, which is refused`,
      );
    }
    const inner = path ? `${path}/${name}` : name;
    // Before it is opened: the library follows links that lead somewhere.
    if (group.get_link(inner) !== null || "filename" in group.get_external_link(inner)) {
      throw new TypeError(`the file links '${inner}' to somewhere else, which is refused`);
    }
    const member = group.get(name);
    if (member instanceof Group) {
      tree.groups.push(inner);
      readGroup(member, inner, tree, depth + 1, room);
    } else if (member instanceof Dataset) {
      tree.arrays.push([inner, ...arrayOf(member, inner, room)]);
    } else {
      throw new TypeError(
        `the file's '${inner}' was expected to be an array, it is something else`,
      );
    }
  }
}

/**
 * What may still be read.
 *
 * @typedef {{members: number, bytes: number}} Room
 */

/**
 * @param {{shape: number[] | null, total_size: number, size: number}} metadata
 * @param {string} path
 * @param {Room} room
 */
function takeRoom({ shape, total_size, size }, path, room) {
  room.bytes -= total_size * size;
  if (room.bytes < 0) {
    throw new RangeError(
      `the file says that '${path}' has shape (${shape?.join(", ") ?? ""}), far more than a file ` +
        "of its size holds, which is refused",
    );
  }
}

/**
 * @param {Dataset} dataset
 * @param {string} path
 * @param {Room} room
 * @returns {[string, number[], Uint8Array]}
 */
function arrayOf(dataset, path, room) {
  const { metadata } = dataset;
  if (metadata.virtual_sources) {
    throw new TypeError(`the file keeps '${path}' in another file, which is refused`);
  }
  takeRoom(metadata, path, room);
  const { value, shape } = dataset;
  const array = ArrayBuffer.isView(value) ? value : scalar(value, dataset.dtype);
  if (array === null || shape === null) {
    throw new TypeError(`the file's '${path}' was expected to be an array of numbers`);
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
 * @param {Room} room
 */
function readAttributes(holder, path, tree, room) {
  for (const [name, attribute] of Object.entries(holder.attrs)) {
    takeRoom(attribute.metadata, `${path}@${name}`, room);
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
