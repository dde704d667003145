/**
 * Keeps the files that programs leave, in this browser's IndexedDB, so that they outlive a reload
 * and a restart of Python. Names are paths below the folder that programs run in.
 */

import { databases } from "./world.js";

const DATABASE = "pykeras.files";
const STORE = "files";
/** How long the browser may take to open the database: another tab may be in the way. */
const PATIENCE_MS = 5000;

export class FileStore {
  /** @param {IDBDatabase} database */
  constructor(database) {
    this.database = database;
    database.onversionchange = () => database.close();
  }

  /**
   * @returns {Promise<FileStore | null>} null where the browser keeps nothing (a private window, an
   *   embedded page with storage blocked).
   */
  static async open() {
    try {
      let database = await opened();
      if (!database.objectStoreNames.contains(STORE)) {
        // Something else has made a database of this name.
        database.close();
        database = await opened(database.version + 1);
      }
      return new FileStore(database);
    } catch {
      return null;
    }
  }

  /**
   * @returns {Promise<{files: [string, Uint8Array][], unreadable: string[]}>} Each file is read by
   *   itself, so that a damaged one takes no other with it.
   */
  async readAll() {
    const names = await answer(this.transact("readonly").getAllKeys());
    /** @type {[string, Uint8Array][]} */
    const files = [];
    /** @type {string[]} */
    const unreadable = [];
    for (const name of names) {
      try {
        const contents = await answer(this.transact("readonly").get(name));
        if (!(contents instanceof Uint8Array)) {
          throw new TypeError("not the contents of a file");
        }
        files.push([String(name), contents]);
      } catch {
        unreadable.push(String(name));
      }
    }
    return { files, unreadable };
  }

  /**
   * @param {[string, Uint8Array][]} changed
   * @param {string[]} gone
   * @returns {Promise<void>} Rejects where there is no room; then nothing has changed.
   */
  async update(changed, gone) {
    const store = this.transact("readwrite"); // throws where the browser has closed the database
    const { transaction } = store;
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    try {
      for (const name of gone) {
        store.delete(name);
      }
      for (const [name, bytes] of changed) {
        store.put(bytes, name);
      }
    } catch {
      transaction.abort();
    }
    await done;
  }

  /** @param {IDBTransactionMode} mode */
  transact(mode) {
    return this.database.transaction(STORE, mode).objectStore(STORE);
  }
}

/**
 * @param {number} [version] By default the one that there is.
 * @returns {Promise<IDBDatabase>}
 */
function opened(version) {
  const request = databases().open(DATABASE, version);
  request.onupgradeneeded = () => {
    if (!request.result.objectStoreNames.contains(STORE)) {
      request.result.createObjectStore(STORE);
    }
  };
  return new Promise((resolve, reject) => {
    answer(request).then(resolve, reject);
    setTimeout(() => reject(new Error("no answer")), PATIENCE_MS);
  });
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
