/** Notebooks as programs of cells. */

import { commentCommands } from "./python-text.js";

/**
 * The text of a notebook's cells, each under a line `# %%`; null where it is no notebook. Prose
 * becomes comments, and so do commands of the notebook (`!pip`, `%matplotlib`).
 *
 * @param {string} json
 */
export function notebookToProgram(json) {
  let cells;
  try {
    const notebook = JSON.parse(json);
    cells = notebook.cells ?? notebook.worksheets?.[0]?.cells;
  } catch {
    return null;
  }
  if (!Array.isArray(cells)) {
    return null;
  }
  const parts = cells
    .map((cell) => ({ kind: cell?.cell_type, source: sourceOf(cell) }))
    .filter(({ source }) => source.trim() !== "")
    .map(({ kind, source }) =>
      kind === "code" ? `# %%\n${commentCommands(source)}` : `# %% [markdown]\n${comment(source)}`,
    );
  return parts.length === 0 ? "" : `${parts.join("\n\n")}\n`;
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
