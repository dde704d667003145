/**
 * Fetches files of this site all at once, counts their bytes as they arrive, and hands each to
 * whoever asks for it (Pyodide would fetch them one after the other, and silently). What has come
 * is kept: after a failure, only the rest is fetched again.
 */

/** @typedef {{path: string, bytes: number}} ListedFile */

/** The browser's own, whatever a program puts in its place later. */
export const nativeFetch = self.fetch.bind(self);

/** So long without a byte of any file, and what is missing will not come. */
const STALL_MS = 30_000;

/** A file of the site could not be had. */
export class DownloadError extends Error {
  /**
   * @param {string} url
   * @param {string} reason In a few words: "HTTP 500", or what the browser says.
   */
  constructor(url, reason) {
    super(`${fileName(url)} (${reason})`);
    this.name = "DownloadError";
  }
}

export class Downloads {
  /**
   * @param {URL} base Where the paths of `files` start.
   * @param {ListedFile[]} files
   * @param {(loadedBytes: number, totalBytes: number) => void} onProgress
   * @param {number} stallMs
   */
  constructor(base, files, onProgress, stallMs = STALL_MS) {
    this.totalBytes = files.reduce((sum, file) => sum + file.bytes, 0);
    this.onProgress = onProgress;
    this.stallMs = stallMs;
    this.newsAt = 0;
    const onBytes = () => {
      this.newsAt = performance.now();
      this.onProgress(this.loadedBytes, this.totalBytes);
    };
    /** @type {Map<string, SiteFile>} */
    this.files = new Map();
    for (const { path, bytes } of files) {
      const url = new URL(path, base).href;
      this.files.set(url, new (kindOf(path))(url, bytes, onBytes));
    }
  }

  get loadedBytes() {
    return [...this.files.values()].reduce((sum, file) => sum + file.loadedBytes, 0);
  }

  /**
   * Fetches whatever has not come yet.
   *
   * @param {AbortSignal} [stop] Ends it early.
   * @returns {Promise<void>} Rejects as soon as one file fails, with a `DownloadError`; the others
   *   go on arriving.
   */
  async fetchAll(stop) {
    const ending = new AbortController();
    stop?.addEventListener("abort", () => ending.abort(stop.reason));
    this.newsAt = performance.now();
    const watch = setInterval(() => {
      if (performance.now() - this.newsAt > this.stallMs) {
        ending.abort(new Error("no answer"));
      }
    }, this.stallMs / 10);
    const arriving = [...this.files.values()].map((file) => file.get(ending.signal));
    Promise.allSettled(arriving).then(() => clearInterval(watch));
    await Promise.all(arriving);
  }

  /**
   * Stands in for `fetch`: a file that is listed is answered once it has come, however long that
   * takes; anything else is fetched.
   *
   * @param {RequestInfo | URL} request
   * @param {RequestInit} [options]
   * @returns {Promise<Response>}
   */
  async fetch(request, options) {
    const url = request instanceof Request ? request.url : new URL(request, import.meta.url).href;
    const file = this.files.get(url);
    return file ? file.response() : nativeFetch(request, options);
  }

  /**
   * @param {string} name Of a script among the files.
   * @returns {Promise<string>} What to import it by, once it has come.
   */
  async script(name) {
    const script = [...this.files.values()].find(({ url }) => url.endsWith(`/${name}`));
    await script?.arrived;
    return /** @type {ModuleFile} */ (script).address;
  }

  /**
   * @param {string} url Of a listed file, once it has come.
   * @returns {Promise<Blob>}
   */
  async blob(url) {
    return (await this.fetch(url)).blob();
  }
}

/** A file that is read as a whole. */
class SiteFile {
  /**
   * @param {string} url
   * @param {number} bytes How long it is.
   * @param {() => void} onBytes Called when some have arrived.
   */
  constructor(url, bytes, onBytes) {
    this.url = url;
    this.bytes = bytes;
    this.onBytes = onBytes;
    this.loadedBytes = 0;
    /** @type {Promise<void> | null} */
    this.attempt = null;
    /** @type {Blob | null} */
    this.contents = null;
    /** @type {Promise<void>} */
    this.arrived = new Promise((resolve) => {
      this.arrive = resolve;
    });
  }

  /**
   * Fetches it, unless it is there or on its way.
   *
   * @param {AbortSignal} signal
   * @returns {Promise<void>} Rejects with a `DownloadError`; the next call tries again.
   */
  get(signal) {
    this.attempt ??= this.open(signal).then(
      () => {
        this.loadedBytes = this.bytes;
        this.onBytes();
        this.arrive();
      },
      (error) => {
        this.attempt = null;
        throw error instanceof DownloadError ? error : new DownloadError(this.url, describe(error));
      },
    );
    return this.attempt;
  }

  /** @returns {Promise<Response>} */
  async response() {
    await this.arrived;
    return new Response(this.contents);
  }

  /** @param {AbortSignal} signal */
  async open(signal) {
    /** @type {Uint8Array<ArrayBuffer>[]} */
    const chunks = [];
    await this.read(signal, (chunk) => chunks.push(chunk));
    this.contents = new Blob(chunks);
  }

  /**
   * @param {AbortSignal} signal
   * @param {(chunk: Uint8Array<ArrayBuffer>) => void} onChunk
   */
  async read(signal, onChunk) {
    const response = await nativeFetch(this.url, { signal });
    if (!response.ok || !response.body) {
      throw new DownloadError(this.url, `HTTP ${response.status}`);
    }
    const reader = response.body.getReader();
    let received = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        break;
      }
      received += value.byteLength;
      this.loadedBytes = Math.min(received, this.bytes);
      this.onBytes();
      onChunk(value);
    }
    if (received !== this.bytes) {
      // What a gate or a proxy answers in its place, with status 200.
      throw new DownloadError(this.url, `${received} of ${this.bytes} bytes`);
    }
  }
}

/** Compiled while it arrives: whoever asks for it is given a stream that goes on after a failure. */
class StreamedFile extends SiteFile {
  /**
   * @param {string} url
   * @param {number} bytes
   * @param {() => void} onBytes
   */
  constructor(url, bytes, onBytes) {
    super(url, bytes, onBytes);
    this.passedOn = 0;
    /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */
    this.stream = new ReadableStream({
      start: (controller) => {
        this.controller = controller;
      },
    });
  }

  async response() {
    return new Response(this.stream, { headers: { "Content-Type": "application/wasm" } });
  }

  /** @param {AbortSignal} signal */
  async open(signal) {
    let position = 0;
    await this.read(signal, (chunk) => {
      if (position === 0 && !isWebAssembly(chunk)) {
        throw new DownloadError(this.url, "something else came");
      }
      const fresh = chunk.subarray(Math.max(this.passedOn - position, 0));
      position += chunk.byteLength;
      if (fresh.byteLength > 0) {
        this.passedOn = position;
        this.controller?.enqueue(fresh);
      }
    });
    this.controller?.close();
  }
}

/**
 * A script: importing it early fills the module cache, from which whoever imports it by its
 * `address` takes it. Half of a script stays in that cache as the error that it is, so that each
 * new attempt asks for it by another address.
 */
class ModuleFile extends SiteFile {
  attempts = 0;

  get address() {
    return this.attempts > 1 ? `${this.url}?${this.attempts}` : this.url;
  }

  /** @param {AbortSignal} signal */
  open(signal) {
    this.attempts += 1;
    return /** @type {Promise<void>} */ (
      new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        import(this.address).then(
          () => resolve(),
          () => reject(new DownloadError(this.url, "not fetched")),
        );
      })
    );
  }
}

/** @param {string} path */
function kindOf(path) {
  if (path.endsWith(".mjs")) {
    return ModuleFile;
  }
  return path.endsWith(".wasm") ? StreamedFile : SiteFile;
}

/** @param {Uint8Array} bytes */
function isWebAssembly(bytes) {
  return bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d;
}

/** @param {string} url */
function fileName(url) {
  return url.slice(url.lastIndexOf("/") + 1);
}

/** @param {unknown} error */
export function describe(error) {
  return error instanceof Error ? error.message : String(error);
}
