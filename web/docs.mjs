/**
 * Renders the documents: `node docs.mjs FOLDER` writes docs/*.md and docs/<language>/*.md there as
 * HTML. Their references to styles are relative to the site, of which FOLDER is the `docs/`.
 */

import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { marked } from "marked";

const WEB = fileURLToPath(new URL(".", import.meta.url));
const POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'";
const LANGUAGES = [
  { code: "en", folder: "", name: "English" },
  { code: "zh-CN", folder: "zh-CN", name: "简体中文" },
];

/** @typedef {(typeof LANGUAGES)[number]} Language */

/**
 * @param {string} markdown
 * @param {string} file
 * @param {Language} language
 * @param {Language[]} others Languages that have this document too.
 */
async function render(markdown, file, language, others) {
  const root = language.folder ? "../" : "";
  const html = await marked.parse(markdown.replaceAll(/\]\((\w+)\.md\)/g, "]($1.html)"));
  const title = markdown.match(/^# (.+)/)?.[1] ?? file;
  const links = others.map(({ code, folder, name }) => {
    const path = `${root}${folder ? `${folder}/` : ""}${file}`;
    return `<a href="${path}" lang="${code}" hreflang="${code}">${name}</a>`;
  });
  return `<!doctype html>
<html lang="${language.code}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${title} · PyKeras Playground</title>
<link rel="icon" href="${root}../icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${root}../styles/tokens.css">
<link rel="stylesheet" href="${root}../styles/docs.css">
</head>
<body>
<nav><a href="${root}../index.html">PyKeras Playground</a>${links.join(" ")}</nav>
<main>
${html.replaceAll("<table>", '<div class="table"><table>').replaceAll("</table>", "</table></div>")}
</main>
</body>
</html>
`;
}

/** @param {string} outdir */
async function renderAll(outdir) {
  /** @type {Map<Language, string[]>} */
  const documents = new Map();
  for (const language of LANGUAGES) {
    const names = await readdir(join(WEB, "docs", language.folder));
    documents.set(
      language,
      names.filter((name) => name.endsWith(".md")),
    );
  }
  for (const [language, names] of documents) {
    await mkdir(join(outdir, language.folder), { recursive: true });
    for (const name of names) {
      const markdown = await readFile(join(WEB, "docs", language.folder, name), "utf8");
      const others = LANGUAGES.filter(
        (other) => other !== language && documents.get(other)?.includes(name),
      );
      const file = name.replace(/\.md$/, ".html");
      const html = await render(markdown, file, language, others);
      await writeFile(join(outdir, language.folder, file), html);
    }
  }
  await cp(join(WEB, "docs", "images"), join(outdir, "images"), { recursive: true });
}

if (argv.length !== 3) {
  throw new Error("Usage: node docs.mjs FOLDER");
}
await renderAll(resolve(argv[2]));
