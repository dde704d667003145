/** Notebooks as programs of cells. */

/** @typedef {import("./locale.js").StringKey} StringKey */

/** Pictures within prose; nobody reads their letters. */
const EMBEDDED = /\(data:[^)\s]{100,}\)/g;

/**
 * The text of a notebook's cells, each under a line `# %%`. Prose becomes comments; commands of the
 * notebook (`!pip`, `%matplotlib`) stay, and are left out when the program runs.
 *
 * @param {string} json
 * @returns {{text: string, problem: null}
 *   | {text: null, problem: StringKey, values?: {language: string}}}
 */
export function notebookToProgram(json) {
  let notebook;
  try {
    notebook = JSON.parse(json);
  } catch {
    return { text: null, problem: "program.notJson" };
  }
  const cells = notebook?.cells ?? notebook?.worksheets?.flatMap?.(cellsOf);
  if (!Array.isArray(cells)) {
    return { text: null, problem: "program.noNotebook" };
  }
  const language = languageOf(notebook.metadata);
  if (!/python|^$/i.test(language)) {
    return { text: null, problem: "program.otherLanguage", values: { language } };
  }
  const parts = cells
    .map((cell) => ({ cell, source: sourceOf(cell) }))
    .filter(({ source }) => source.trim() !== "")
    .map(({ cell, source }) =>
      cell.cell_type === "code"
        ? `# %%\n${source}`
        : `# %% [markdown]\n${comment(heading(cell) + source.replace(EMBEDDED, "(…)"))}`,
    );
  return parts.length === 0
    ? { text: null, problem: "program.emptyNotebook" }
    : { text: `${parts.join("\n\n")}\n`, problem: null };
}

/** The cells of a sheet, as the third format has them. @param {{cells?: unknown}} sheet */
function cellsOf(sheet) {
  return Array.isArray(sheet?.cells) ? sheet.cells : [];
}

/** @param {any} metadata */
function languageOf(metadata) {
  const { kernelspec, language_info: info } = metadata ?? {};
  return String(info?.name ?? kernelspec?.language ?? kernelspec?.display_name ?? "");
}

/** A heading of the third format has its level beside it. @param {{cell_type?: string, level?: unknown}} cell */
function heading({ cell_type: kind, level }) {
  return kind === "heading" ? `${"#".repeat(Math.min(Number(level) || 1, 6))} ` : "";
}

/** @param {{source?: unknown, input?: unknown} | null} cell */
function sourceOf(cell) {
  const source = cell?.source ?? cell?.input ?? "";
  const text = Array.isArray(source) ? source.join("") : String(source);
  return text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
}

/** @param {string} text */
function comment(text) {
  return text.replace(/^/gm, "# ").replace(/ +$/gm, "");
}
