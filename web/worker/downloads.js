/**
 * Fetches the files of a first visit all at once, counts their bytes as they arrive, and hands each
 * to whoever asks for it (Pyodide would fetch them one after the other, and silently).
 */

/** @typedef {{path: string, bytes: number}} StartupFile */

export class Downloads {
  /**
   * @param {URL} base Where the paths of `files` start.
   * @param {StartupFile[]} files
   * @param {(loadedBytes: number, totalBytes: number) => void} onProgress
   * @param {typeof fetch} fetchFile
   */
  constructor(base, files, onProgress, fetchFile) {
    this.totalBytes = files.reduce((sum, file) => sum + file.bytes, 0);
    this.loadedBytes = 0;
    this.onProgress = onProgress;
    this.fetchFile = fetchFile;
    /** @type {Map<string, Promise<Response>>} */
    this.responses = new Map();
    /** @type {Promise<unknown>[]} */
    this.imports = [];
    for (const file of files) {
      const url = new URL(file.path, base).href;
      if (file.path.endsWith(".mjs")) {
        // Module scripts cannot be handed over; importing one early fills the module cache.
        this.imports.push(import(url).then(() => this.count(file.bytes)));
      } else {
        const response = this.open(url, file.bytes);
        // A failure is reported by whoever asks for the file.
        response.catch(() => {});
        this.responses.set(url, response);
      }
    }
  }

  /**
   * Stands in for `fetch`: answers with the file already on its way, once, or fetches.
   *
   * @param {RequestInfo | URL} request
   * @param {RequestInit} [options]
   * @returns {Promise<Response>}
   */
  fetch(request, options) {
    const url =
      request instanceof Request ? request.url : new URL(request, self.location.href).href;
    const response = this.responses.get(url);
    this.responses.delete(url);
    return response ?? this.fetchFile(request, options);
  }

  /**
   * @param {string} url
   * @param {number} expectedBytes
   * @returns {Promise<Response>}
   */
  async open(url, expectedBytes) {
    const response = await this.fetchFile(url);
    if (!response.ok || !response.body) {
      throw new DownloadError(url, response.status);
    }
    let counted = 0;
    /** @type {TransformStream<Uint8Array, Uint8Array>} */
    const counter = new TransformStream({
      transform: (chunk, controller) => {
        counted += chunk.byteLength;
        this.count(chunk.byteLength);
        controller.enqueue(chunk);
      },
      flush: () => this.count(expectedBytes - counted),
    });
    const arriving = new Response(response.body.pipeThrough(counter), {
      headers: { "Content-Type": url.endsWith(".wasm") ? "application/wasm" : "" },
    });
    // WebAssembly is compiled while it arrives; the rest is read now, whoever asks for it later.
    return url.endsWith(".wasm") ? arriving : new Response(await arriving.blob());
  }

  /** @param {number} bytes */
  count(bytes) {
    this.loadedBytes += bytes;
    this.onProgress(this.loadedBytes, this.totalBytes);
  }
}

/** A file of the site could not be had. */
export class DownloadError extends Error {
  /**
   * @param {string} url
   * @param {number} status
   */
  constructor(url, status) {
    super(`${url} (HTTP ${status})`);
    this.name = "DownloadError";
  }
}
