/** The words of a lesson as they are shown: paragraphs, `code`, **strong words** and [[terms]]. */

import { html } from "lit";

const PIECE = /`([^`]+)`|\*\*([^*]+)\*\*|\[\[([a-z_]+)(?:\|([^\]]+))?\]\]/g;

/** @param {string} text */
export function lessonText(text) {
  return text.split(/\n{2,}/).map((paragraph) => html`<p>${inline(paragraph)}</p>`);
}

/** @param {string} text */
export function inline(text) {
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(PIECE)) {
    const [whole, code, strong, term, alias] = match;
    parts.push(text.slice(at, match.index));
    if (code !== undefined) {
      parts.push(html`<code>${code}</code>`);
    } else if (strong !== undefined) {
      parts.push(html`<strong>${strong}</strong>`);
    } else {
      parts.push(html`<span class="term" tabindex="0" data-term=${term}>${alias ?? term}</span>`);
    }
    at = match.index + whole.length;
  }
  return [...parts, text.slice(at)];
}
