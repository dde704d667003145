/** The files of the page: Python's folder, kept in this browser, listed for and handed to the page. */

import { FileStore } from "./file-store.js";

/** @typedef {import("../protocol.js").FromWorker} FromWorker */
/** @typedef {import("../protocol.js").FileRequest} FileRequest */

/** A Python object, which JavaScript gets a copy of. @typedef {{toJs: (options?: object) => any, destroy: () => void}} Proxy */

/**
 * `pykeras_core.playground.files.Workspace`, seen from here.
 *
 * @typedef {{entries: () => Proxy, read: (name: string) => Proxy, changes: () => Proxy,
 *   write: (name: string, data: unknown) => void, upload: (name: string, data: unknown) => void,
 *   delete: (name: string) => void}} PythonFiles
 */

export class Workspace {
  /**
   * @param {PythonFiles} files
   * @param {(value: Uint8Array) => unknown} toPy
   * @param {(message: FromWorker) => void} post
   */
  constructor(files, toPy, post) {
    this.files = files;
    this.toPy = toPy;
    this.post = post;
    /** @type {FileStore | null} */
    this.store = null;
  }

  /** Brings back what was kept, unless it is there already. */
  async restore() {
    this.store = await FileStore.open();
    for (const [name, bytes] of (await this.store?.readAll()) ?? []) {
      this.files.write(name, this.toPy(bytes));
    }
    copy(this.files.changes());
    this.announce(this.store !== null);
  }

  /** Keeps what has changed, and tells the page what there is. */
  async keep() {
    const [changed, gone] = copy(this.files.changes());
    if (changed.length > 0 || gone.length > 0) {
      this.announce(await this.update(changed, gone));
    }
  }

  /** @param {FileRequest} request */
  async handle(request) {
    const { type, name } = request;
    if (type === "read-file") {
      this.handOut(name);
    } else if (type === "write-file") {
      this.files.upload(name, this.toPy(request.data));
    } else {
      this.files.delete(name);
    }
    await this.keep();
  }

  /** Answers with a file; one that a program has removed meanwhile leaves the list. @param {string} name */
  handOut(name) {
    if (
      copy(this.files.entries()).some((/** @type {{name: string}} */ entry) => entry.name === name)
    ) {
      const [fileName, data] = copy(this.files.read(name));
      this.post({ type: "file", name: fileName, data });
    }
  }

  /** @param {boolean} kept Whether they outlive the tab. */
  announce(kept) {
    this.post({ type: "files", files: copy(this.files.entries()), kept });
  }

  /**
   * @param {[string, Uint8Array][]} changed
   * @param {string[]} gone
   * @returns {Promise<boolean>}
   */
  async update(changed, gone) {
    try {
      await this.store?.update(changed, gone);
      return this.store !== null;
    } catch {
      return false; // no room: the page says that the files are gone with the tab
    }
  }
}

/**
 * A Python value as JavaScript's own; dictionaries become objects.
 *
 * @param {Proxy} proxy
 */
function copy(proxy) {
  const value = proxy.toJs({ dict_converter: Object.fromEntries });
  proxy.destroy();
  return value;
}
