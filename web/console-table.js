/** A table among the lines of the console, made of text alone. */

import { css } from "lit";
import { t } from "./locale.js";

/** @typedef {import("./protocol.js").FromWorker} FromWorker */
/** @typedef {Extract<FromWorker, {type: "table"}>} Table */

export const tableStyles = css`
  .frame {
    max-width: 100%;
    margin: var(--space-1) 0 var(--space-2);
    overflow-x: auto;
    white-space: nowrap;
  }

  .frame table {
    border-collapse: collapse;
    font-family: var(--font-text);
    font-variant-numeric: tabular-nums;
  }

  .frame :is(td, th) {
    padding: 2px var(--space-3);
    text-align: right;
    vertical-align: top;
    white-space: pre;
  }

  .frame th {
    color: var(--text-muted);
    font-weight: 600;
  }

  .frame thead {
    border-bottom: 1px solid var(--line);
  }

  .frame tbody tr:nth-child(even) {
    background: var(--surface-sunken);
  }

  .frame p {
    margin: var(--space-1) 0 0;
    color: var(--text-muted);
    font-family: var(--font-text);
  }
`;

/** @param {Table} table */
export function tableElement({ rows, note }) {
  const frame = document.createElement("div");
  frame.className = "frame";
  frame.tabIndex = 0; // wide ones scroll, with keys too
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", note ? `${t("console.table")}: ${note}` : t("console.table"));
  const table = document.createElement("table");
  const isHead = rows.map((row) => row.every((cell) => cell.head));
  const first = isHead.indexOf(false);
  const count = first === -1 ? rows.length : first;
  table.append(
    section("thead", rows.slice(0, count), "col"),
    section("tbody", rows.slice(count), "row"),
  );
  frame.append(table);
  if (note) {
    const below = document.createElement("p");
    below.textContent = note;
    frame.append(below);
  }
  return frame;
}

/**
 * @param {"thead" | "tbody"} tag
 * @param {Table["rows"]} rows
 * @param {"col" | "row"} scope
 */
function section(tag, rows, scope) {
  const element = document.createElement(tag);
  for (const row of rows) {
    const line = document.createElement("tr");
    for (const { text, head, columns, rows: height } of row) {
      const cell = document.createElement(head ? "th" : "td");
      cell.textContent = text;
      cell.colSpan = columns;
      cell.rowSpan = height;
      if (head) {
        cell.setAttribute("scope", scope);
      }
      line.append(cell);
    }
    element.append(line);
  }
  return element;
}
