/**
 * Keeps the states of fits in this browser's IndexedDB, so that a run that is cut off goes on from
 * there. A state is written beside the one before it, and what is older goes with the same stroke:
 * a write that is cut off, or finds no room, leaves what there was.
 */

import { databases } from "./world.js";

const DATABASE = "pykeras.checkpoints";
const STORE = "states";
/** Runs whose states are kept; of more, those that were written to longest ago go. */
const MOST_RUNS = 5;
/** States of a fit that goes on: should the last one be damaged, there is the one before. */
const MOST_STATES = 2;
/** How long the browser may take to open the database: another tab may be in the way. */
const PATIENCE_MS = 5000;

/**
 * What a state lies under. The number rises with every state that is written, whatever the clock
 * says; the name is "now" for the present state of a fit, others are of fits that are over.
 *
 * @typedef {[order: number, run: string, name: string]} Key
 */

export class CheckpointStore {
  constructor() {
    /** @type {IDBDatabase | null} */
    this.database = null;
    /** Opens it, and reads what lies there. @type {Promise<boolean> | null} */
    this.opening = null;
    /** @type {Key[]} */
    this.keys = [];
    /** @type {string | null} */
    this.run = null;
  }

  /**
   * From now on, states are those of this run.
   *
   * @param {string | null} run
   */
  async begin(run) {
    this.run = run;
    if (run !== null && (await this.isOpen())) {
      const runs = [...new Set(this.keys.toReversed().map(([, other]) => other))];
      const kept = [run, ...runs.filter((other) => other !== run)].slice(0, MOST_RUNS);
      await this.remove(this.keys.filter(([, other]) => !kept.includes(other)));
    }
  }

  /**
   * @param {string} run
   * @returns {Promise<Uint8Array[]>} The newest first; none where the browser keeps nothing.
   */
  async read(run) {
    if (!(await this.isOpen())) {
      return [];
    }
    /** @type {Uint8Array[]} */
    const states = [];
    for (const key of this.keys.filter(([, other]) => other === run).toReversed()) {
      try {
        const bytes = await answer(this.transact("readonly").get(key));
        if (bytes instanceof Uint8Array) {
          states.push(bytes);
        }
      } catch {
        // Damaged: there is another one.
      }
    }
    return states;
  }

  /**
   * Keeps a state of the present run. It is on its way when this returns, even where Python lets
   * nothing else happen until the program has ended.
   *
   * @param {string} name
   * @param {Uint8Array} bytes
   * @returns {Promise<void>} Rejects where there is no room; then nothing has changed.
   */
  async keep(name, bytes) {
    const { run } = this;
    if (run === null) {
      throw new Error("there is no run");
    }
    const same = this.keys.filter(([, other, of]) => other === run && of === name);
    const stale = same.slice(0, Math.max(same.length + 1 - MOST_STATES, 0));
    /** @type {Key} */
    const key = [(this.keys.at(-1)?.[0] ?? 0) + 1, run, name];
    this.keys.push(key);
    try {
      await this.change((store) => {
        store.put(bytes, key);
        for (const old of stale) {
          store.delete(old);
        }
      });
      this.keys = this.keys.filter((other) => !stale.includes(other));
    } catch (error) {
      this.keys = this.keys.filter((other) => other !== key);
      throw error;
    }
  }

  /** These need no states any more. @param {string[]} runs */
  async forget(runs) {
    if (await this.isOpen()) {
      await this.remove(this.keys.filter(([, run]) => runs.includes(run)));
    }
  }

  /** @param {Key[]} gone */
  async remove(gone) {
    try {
      await this.change((store) => {
        for (const key of gone) {
          store.delete(key);
        }
      });
      this.keys = this.keys.filter((key) => !gone.includes(key));
    } catch {
      // The next run tries again.
    }
  }

  /** @param {(store: IDBObjectStore) => void} act */
  async change(act) {
    const store = this.transact("readwrite");
    const { transaction } = store;
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    try {
      act(store);
      transaction.commit();
    } catch {
      transaction.abort();
    }
    await done;
  }

  /** @param {IDBTransactionMode} mode */
  transact(mode) {
    if (this.database === null) {
      throw new Error("the browser keeps nothing here");
    }
    return this.database.transaction(STORE, mode).objectStore(STORE);
  }

  /** Whether the browser keeps anything; the next call tries again where it does not. */
  isOpen() {
    this.opening ??= this.open().then((open) => {
      this.opening = open ? this.opening : null;
      return open;
    });
    return this.opening;
  }

  async open() {
    try {
      const database = await opened();
      this.database = database;
      const release = () => {
        database.close();
        this.database = null;
        this.opening = null;
      };
      database.onversionchange = release; // another tab deletes all data
      database.onclose = release; // the browser has
      const keys = /** @type {Key[]} */ (await answer(this.transact("readonly").getAllKeys()));
      this.keys = keys.filter((key) => Array.isArray(key) && key.length === 3);
      return true;
    } catch {
      this.database = null;
      return false;
    }
  }
}

/** @returns {Promise<IDBDatabase>} */
function opened() {
  const request = databases().open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
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
