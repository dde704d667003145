/** The benchmark's page: `bench.start(site)`, then `bench.measure(runner, case)`, one at a time. */

import { models } from "./models/index.js";
import { SiteWorker } from "./ours.js";
import timing from "./timing.py";

/** @typedef {import("./models/index.js").Case} Case */
/** @typedef {import("./models/index.js").Measurement} Measurement */

const PIXELS = 28 * 28;
const PEERS = { "tfjs-wasm": "wasm", "tfjs-cpu": "cpu" };

/** @type {SiteWorker} */
let ours;
/** @type {Record<string, Worker>} */
const peers = {};
/** @type {Uint8Array} The pixels of every image, then every label. */
let digits;

/**
 * Sends a message to a peer and waits for its answer.
 *
 * @param {Worker} peer
 * @param {object} message
 * @returns {Promise<any>}
 */
function ask(peer, message) {
  return new Promise((resolve, reject) => {
    peer.onmessage = ({ data }) => ("error" in data ? reject(data.error) : resolve(data.answer));
    peer.onerror = (event) => reject(event.message);
    peer.postMessage(message);
  });
}

/** @param {string} workerUrl The built site's worker. */
async function start(workerUrl) {
  ours = new SiteWorker(workerUrl);
  await ours.ready;
  const base = new URL("./", import.meta.url).href;
  for (const [name, backend] of Object.entries(PEERS)) {
    peers[name] = new Worker(new URL("peer.js", base), { type: "module" });
    await ask(peers[name], { type: "start", backend, base });
  }
  const response = await fetch(new URL("digits.bin", base));
  digits = new Uint8Array(await response.arrayBuffer());
}

/**
 * @param {string} runner "ours" or one of the peers.
 * @param {Case} wanted
 * @returns {Promise<Measurement>}
 */
async function measure(runner, wanted) {
  const { model, batch, samples, epochs } = wanted;
  if (runner === "ours") {
    const sizes = `SAMPLES, BATCH, EPOCHS = ${samples}, ${batch}, ${epochs}`;
    const printed = await ours.run([sizes, models[model].program, timing].join("\n"));
    return JSON.parse(printed.trim().split("\n").at(-1) ?? "");
  }
  const count = digits.length / (PIXELS + 1);
  const pixels = digits.slice(0, samples * PIXELS);
  const labels = digits.slice(count * PIXELS, count * PIXELS + samples);
  return ask(peers[runner], { type: "measure", wanted, pixels, labels });
}

Object.assign(globalThis, { bench: { start, measure, runners: ["ours", ...Object.keys(PEERS)] } });
