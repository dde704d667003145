/**
 * Keeps the site in this browser for use without a network, and says what has become of that: whether
 * it is kept, whether a new version waits, whether it can be installed as an app.
 */

import { SERVICE } from "../policy.js";
import { Store } from "../store.js";
import { tell } from "./notices.js";
import { session } from "./session.js";

/** @typedef {import("../offline-messages.js").ToService} ToService */
/** @typedef {import("../offline-messages.js").Description} Description */
/**
 * What a browser offers for a page that it can install.
 *
 * @typedef {Event & {prompt: () => Promise<unknown>, userChoice: Promise<unknown>}} InstallOffer
 */

/**
 * @typedef {object} Offline
 * @property {"needed" | "keeping" | "kept"} kept "needed": the network, each time.
 * @property {boolean} update A new version of the site waits.
 * @property {boolean} canInstall
 */

export const offline = new Store(
  /** @type {Offline} */ ({ kept: "needed", update: false, canInstall: false }),
);

/** The folder of this page's code; each version of the site has its own. */
const APP = import.meta.url.match(/.*\/app\/(\w+)\//)?.[1] ?? "";
/** How long a service worker may take to say what it is, or to take over. */
const PATIENCE_MS = 5000;
/** A page that stays open asks so often for a new version, when one comes back to it. */
const ASK_EVERY_MS = 3_600_000;

/** @type {InstallOffer | null} */
let installOffer = null;
/** The new version, where it waits; null where it has taken over already. @type {ServiceWorker | null} */
let waiting = null;
/** What Python's worker has fetched while nobody kept it; null where somebody does, or nobody will. @type {string[] | null} */
let unkept = [];
/** Who keeps that. @type {ServiceWorker | null} */
let keeper = null;

/** The site's service worker comes once Python is there, and delays nothing. */
export function keepOffline() {
  const container = serviceWorkers();
  if (!container) {
    unkept = null;
    return;
  }
  // Python's worker is looked after by whoever looked after the page when it was started.
  if (container.controller) {
    unkept = null;
  }
  const release = session.subscribe(() => {
    const { state } = session.values;
    if (state === "ready" || state === "failed") {
      release(); // a version that does not start is replaced, too
      register(container).catch(() => {}); // then all is as without one
    }
  });
}

/** Whether a reload would end something. */
export function isBusy() {
  const { state, queued } = session.values;
  return state === "running" || state === "stopping" || queued;
}

/** Goes on with the new version of the site. */
export function takeUpdate() {
  if (isBusy()) {
    return; // it is offered again
  }
  const reload = () => location.reload();
  if (!waiting) {
    reload();
    return;
  }
  serviceWorkers()?.addEventListener("controllerchange", reload, { once: true });
  setTimeout(reload, PATIENCE_MS);
  send(waiting, { type: "take-over" });
}

/** Keeps the browser's own offer to install the page for the menu. */
export function listenForInstall() {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    installOffer = /** @type {InstallOffer} */ (event);
    offline.set({ canInstall: true });
  });
  addEventListener("appinstalled", forgetInstall);
}

/** Has the browser ask whether to install the page; it can be asked once. */
export async function installApp() {
  const asked = installOffer;
  forgetInstall();
  await asked?.prompt().catch(() => {});
}

function forgetInstall() {
  installOffer = null;
  offline.set({ canInstall: false });
}

/** @param {{urls: string[]}} message What Python's worker has fetched. */
export function noteFetched({ urls }) {
  unkept?.push(...urls);
  handOver();
}

function handOver() {
  if (keeper && unkept && unkept.length > 0) {
    send(keeper, { type: "keep", urls: unkept });
    unkept = [];
  }
}

/** @returns {ServiceWorkerContainer | null} null where this browser, address or frame has none. */
function serviceWorkers() {
  try {
    return isSecureContext ? (navigator.serviceWorker ?? null) : null;
  } catch {
    return null; // a frame without an origin of its own
  }
}

/** @param {ServiceWorkerContainer} container */
async function register(container) {
  offline.set({ kept: "keeping" });
  const registration = await container
    .register(SERVICE, { updateViaCache: "none" })
    .catch(() => container.getRegistration()); // without a network there is the one of before
  if (!registration) {
    offline.set({ kept: "needed" });
    return;
  }
  registration.addEventListener("updatefound", () => {
    const { installing } = registration;
    installing?.addEventListener("statechange", () => look(registration).catch(() => {}));
  });
  container.addEventListener("controllerchange", () => {
    lookAtController(container).catch(() => {});
  });
  askNowAndThen(registration);
  await look(registration);
  keeper = await activeOf(registration);
  handOver();
  send(keeper, { type: "tidy" });
}

/**
 * A new version that has arrived waits, unless the page is of that version already.
 *
 * @param {ServiceWorkerRegistration} registration
 */
async function look({ active, installing, waiting: next }) {
  if (next && active) {
    const { app } = await describe(next);
    if (app === APP) {
      send(next, { type: "take-over" });
    } else {
      waiting = next;
      offerUpdate();
    }
  }
  if (active) {
    const { complete } = await describe(active);
    offline.set({ kept: complete ? "kept" : "needed" });
  } else if (!installing && !next) {
    offline.set({ kept: "needed" }); // it did not come, or there is no room
  }
}

/**
 * Another service worker looks after the page: the first one, or one that another tab has asked for.
 *
 * @param {ServiceWorkerContainer} container
 */
async function lookAtController({ controller }) {
  if (controller) {
    const { app, complete } = await describe(controller);
    offline.set({ kept: complete ? "kept" : "needed" });
    if (app !== APP) {
      waiting = null;
      offerUpdate();
    }
  }
}

/** Offers the new version once, where it disturbs nothing; it stays behind the chip. */
function offerUpdate() {
  if (offline.values.update) {
    return;
  }
  offline.set({ update: true });
  const offer = () => {
    if (!isBusy()) {
      release();
      tell("notice.update", {}, { key: "offline.reload", run: takeUpdate });
    }
  };
  const release = session.subscribe(offer);
  offer();
}

/** @param {ServiceWorkerRegistration} registration */
function askNowAndThen(registration) {
  let askedAt = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - askedAt > ASK_EVERY_MS) {
      askedAt = Date.now();
      registration.update().catch(() => {}); // no network: another time
    }
  });
}

/**
 * @param {ServiceWorkerRegistration} registration
 * @returns {Promise<ServiceWorker>}
 */
function activeOf(registration) {
  return new Promise((resolve) => {
    const look = () => registration.active && resolve(registration.active);
    registration.installing?.addEventListener("statechange", look);
    registration.waiting?.addEventListener("statechange", look);
    look();
  });
}

/**
 * @param {ServiceWorker} worker
 * @returns {Promise<Description>} Rejects where it does not answer.
 */
function describe(worker) {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve, reject) => {
    port1.onmessage = ({ data }) => resolve(data);
    setTimeout(() => reject(new Error("no answer")), PATIENCE_MS);
    send(worker, { type: "describe" }, [port2]);
  });
}

/**
 * @param {ServiceWorker} worker
 * @param {ToService} message
 * @param {Transferable[]} [ports]
 */
function send(worker, message, ports = []) {
  worker.postMessage(message, ports);
}
