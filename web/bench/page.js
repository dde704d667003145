/** The benchmark's page: runs programs in the site's worker, and asks the peers for the same. */

import { SiteWorker } from "./ours.js";

/** @typedef {import("./peer.js").Request} Request */

const PIXELS = 28 * 28;
const BASE = new URL("./", import.meta.url).href;

/** @type {SiteWorker} */
let ours;
/** @type {Map<string, Promise<Worker>>} */
const peers = new Map();
/** @type {Promise<Uint8Array>} The pixels of every image, then every label. */
const digits = fetch(new URL("digits.bin", BASE))
  .then((response) => response.arrayBuffer())
  .then((buffer) => new Uint8Array(buffer));

/**
 * Starts the site's worker, in place of the one before.
 *
 * @param {string} workerUrl
 */
async function start(workerUrl) {
  ours?.end();
  ours = new SiteWorker(workerUrl);
  await ours.ready;
}

/**
 * Runs a Python program in the site's worker.
 *
 * @param {string} code It prints JSON in its last line.
 * @returns {Promise<any>} What that line says.
 */
async function run(code) {
  const printed = await ours.run(code);
  return JSON.parse(printed.trim().split("\n").at(-1) ?? "");
}

/**
 * Pauses a program in the site's worker so many times.
 *
 * @param {string} code
 * @param {number} times
 */
function pause(code, times) {
  return ours.pause(code, times);
}

/** The backend of the last fit in the site's worker, and why it was this one. */
function ranOn() {
  return ours.ranOn;
}

/**
 * @param {string} backend Of TensorFlow.js.
 * @param {Request} request
 * @returns {Promise<any>}
 */
async function ask(backend, request) {
  if (!peers.has(backend)) {
    peers.set(backend, startPeer(backend));
  }
  const all = await digits;
  const count = all.length / (PIXELS + 1);
  const pixels = all.slice(0, count * PIXELS);
  const labels = all.slice(count * PIXELS);
  const peer = /** @type {Worker} */ (await peers.get(backend));
  return tell(peer, { type: "measure", request, pixels, labels });
}

/** @param {string} backend */
async function startPeer(backend) {
  const peer = new Worker(new URL("peer.js", BASE), { type: "module" });
  await tell(peer, { type: "start", backend, base: BASE });
  return peer;
}

/**
 * Sends a message to a peer and waits for its answer.
 *
 * @param {Worker} peer
 * @param {object} message
 * @returns {Promise<any>}
 */
function tell(peer, message) {
  return new Promise((resolve, reject) => {
    peer.onmessage = ({ data }) => ("error" in data ? reject(data.error) : resolve(data.answer));
    peer.onerror = (event) => reject(event.message);
    peer.postMessage(message);
  });
}

Object.assign(globalThis, { bench: { start, run, ranOn, pause, ask } });
