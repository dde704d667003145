/** Keeps earlier states of programs in this browser's IndexedDB, the last fifty of each. */

const DATABASE = "pykeras.versions";
const STORE = "versions";
const INDEX = "program";
export const MOST_KEPT = 50;

/**
 * @typedef {object} Version
 * @property {number} id Rises with every version, whatever the clock says.
 * @property {string} program Id of the program.
 * @property {string} title
 * @property {string} text
 * @property {number} at Milliseconds since 1970.
 * @property {"ran" | "left" | "written"} why It was run so, was replaced by another text, or rested.
 */

/** @type {Promise<IDBDatabase | null> | null} */
let opening = null;

/**
 * @param {string} program
 * @returns {Promise<Version[]>} The newest first; none where the browser keeps nothing.
 */
export async function readVersions(program) {
  try {
    const store = await transact("readonly");
    const versions = await answer(store.index(INDEX).getAll(program));
    return versions.filter(isVersion).reverse();
  } catch {
    return [];
  }
}

/**
 * Adds a version, in place of another one perhaps, and lets go of those beyond the fiftieth.
 *
 * @param {Omit<Version, "id">} version
 * @param {number | null} replaced
 * @returns {Promise<number | null>} Its id; null where the browser does not keep it.
 */
export async function addVersion(version, replaced) {
  try {
    const store = await transact("readwrite");
    if (replaced !== null) {
      store.delete(replaced);
    }
    const id = Number(await answer(store.add(version)));
    const keys = await answer(store.index(INDEX).getAllKeys(version.program));
    for (const key of keys.slice(0, Math.max(keys.length - MOST_KEPT, 0))) {
      store.delete(key);
    }
    return id;
  } catch {
    return null; // there is no room: the text itself is kept with the program
  }
}

/**
 * Forgets the versions of programs that are gone.
 *
 * @param {(program: string) => boolean} isThere
 */
export async function forgetVersions(isThere) {
  try {
    const index = (await transact("readwrite")).index(INDEX);
    const request = index.openCursor();
    request.onsuccess = () => {
      const { result: cursor } = request;
      if (cursor) {
        isThere(String(cursor.key)) || cursor.delete();
        cursor.continue();
      }
    };
  } catch {
    // There are none.
  }
}

/** @param {Version} version */
function isVersion({ text, title, at }) {
  return typeof text === "string" && typeof title === "string" && Number.isFinite(at);
}

/** @param {IDBTransactionMode} mode */
async function transact(mode) {
  opening ??= open();
  const database = await opening;
  if (database === null) {
    throw new Error("the browser keeps nothing here");
  }
  return database.transaction(STORE, mode).objectStore(STORE);
}

/** @returns {Promise<IDBDatabase | null>} */
async function open() {
  try {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      const options = { keyPath: "id", autoIncrement: true };
      request.result.createObjectStore(STORE, options).createIndex(INDEX, "program");
    };
    const database = await answer(request);
    const letGo = () => {
      database.close();
      opening = null;
    };
    database.onversionchange = letGo; // another tab deletes all data
    database.onclose = letGo;
    return database;
  } catch {
    return null;
  }
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
