/** The data sets that the site carries, fetched when a program loads them. */

import { DownloadError, describe, nativeFetch } from "./downloads.js";

const NativeRequest = self.XMLHttpRequest;
/** How long a browser in which Python cannot wait may stand still, in milliseconds. */
const LONGEST_MS = 300_000;

export class DataSets {
  /**
   * @param {Record<string, string>} paths Of their files, by the data sets' names.
   * @param {URL} base Where the paths start.
   */
  constructor(paths, base) {
    this.addresses = new Map(
      Object.entries(paths).map(([name, path]) => [name, new URL(path, base).href]),
    );
    /** @type {AbortController | null} */
    this.fetching = null;
  }

  /** @param {string} name */
  has(name) {
    return this.addresses.has(name);
  }

  /**
   * @param {string} name
   * @returns {Promise<Uint8Array>} Rejects with a `DownloadError`.
   */
  async fetch(name) {
    const url = this.addressOf(name);
    this.fetching = new AbortController();
    try {
      const response = await nativeFetch(url, { signal: this.fetching.signal });
      if (response.ok) {
        return new Uint8Array(await response.arrayBuffer());
      }
      throw new DownloadError(url, `HTTP ${response.status}`);
    } catch (error) {
      throw error instanceof DownloadError ? error : new DownloadError(url, describe(error));
    } finally {
      this.fetching = null;
    }
  }

  /** Ends a `fetch` that is under way. */
  abort() {
    this.fetching?.abort();
  }

  /**
   * The same at once, for browsers in which Python cannot wait.
   *
   * @param {string} name
   * @returns {Uint8Array}
   */
  fetchNow(name) {
    const url = this.addressOf(name);
    const request = new NativeRequest();
    request.open("GET", url, false);
    request.responseType = "arraybuffer";
    request.timeout = LONGEST_MS;
    try {
      request.send();
    } catch (error) {
      throw new DownloadError(url, describe(error));
    }
    if (request.status !== 200) {
      throw new DownloadError(url, `HTTP ${request.status}`);
    }
    return new Uint8Array(request.response);
  }

  /** @param {string} name */
  addressOf(name) {
    return this.addresses.get(name) ?? "";
  }
}
