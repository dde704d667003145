/**
 * The rest of the page's Content-Security-Policy, which only a page knows that knows its address. A
 * policy of the page's head can just be made narrower, and that happens before any program runs.
 *
 * A program reaches the site's own folder and nothing else of its origin, where others may live with
 * the reader's cookies. And it starts no worker with an address: such a worker is bound by no policy
 * of the page. The service worker has one, so that one is let be.
 */

/** Where the service worker is. */
export const SERVICE = new URL("sw.js", document.baseURI);
const FOLDER = new URL("./", SERVICE);

/** Binds this page, and the workers that it starts, to the folder of the site. */
export function bindToFolder() {
  const folder = source(FOLDER);
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = [
    `worker-src blob: ${source(SERVICE)}`,
    `connect-src ${folder}`,
    `script-src ${folder} 'wasm-unsafe-eval'`,
  ].join("; ");
  document.head.append(policy);
}

/**
 * As a policy names it, in which some characters of an address would mean something else.
 *
 * @param {URL} url
 */
function source({ origin, pathname }) {
  return origin + pathname.replaceAll(";", "%3B").replaceAll(",", "%2C");
}
