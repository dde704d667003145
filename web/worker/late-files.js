/**
 * Files that most programs never look into: they are there by name and size, and the first look
 * into one fetches its archive while Python waits.
 */

import { unzipSync } from "fflate";

/** @typedef {import("pyodide").PyodideInterface["FS"]} FileSystem */

/**
 * @typedef {object} Archive
 * @property {string} url
 * @property {string} folder Where its files lie; "" where `files` names the archive itself.
 * @property {[name: string, bytes: number][]} files
 */

/** Emscripten's number of the error that Python knows as `EIO`. */
const IO_ERROR = 29;

/**
 * @param {FileSystem} fs
 * @param {Archive} archive
 */
export function placeLate(fs, { url, folder, files }) {
  /** @type {Record<string, Uint8Array> | null} */
  let contents = null;
  const open = () => {
    contents ??= folder ? unzipSync(fetchNow(fs, url)) : { [files[0][0]]: fetchNow(fs, url) };
    return contents;
  };
  for (const [name, bytes] of files) {
    place(fs, folder ? `${folder}/${name}` : name, bytes, () => open()[name]);
  }
}

/**
 * @param {FileSystem} fs
 * @param {string} path
 * @param {number} bytes
 * @param {() => Uint8Array} read
 */
function place(fs, path, bytes, read) {
  if (fs.analyzePath(path).exists) {
    fs.unlink(path);
  }
  fs.mkdirTree(path.slice(0, path.lastIndexOf("/")));
  fs.close(fs.open(path, "w"));
  const { node } = fs.lookupPath(path, {});
  node.usedBytes = bytes;
  /** @type {Uint8Array | null} */
  let contents = null;
  Object.defineProperty(node, "contents", {
    get: () => {
      contents ??= read();
      return contents;
    },
    set: (/** @type {Uint8Array} */ value) => {
      contents = value;
    },
  });
}

/**
 * @param {FileSystem} fs
 * @param {string} url
 * @returns {Uint8Array}
 */
function fetchNow(fs, url) {
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  request.responseType = "arraybuffer";
  try {
    request.send();
  } catch {
    throw new fs.ErrnoError(IO_ERROR);
  }
  if (request.status !== 200) {
    throw new fs.ErrnoError(IO_ERROR);
  }
  return new Uint8Array(request.response);
}
