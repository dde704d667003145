/**
 * A program as the fragment of an address, and back. A fragment never leaves the browser: servers are
 * not sent it. `#p=1.` and what follows is a list in JSON, compressed with the words of its
 * version: the program, its title and the seed; or 0, the name of an example as it came, and the seed.
 */

import { Deflate, Inflate, strFromU8, strToU8 } from "fflate";
import { WORDS_1 } from "./share-words-1.js";

/**
 * @typedef {object} Shared
 * @property {string | null} code null for an example as it came.
 * @property {string} title The example's name then.
 * @property {number | null} seed
 */

export const PREFIX = "#p=";
const VERSION = "1";
/** Chats cut longer addresses, and do not say so. */
export const LONGEST_LINK = 2000;
/** Nobody has typed more, and a few letters can stand for very much of it. */
const MOST_BYTES = 1 << 19;
const MOST_LETTERS = 1 << 17;

/**
 * @param {Shared} shared
 * @returns {string} `#p=` and what follows.
 */
export function fragmentOf({ code, title, seed }) {
  const parts = [code ?? 0, title, ...(seed === null ? [] : [seed])];
  /** @type {Uint8Array[]} */
  const found = [];
  const deflate = new Deflate({ level: 9, mem: 12, dictionary: strToU8(WORDS_1) }, (chunk) =>
    found.push(chunk),
  );
  deflate.push(strToU8(JSON.stringify(parts)), true);
  return `${PREFIX}${VERSION}.${toLetters(joined(found))}`;
}

/**
 * @param {string} fragment Of an address.
 * @returns {Shared}
 * @throws {Error} It holds no program; `newer` as the message if it is of a version still to come.
 */
export function sharedOf(fragment) {
  const match = /^#p=(\d+)\.([\w-]+)$/.exec(fragment.slice(0, MOST_LETTERS));
  if (!match || fragment.length > MOST_LETTERS) {
    throw new Error("damaged");
  }
  if (match[1] !== VERSION) {
    throw new Error(Number(match[1]) > Number(VERSION) ? "newer" : "damaged");
  }
  const [code, title, seed = null] = partsOf(match[2]);
  const isWhole = (typeof code === "string" || code === 0) && typeof title === "string";
  if (!isWhole || !(seed === null || (Number.isSafeInteger(seed) && seed >= 0))) {
    throw new Error("damaged");
  }
  return { code: code === 0 ? null : code, title, seed };
}

/** @param {string} letters @returns {any[]} */
function partsOf(letters) {
  /** @type {Uint8Array[]} */
  const found = [];
  let bytes = 0;
  let ended = false;
  const inflate = new Inflate({ dictionary: strToU8(WORDS_1) }, (chunk, last) => {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) {
      throw new Error("damaged");
    }
    found.push(chunk);
    ended ||= last;
  });
  try {
    const packed = fromLetters(letters);
    // Little by little: what grows too large is noticed before it is large.
    for (let at = 0; at < packed.length; at += 64) {
      inflate.push(packed.subarray(at, at + 64), at + 64 >= packed.length);
    }
    const parts = JSON.parse(strFromU8(joined(found)));
    if (ended && Array.isArray(parts)) {
      return parts;
    }
  } catch {
    // told below
  }
  throw new Error("damaged");
}

/** @param {Uint8Array[]} chunks */
function joined(chunks) {
  const all = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** Base64 in letters that addresses leave as they are. @param {Uint8Array} bytes */
function toLetters(bytes) {
  let text = "";
  for (const byte of bytes) {
    text += String.fromCharCode(byte);
  }
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {string} letters */
function fromLetters(letters) {
  const text = atob(letters.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
