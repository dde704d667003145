/** The files of the page: what Python says has changed is kept in this browser, and shown. */

import { FileStore } from "./file-store.js";

/** @typedef {import("../protocol.js").FromWorker} FromWorker */
/** @typedef {import("../protocol.js").FileEntry} FileEntry */
/** @typedef {[name: string, contents: Uint8Array]} File */

export class Workspace {
  /** @param {(message: FromWorker) => void} post */
  constructor(post) {
    this.post = post;
    /** @type {FileStore | null} */
    this.store = null;
    /** Files that are not kept as they are now, and are tried again. @type {Map<string, Uint8Array>} */
    this.unkept = new Map();
    /** Updates go one after the other. @type {Promise<void>} */
    this.turns = Promise.resolve();
  }

  /**
   * What an earlier visit left here.
   *
   * @returns {Promise<{files: File[], unreadable: string[]}>}
   */
  async open() {
    this.store = await FileStore.open();
    try {
      return (await this.store?.readAll()) ?? { files: [], unreadable: [] };
    } catch {
      this.store = null; // the browser has taken it away, or it is damaged: nothing is kept
      return { files: [], unreadable: [] };
    }
  }

  /**
   * Keeps what has changed, and tells the page what there is.
   *
   * @param {File[]} changed
   * @param {string[]} gone
   * @param {FileEntry[]} files
   */
  keep(changed, gone, files) {
    this.turns = this.turns.then(async () => {
      const { store } = this;
      if (store) {
        await this.update(store, changed, gone);
      }
      this.post({ type: "files", files, unkept: store && [...this.unkept.keys()] });
    });
    return this.turns;
  }

  /**
   * @param {FileStore} store
   * @param {File[]} changed
   * @param {string[]} gone
   */
  async update(store, changed, gone) {
    for (const name of gone) {
      this.unkept.delete(name);
    }
    for (const [name, bytes] of changed) {
      this.unkept.set(name, bytes);
    }
    try {
      await store.update([...this.unkept], gone);
      this.unkept.clear();
    } catch {
      // No room for all of them: as many as there is room for, and what is gone is gone.
      await store.update([], gone).catch(() => {});
      for (const file of [...this.unkept].sort(([, a], [, b]) => a.length - b.length)) {
        await store.update([file], []).then(
          () => this.unkept.delete(file[0]),
          () => {},
        );
      }
    }
  }
}
