/**
 * All that this site keeps in this browser for its reader, and its end. Of an origin that others use
 * too, nothing of theirs is touched: what is ours begins with our name.
 */

import { SERVICE } from "../policy.js";
import { shelf } from "./program-shelf.js";
import { runs } from "./runs.js";
import { python } from "./session.js";
import { forgetAll, listenForOthers, write } from "./storage.js";

const PREFIX = "pykeras.";
/** Where the browser does not say which there are. */
const DATABASES = ["runs", "files", "checkpoints", "versions"].map((name) => PREFIX + name);
/** Set for a moment, so that other tabs hear of it. */
const SIGNAL = "pykeras.deleted";
/** A database that another tab still holds is deleted when that lets it go. */
const PATIENCE_MS = 2000;

/** How much there is of what cannot be had again. */
export function countOwnData() {
  const { own, edited } = shelf.values;
  return { programs: own.length + edited.size, runs: runs.values.runs.length };
}

/** Deletes everything, here and in other tabs, and begins anew. */
export async function deleteOwnData() {
  python().discard(); // nothing is to be written any more
  forgetAll(PREFIX);
  write(SIGNAL, String(Math.random()));
  forgetAll(PREFIX);
  await Promise.allSettled([
    databases().then((names) => Promise.all(names.map(deleteDatabase))),
    deleteCaches(),
    endService(),
  ]);
  forgetAll(PREFIX); // what this page has written while it waited
  location.reload();
}

/** Begins anew when another tab has deleted everything: this one must not bring it back. */
export function listenForDeletion() {
  let isOver = false;
  listenForOthers((key) => {
    if (key === SIGNAL && !isOver) {
      isOver = true; // it is told of the signal's end, too
      python().discard();
      forgetAll(PREFIX);
      location.reload();
    }
  });
}

/** @returns {Promise<string[]>} */
async function databases() {
  try {
    const found = await indexedDB.databases();
    return found.map(({ name = "" }) => name).filter((name) => name.startsWith(PREFIX));
  } catch {
    return DATABASES;
  }
}

/** @param {string} name */
function deleteDatabase(name) {
  return /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      const request = indexedDB.deleteDatabase(name);
      request.onsuccess = () => resolve();
      request.onerror = () => resolve();
      setTimeout(resolve, PATIENCE_MS);
    })
  );
}

/** The caches of this site's folder, as its service worker names them. */
async function deleteCaches() {
  const own = `pykeras-playground ${new URL("./", location.href).pathname} `;
  const names = (await caches.keys()).filter((name) => name.startsWith(own));
  await Promise.all(names.map((name) => caches.delete(name)));
}

/** A service worker would fill its cache again while this page goes. */
async function endService() {
  const scope = new URL("./", new URL(SERVICE, location.href)).href;
  const all = (await navigator.serviceWorker?.getRegistrations()) ?? [];
  await Promise.all(all.filter((one) => one.scope === scope).map((one) => one.unregister()));
}
