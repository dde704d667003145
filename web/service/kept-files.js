/**
 * The files of one release of the site, kept in this browser: each is what the build's list says it
 * is, or it is not handed out. What has been kept is compared each time, because programs of other
 * pages on the same origin can write there, and disks forget.
 *
 * Releases do not mix: everything but the HTML pages lies in a folder that is named after its
 * contents, and a release has a cache of its own. Files that it has in common with an older one are
 * taken from there.
 */

/**
 * What the build says of the site.
 *
 * @typedef {object} Release
 * @property {string} version A short name for all of its contents.
 * @property {string} app The folder of the page's code, in which nothing else lies.
 * @property {Record<string, [sha256: string, late?: 1]>} files By path; `late` ones are kept when a
 *   page first asks for them.
 */

/** What every cache of ours begins with; then the site's folder, then the release. */
const OURS = "pykeras-playground";
const INDEX = "index.html";
/** What browsers insist on; servers differ. */
const TYPES = /** @type {Record<string, string>} */ ({
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  mjs: "text/javascript; charset=utf-8",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  wasm: "application/wasm",
  webmanifest: "application/manifest+json",
});

export class KeptFiles {
  /**
   * @param {Release} release
   * @param {URL} base The folder of the site.
   */
  constructor(release, base) {
    this.release = release;
    this.base = base;
    /** What all of this site's caches begin with: folders in addresses hold no spaces. */
    this.prefix = `${OURS} ${base.pathname} `;
    this.name = this.prefix + release.version;
    /** Paths for which something else came: the browser's own cache is not asked again. @type {Set<string>} */
    this.doubtful = new Set();
  }

  /**
   * @param {string} url
   * @returns {string | null} The path of a file of this release; null for anything else.
   */
  pathOf(url) {
    const { origin, pathname } = new URL(url);
    if (origin !== this.base.origin || !pathname.startsWith(this.base.pathname)) {
      return null;
    }
    const path = pathname.slice(this.base.pathname.length) || INDEX;
    return path in this.release.files ? path : null;
  }

  /**
   * Answers for a file: with what is kept, else from the network, and then it is kept.
   *
   * @param {string} path
   * @param {boolean} anew Whether what is kept has just proved to be no good.
   * @param {(work: Promise<unknown>) => void} waitUntil Has the browser let this worker finish.
   * @returns {Promise<Response>}
   */
  async answer(path, anew, waitUntil) {
    const cache = await this.open();
    const kept = anew ? null : await this.sound(cache, path);
    if (kept) {
      return kept;
    }
    const { response, arrived } = await this.fetch(path, anew);
    const keeping = arrived.then((bytes) => cache?.put(this.urlOf(path), asFile(path, bytes)));
    waitUntil(keeping.catch(() => {})); // no room, or not the file: the next page asks again
    return response;
  }

  /**
   * Answers for the page itself. Where files of this release are missing, the server may have
   * another one by now: then its page comes, and asks for its own files.
   *
   * @param {Request} request
   * @param {(work: Promise<unknown>) => void} waitUntil
   * @returns {Promise<Response>}
   */
  async answerPage(request, waitUntil) {
    if (!(await this.isComplete())) {
      waitUntil(this.fetchAll().catch(() => {}));
      try {
        const response = await fetch(request);
        if (response.ok) {
          return response;
        }
      } catch {
        // No network: what there is may do.
      }
    }
    return this.answer(INDEX, false, waitUntil).catch(() => fetch(request));
  }

  /** Fetches what is not there yet of all files that are not late; rejects where one does not come. */
  async fetchAll() {
    const cache = await caches.open(this.name);
    const older = await this.olderCaches();
    for (const path of this.early()) {
      if (!(await this.sound(cache, path))) {
        const bytes = (await this.take(older, path)) ?? (await this.bytesOf(path));
        await cache.put(this.urlOf(path), asFile(path, bytes));
      }
    }
    // What an older release has fetched late is there in this one too.
    for (const path of this.late()) {
      const bytes = (await cache.match(this.urlOf(path))) ? null : await this.take(older, path);
      if (bytes) {
        await cache.put(this.urlOf(path), asFile(path, bytes));
      }
    }
  }

  /**
   * Keeps files that a page has fetched before this worker was there.
   *
   * @param {string[]} urls
   */
  async keep(urls) {
    const cache = await caches.open(this.name);
    for (const url of urls) {
      const path = this.pathOf(url);
      if (path !== null && !(await cache.match(this.urlOf(path)))) {
        const bytes = await this.bytesOf(path);
        await cache.put(this.urlOf(path), asFile(path, bytes));
      }
    }
  }

  /** Whether all files that are not late are there; what they hold is seen when they are asked for. */
  async isComplete() {
    const cache = await this.open();
    const kept = new Set((await cache?.keys())?.map(({ url }) => url));
    return this.early().every((path) => kept.has(this.urlOf(path)));
  }

  /** Forgets the other releases of this site. */
  async forgetOthers() {
    for (const name of await caches.keys()) {
      if (name.startsWith(this.prefix) && name !== this.name) {
        await caches.delete(name);
      }
    }
  }

  /**
   * A file of another release, for a page that has been open since.
   *
   * @param {string} url
   * @returns {Promise<Response | undefined>}
   */
  async ofOther(url) {
    for (const cache of await this.olderCaches()) {
      const response = await cache.match(url, { ignoreSearch: true });
      if (response) {
        return response;
      }
    }
    return undefined;
  }

  early() {
    return Object.keys(this.release.files).filter((path) => !this.release.files[path][1]);
  }

  late() {
    return Object.keys(this.release.files).filter((path) => this.release.files[path][1]);
  }

  /** @param {string} path */
  urlOf(path) {
    return new URL(path, this.base).href;
  }

  /** @returns {Promise<Cache | null>} null where the browser keeps nothing, or nothing any more. */
  async open() {
    return caches.open(this.name).catch(() => null);
  }

  async olderCaches() {
    const names = await caches.keys();
    const older = names.filter((name) => name.startsWith(this.prefix) && name !== this.name);
    return Promise.all(older.map((name) => caches.open(name)));
  }

  /**
   * @param {Cache | null} cache
   * @param {string} path
   * @returns {Promise<Response | null>} What is kept, if it is what it should be; else it is
   *   forgotten.
   */
  async sound(cache, path) {
    try {
      const kept = await cache?.match(this.urlOf(path));
      if (!kept) {
        return null;
      }
      if (await this.matches(path, await kept.clone().arrayBuffer())) {
        return kept;
      }
      await cache?.delete(this.urlOf(path));
    } catch {
      // It cannot be read: it is fetched again.
    }
    return null;
  }

  /**
   * @param {Cache[]} older
   * @param {string} path
   * @returns {Promise<ArrayBuffer | null>} The same file of an older release.
   */
  async take(older, path) {
    for (const cache of older) {
      const bytes = await (await cache.match(this.urlOf(path)))?.arrayBuffer();
      if (bytes && (await this.matches(path, bytes))) {
        return bytes;
      }
    }
    return null;
  }

  /**
   * A file from the network, or from the browser's own cache of it.
   *
   * @param {string} path
   * @returns {Promise<ArrayBuffer>}
   */
  async bytesOf(path) {
    // What the browser has is good enough if it is the file; it may be an old error as well.
    return this.fetchWhole(path, "force-cache").catch(() => this.fetchWhole(path, "reload"));
  }

  /**
   * @param {string} path
   * @param {RequestCache} mode
   */
  async fetchWhole(path, mode) {
    const response = await fetch(this.urlOf(path), { cache: mode });
    if (!response.ok) {
      throw new TypeError(`${path}: HTTP ${response.status}`);
    }
    const bytes = await response.arrayBuffer();
    if (!(await this.matches(path, bytes))) {
      throw otherContents(path);
    }
    return bytes;
  }

  /**
   * A file as it arrives. Its last piece is held back until the whole is known to be right; where
   * it is not, the response breaks off.
   *
   * @param {string} path
   * @param {boolean} anew
   * @returns {Promise<{response: Response, arrived: Promise<ArrayBuffer>}>}
   */
  async fetch(path, anew) {
    const mode = anew || this.doubtful.has(path) ? "reload" : "default";
    const response = await fetch(this.urlOf(path), { cache: mode });
    if (!response.ok || response.body === null) {
      return { response, arrived: Promise.reject(new TypeError(`HTTP ${response.status}`)) };
    }
    /** @type {Uint8Array<ArrayBuffer>[]} */
    const pieces = [];
    /** @type {PromiseWithResolvers<ArrayBuffer>} */
    const { promise, resolve, reject } = Promise.withResolvers();
    /** @type {TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>} */
    const compared = new TransformStream({
      transform: (piece, controller) => {
        const before = pieces.at(-1);
        if (before) {
          controller.enqueue(before);
        }
        pieces.push(piece);
      },
      flush: async (controller) => {
        const bytes = await new Blob(pieces).arrayBuffer();
        if (!(await this.matches(path, bytes))) {
          this.doubtful.add(path);
          reject(otherContents(path));
          controller.error(otherContents(path));
          return;
        }
        resolve(bytes);
        const last = pieces.at(-1);
        if (last) {
          controller.enqueue(last);
        }
      },
    });
    response.body.pipeTo(compared.writable).catch(reject); // the network is lost, or nobody reads on
    return {
      response: new Response(compared.readable, { headers: headersOf(path) }),
      arrived: promise,
    };
  }

  /**
   * @param {string} path
   * @param {ArrayBuffer} bytes
   */
  async matches(path, bytes) {
    return (await digest(bytes)) === this.release.files[path][0];
  }
}

/** @param {string} path */
function otherContents(path) {
  return new TypeError(`${path} is not the file of this release`);
}

/** @param {ArrayBuffer} bytes */
async function digest(bytes) {
  const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(sha256, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string} path */
function headersOf(path) {
  const ending = path.slice(path.lastIndexOf(".") + 1);
  return { "Content-Type": TYPES[ending] ?? "application/octet-stream" };
}

/**
 * @param {string} path
 * @param {ArrayBuffer} bytes
 */
function asFile(path, bytes) {
  const length = { "Content-Length": String(bytes.byteLength) };
  return new Response(bytes, { headers: { ...headersOf(path), ...length } });
}
