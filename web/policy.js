/**
 * The rest of the page's Content-Security-Policy, which only a page knows that knows its address.
 *
 * A worker with an address of its own is bound by no policy of the page, so none may be started from
 * here, by nobody: but the service worker has one. A policy of the page's head can just be made
 * narrower, and that is what happens before any program runs.
 */

/** Where the service worker is. */
export const SERVICE = new URL("sw.js", document.baseURI);

/** Lets no worker have an address but that one. */
export function bindWorkers() {
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = `worker-src blob: ${SERVICE.origin}${SERVICE.pathname}`;
  document.head.append(policy);
}
