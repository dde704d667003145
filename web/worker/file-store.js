/**
 * Keeps the files that programs leave, in this browser's IndexedDB, so that they outlive a reload
 * and a restart of Python. Names are paths below the folder that programs run in.
 */

const DATABASE = "pykeras.files";
const STORE = "files";

export class FileStore {
  /** @param {IDBDatabase} database */
  constructor(database) {
    this.database = database;
  }

  /**
   * @returns {Promise<FileStore | null>} null where the browser keeps nothing (a private window, an
   *   embedded page with storage blocked).
   */
  static async open() {
    try {
      const request = indexedDB.open(DATABASE, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE);
      return new FileStore(await answer(request));
    } catch {
      return null;
    }
  }

  /** @returns {Promise<[string, Uint8Array][]>} */
  async readAll() {
    const store = this.database.transaction(STORE).objectStore(STORE);
    const [names, contents] = await Promise.all([
      answer(store.getAllKeys()),
      answer(store.getAll()),
    ]);
    return names.map((name, index) => [String(name), contents[index]]);
  }

  /**
   * @param {[string, Uint8Array][]} changed
   * @param {string[]} gone
   * @returns {Promise<void>} Rejects where there is no room.
   */
  update(changed, gone) {
    const transaction = this.database.transaction(STORE, "readwrite");
    const store = transaction.objectStore(STORE);
    for (const [name, bytes] of changed) {
      store.put(bytes, name);
    }
    for (const name of gone) {
      store.delete(name);
    }
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
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
