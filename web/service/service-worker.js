/**
 * Keeps the site in this browser, so that it opens without a network. It takes the place of an older
 * one only when no page of that is open any more, or when the reader asks for it.
 *
 * The build puts the list of the release's files in front of it: a new release is a new worker.
 */

import { KeptFiles } from "./kept-files.js";

/** @typedef {import("../offline-messages.js").ToService} ToService */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const { release } = /** @type {{release: import("./kept-files.js").Release}} */ (
  /** @type {unknown} */ (self)
);
const files = new KeptFiles(release, new URL(worker.registration?.scope ?? location.href));

worker.addEventListener("install", (event) => {
  event.waitUntil(files.fetchAll());
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(worker.clients.claim());
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || request.headers.has("range")) {
    return;
  }
  const path = files.pathOf(request.url);
  const waitUntil = event.waitUntil.bind(event);
  if (path === "index.html") {
    event.respondWith(files.answerPage(request, waitUntil));
  } else if (path !== null) {
    event.respondWith(answer(path, request, waitUntil));
  } else if (request.mode !== "navigate" && isInside(request.url)) {
    event.respondWith(answerOther(request));
  }
});

worker.addEventListener("message", (event) => {
  const message = /** @type {ToService} */ (event.data);
  switch (message.type) {
    case "take-over":
      worker.skipWaiting();
      break;
    case "describe":
      event.waitUntil(describe(event.ports[0]));
      break;
    case "keep":
      event.waitUntil(files.keep(message.urls).catch(() => {})); // another time
      break;
    case "tidy":
      event.waitUntil(tidy());
      break;
  }
});

/**
 * @param {string} path
 * @param {Request} request
 * @param {(work: Promise<unknown>) => void} waitUntil
 */
async function answer(path, request, waitUntil) {
  // A second attempt, by its cache mode or as a script's address with a number.
  const anew = request.cache === "reload" || (/\.mjs$/.test(path) && request.url.includes("?"));
  try {
    return await files.answer(path, anew, waitUntil);
  } catch {
    return Response.error();
  }
}

/** What no file of this release is: of an older one, or nothing of ours. @param {Request} request */
async function answerOther(request) {
  const older = await files.ofOther(request.url).catch(() => undefined);
  return older ?? fetch(request);
}

/** @param {string} url */
function isInside(url) {
  return url.startsWith(files.base.href);
}

/** @param {MessagePort} port */
async function describe(port) {
  port.postMessage({ app: release.app, complete: await files.isComplete() });
}

/** Older releases are of no use once no page can be of one. */
async function tidy() {
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const ours = pages.filter(({ url }) => isInside(url));
  if (ours.length <= 1) {
    await files.forgetOthers();
  }
}
