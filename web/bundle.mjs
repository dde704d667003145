/**
 * Bundles the page's code: `node bundle.mjs FOLDER [EXAMPLES]` writes main.js, worker.js, the styles,
 * the icons and service-worker.js there, and meta.json, which lists what went into them. EXAMPLES is the folder of the
 * examples, by default `examples/`.
 */

import { readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, relative, resolve } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import * as esbuild from "esbuild";
import { ExampleError, readExamples } from "./example-files.mjs";
import { LessonError, readLessons } from "./lesson-files.mjs";

const WEB = fileURLToPath(new URL(".", import.meta.url));
const EXAMPLES = argv[3] ? resolve(argv[3]) : join(WEB, "examples");

/** The groups of examples that have a name in every language. */
async function groupsWithNames() {
  const folder = join(WEB, "locales");
  const files = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  const named = await Promise.all(
    files.map(async (file) => {
      const keys = Object.keys(JSON.parse(await readFile(join(folder, file), "utf8")));
      return keys.filter((key) => key.startsWith("group.")).map((key) => key.slice(6));
    }),
  );
  return named[0].filter((group) => named.every((names) => names.includes(group)));
}

/**
 * Makes `import examples from "virtual:examples"` the list of the examples, in order of name, and
 * "virtual:example-codes" what they hold, by id. The first one, which a first visit shows, is in
 * the list with all that it holds.
 */
const examplesPlugin = {
  name: "examples",
  /** @param {esbuild.PluginBuild} build */
  setup(build) {
    build.onResolve({ filter: /^virtual:example/ }, ({ path }) => ({
      path,
      namespace: "examples",
    }));
    build.onLoad({ filter: /.*/, namespace: "examples" }, async ({ path }) => {
      try {
        const examples = await readExamples(EXAMPLES, await groupsWithNames());
        const listed = examples.map(({ code, ...about }, at) =>
          at === 0 ? { ...about, code } : about,
        );
        const codes = Object.fromEntries(examples.map(({ id, code }) => [id, code]));
        const wanted = path === "virtual:examples" ? listed : codes;
        return { contents: JSON.stringify(wanted), loader: "json" };
      } catch (error) {
        if (error instanceof ExampleError) {
          const { text, file, line } = error;
          return { errors: [{ text, location: { file: relative(WEB, file), line } }] };
        }
        throw error;
      }
    });
  },
};

/** Makes `import lessons from "virtual:lessons"` the list of the lessons, in order of name. */
const lessonsPlugin = {
  name: "lessons",
  /** @param {esbuild.PluginBuild} build */
  setup(build) {
    build.onResolve({ filter: /^virtual:lessons$/ }, ({ path }) => ({
      path,
      namespace: "lessons",
    }));
    build.onLoad({ filter: /.*/, namespace: "lessons" }, async () => {
      try {
        const lessons = await readLessons(join(WEB, "lessons"), join(WEB, "glossary.json"));
        return { contents: JSON.stringify(lessons), loader: "json" };
      } catch (error) {
        if (error instanceof LessonError) {
          const { text, file } = error;
          return { errors: [{ text, location: { file: relative(WEB, file) } }] };
        }
        throw error;
      }
    });
  },
};

/** Makes `import styles from "./styles/name.css"` the text of that sheet, without its spaces. */
const stylesPlugin = {
  name: "styles",
  /** @param {esbuild.PluginBuild} build */
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const sheet = await readFile(path, "utf8");
      const { code } = await esbuild.transform(sheet, { loader: "css", minify: true });
      return { contents: code, loader: "text" };
    });
  },
};

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: WEB,
  bundle: true,
  format: "esm",
  target: ["chrome120", "firefox120", "safari17"],
  plugins: [examplesPlugin, lessonsPlugin, stylesPlugin],
  minify: true,
  metafile: true,
  charset: "utf8",
  legalComments: "none",
};

/** The page's panels are files of their own, fetched when they are first opened. @type {esbuild.BuildOptions} */
const page = {
  ...common,
  entryPoints: { main: "main.js" },
  splitting: true,
  chunkNames: "parts/[name]-[hash]",
};

/** @type {esbuild.BuildOptions} */
const worker = {
  ...common,
  entryPoints: { worker: "worker/worker.js", h5: "worker/h5.js", gpu: "worker/gpu.js" },
};

/** @type {esbuild.BuildOptions} */
const beginning = {
  ...common,
  entryPoints: { beginning: "worker/beginning.js" },
  outExtension: { ".js": ".mjs" },
};

/** No module: browsers differ in whether a service worker may be one. @type {esbuild.BuildOptions} */
const service = {
  ...common,
  format: "iife",
  entryPoints: { "service-worker": "service/service-worker.js" },
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

/** `room` is in units of the icon, around it. See manifest.webmanifest. */
const ICONS = [
  { name: "icon-180.png", size: 180, room: 3 },
  { name: "icon-192.png", size: 192, room: 1 },
  { name: "icon-512.png", size: 512, room: 1 },
  { name: "icon-512-maskable.png", size: 512, room: 6 },
];

const DECODER = "node_modules/zstddec/dist/zstddec.mjs";

/**
 * Takes the WebAssembly out of zstddec, whose own code fetches it from a `data:` address: the policy
 * of the page forbids that.
 *
 * @param {string} outdir
 */
async function extractDecoder(outdir) {
  const source = await readFile(join(WEB, DECODER), "utf8");
  const [code] = source.match(/(?<=["'])AGFzbQ[\w+/=]+(?=["'])/) ?? [];
  if (!code) {
    throw new Error(`${DECODER} no longer holds its WebAssembly as text in base 64.`);
  }
  await writeFile(join(outdir, "unzst.wasm"), Buffer.from(code, "base64"));
}

/**
 * Draws the pictures of the installed app: the icon on white, and once with the room around it that
 * a system may cut off.
 *
 * @param {string} outdir
 */
async function drawIcons(outdir) {
  const require = createRequire(import.meta.url);
  await initWasm(await readFile(require.resolve("@resvg/resvg-wasm/index_bg.wasm")));
  const icon = await readFile(join(WEB, "icon.svg"), "utf8");
  for (const { name, size, room } of ICONS) {
    const [, , width, height] =
      icon
        .match(/viewBox="(.+?)"/)?.[1]
        .split(" ")
        .map(Number) ?? [];
    const around = `${-room} ${-room} ${width + 2 * room} ${height + 2 * room}`;
    const svg = icon.replace(/viewBox=".+?"/, `viewBox="${around}"`);
    const drawn = new Resvg(svg, { background: "white", fitTo: { mode: "width", value: size } });
    await writeFile(join(outdir, name), drawn.render().asPng());
  }
}

/** @param {string} outdir */
async function bundle(outdir) {
  const results = await Promise.all(
    [page, worker, beginning, service, assets].map((options) =>
      esbuild.build({ ...options, outdir }),
    ),
  );
  await extractDecoder(outdir);
  await drawIcons(outdir);
  const inputs = Object.assign(
    { [DECODER]: {} },
    ...results.map(({ metafile }) => metafile?.inputs),
  );
  const outputs = Object.assign({}, ...results.map(({ metafile }) => metafile?.outputs));
  await writeFile(join(outdir, "meta.json"), JSON.stringify({ inputs, outputs }));
}

if (argv.length < 3 || argv.length > 4) {
  throw new Error("Usage: node bundle.mjs FOLDER [EXAMPLES]");
}
await bundle(resolve(argv[2]));
