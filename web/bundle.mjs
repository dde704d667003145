/**
 * Bundles the page's code: `node bundle.mjs FOLDER` writes main.js, worker.js, the styles and the
 * icon there, and meta.json, which lists what went into them.
 */

import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, parse, resolve } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const WEB = fileURLToPath(new URL(".", import.meta.url));
const LANGUAGES = ["en", "zh-CN"];

/**
 * Reads an example: lines such as `# group: ...`, `# title: ...` and `# title zh-CN: ...` up to the
 * first empty line, then the program.
 *
 * @param {string} text
 * @returns {{header: Record<string, string>, code: string}}
 */
function parseExample(text) {
  const end = text.indexOf("\n\n");
  const header = Object.fromEntries(
    text
      .slice(0, end)
      .split("\n")
      .map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(1, colon).trim(), line.slice(colon + 1).trim()];
      }),
  );
  return { header, code: text.slice(end).trimStart() };
}

/** @param {string} file */
async function readExample(file) {
  const folder = join(WEB, "examples");
  const { header, code } = parseExample(await readFile(join(folder, file), "utf8"));
  const translated = await readFile(join(folder, "zh-CN", file), "utf8");
  const field = (/** @type {string} */ name) => {
    if (!header[name]) {
      throw new Error(`web/examples/${file} needs a line "# ${name}: ..." at its top`);
    }
    return header[name];
  };
  const inLanguages = (/** @type {string} */ key) =>
    Object.fromEntries(
      LANGUAGES.map((language) => [
        language,
        field(language === "en" ? key : `${key} ${language}`),
      ]),
    );
  return {
    id: parse(file).name.replace(/^\d+-/, ""),
    group: field("group"),
    title: inLanguages("title"),
    description: inLanguages("description"),
    code: { en: code, "zh-CN": translated },
  };
}

/** Makes `import examples from "virtual:examples"` the list of `examples/*.py`, in order of name. */
const examplesPlugin = {
  name: "examples",
  /** @param {esbuild.PluginBuild} build */
  setup(build) {
    build.onResolve({ filter: /^virtual:examples$/ }, ({ path }) => ({
      path,
      namespace: "examples",
    }));
    build.onLoad({ filter: /.*/, namespace: "examples" }, async () => {
      const names = await readdir(join(WEB, "examples"));
      const files = names.filter((name) => name.endsWith(".py")).sort();
      const examples = await Promise.all(files.map(readExample));
      return { contents: JSON.stringify(examples), loader: "json" };
    });
  },
};

/** @type {esbuild.BuildOptions} */
const code = {
  absWorkingDir: WEB,
  entryPoints: { main: "main.js", worker: "worker/worker.js", h5: "worker/h5.js" },
  bundle: true,
  format: "esm",
  target: ["chrome120", "firefox120", "safari17"],
  loader: { ".css": "text" },
  plugins: [examplesPlugin],
  minify: true,
  metafile: true,
  charset: "utf8",
  legalComments: "none",
};

/** @type {esbuild.BuildOptions} */
const assets = {
  absWorkingDir: WEB,
  entryPoints: ["styles/tokens.css", "styles/page.css", "styles/docs.css", "icon.svg"],
  outbase: ".",
  loader: { ".svg": "copy" },
  bundle: true,
  minify: true,
  metafile: true,
};

/** @param {string} outdir */
async function bundle(outdir) {
  const results = await Promise.all(
    [code, assets].map((options) => esbuild.build({ ...options, outdir })),
  );
  const inputs = Object.assign({}, ...results.map(({ metafile }) => metafile?.inputs));
  const outputs = Object.assign({}, ...results.map(({ metafile }) => metafile?.outputs));
  await writeFile(join(outdir, "meta.json"), JSON.stringify({ inputs, outputs }));
}

if (argv.length !== 3) {
  throw new Error("Usage: node bundle.mjs FOLDER");
}
await bundle(resolve(argv[2]));
