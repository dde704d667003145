/** The files of the page: what Python says has changed is kept in this browser, and shown. */

import { FileStore } from "./file-store.js";

/** @typedef {import("../protocol.js").FromWorker} FromWorker */
/** @typedef {import("../protocol.js").FileEntry} FileEntry */

export class Workspace {
  /** @param {(message: FromWorker) => void} post */
  constructor(post) {
    this.post = post;
    /** @type {FileStore | null} */
    this.store = null;
  }

  /**
   * What an earlier visit left here.
   *
   * @returns {Promise<[string, Uint8Array][]>}
   */
  async open() {
    this.store = await FileStore.open();
    try {
      return (await this.store?.readAll()) ?? [];
    } catch {
      this.store = null; // the browser has taken it away, or it is damaged: nothing is kept
      return [];
    }
  }

  /**
   * Keeps what has changed, and tells the page what there is.
   *
   * @param {[string, Uint8Array][]} changed
   * @param {string[]} gone
   * @param {FileEntry[]} files
   */
  async keep(changed, gone, files) {
    let kept = this.store !== null;
    try {
      await this.store?.update(changed, gone);
    } catch {
      kept = false; // no room: the page says that the files are gone with the tab
    }
    this.post({ type: "files", files, kept });
  }
}
