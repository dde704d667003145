/**
 * Puts compressed copies beside the files of a site that gain by it: `node compress.mjs FOLDER SMALL
 * LARGE HOW` writes name.br and name.gz, for servers that hand those out; HOW is `best`, which takes
 * minutes, or `quick`. What files came to is kept for the next time: in SMALL what this site has, in
 * LARGE, for all, what changes rarely and takes long.
 */

import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { argv, pid } from "node:process";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const [folder, small, large] = argv.slice(2, 5).map((path) => resolve(path));
const isQuick = argv[5] === "quick";
const QUICK_BROTLI = 5;
const QUICK_GZIP = 6;
/** All others are compressed already. */
const TEXT_OR_CODE = new Set([
  ".css",
  ".html",
  ".js",
  ".json",
  ".mjs",
  ".svg",
  ".txt",
  ".wasm",
  ".webmanifest",
]);
/** Less is one packet either way. */
const WORTH_IT_BYTES = 1024;
const LARGE_BYTES = 1 << 20;

/** @type {Record<string, (contents: Buffer) => Promise<Buffer>>} */
const ways = {
  br: (contents) =>
    promisify(brotliCompress)(contents, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: isQuick ? QUICK_BROTLI : constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
        [constants.BROTLI_PARAM_SIZE_HINT]: contents.length,
      },
    }),
  gz: (contents) =>
    promisify(gzip)(contents, { level: isQuick ? QUICK_GZIP : constants.Z_BEST_COMPRESSION }),
};

/** What of SMALL this site has. @type {Set<string>} */
const used = new Set();

/** @param {string} path */
async function compress(path) {
  const contents = await readFile(path);
  const sha256 = createHash("sha256").update(contents).digest("hex");
  const cache = contents.length < LARGE_BYTES ? small : large;
  for (const [ending, way] of Object.entries(ways)) {
    const name = `${sha256}${isQuick ? ".quick" : ""}.${ending}`;
    used.add(name);
    const kept = join(cache, name);
    if (!(await stat(kept).catch(() => null))) {
      const unfinished = `${kept}.${pid}`;
      await writeFile(unfinished, await way(contents));
      await rename(unfinished, kept);
    }
    await copyFile(kept, `${path}.${ending}`);
  }
}

await mkdir(small, { recursive: true });
await mkdir(large, { recursive: true });
const found = await readdir(folder, { recursive: true, withFileTypes: true });
const files = found.filter((entry) => entry.isFile() && TEXT_OR_CODE.has(extname(entry.name)));
const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
const worthIt = [];
for (const path of paths) {
  if ((await stat(path)).size >= WORTH_IT_BYTES) {
    worthIt.push(path);
  }
}
await Promise.all(worthIt.map(compress));
const unused = (await readdir(small)).filter((name) => !used.has(name));
await Promise.all(unused.map((name) => rm(join(small, name), { force: true })));
