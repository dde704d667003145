/**
 * What copied text brings along that Python does not understand (prompts, line numbers, characters
 * of word processors and of Chinese input), and the text without it.
 */

import { CODE, LineReader } from "./python-text.js";

/** @typedef {"lineNumbers" | "prompts" | "characters" | "indent"} Dirt */

const IN = /^\s*In ?\[[ \d*]*\]: ?/;
const OUT = /^\s*Out ?\[[ \d*]*\]:/;
const MORE = /^\s*\.\.\.: ?/;
const SHELL = /^\s*>>>(?: |$)/;
const SHELL_MORE = /^\s*\.\.\.(?: |$)/;
const NUMBERED = /^[ \t]*(\d+)[.:|]?(?=\s|$)/;

/** What is written instead in code; full-width forms of ASCII follow a rule of their own. */
/** @type {Record<string, string>} */
const PLAIN = {
  "“": '"',
  "”": '"',
  "„": '"',
  "‘": "'",
  "’": "'",
  "，": ",",
  "、": ",",
  "。": ".",
  "【": "[",
  "】": "]",
  "−": "-",
  "–": "-",
  "—": "-",
  "…": "...",
};
const SPACE = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/;
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/;
/** Anything the two above, `PLAIN` or full-width ASCII replace: most texts have none. */
const SUSPECT =
  /[\u00a0\u00ad\u1680\u2000-\u200f\u2012-\u2026\u202f\u205f\u2060\u2212\u3000-\u3002\u3010\u3011\ufeff\uff01-\uff5e]/;

/** @type {[Dirt, (text: string, whole: boolean) => string][]} */
const STEPS = [
  ["lineNumbers", withoutLineNumbers],
  ["prompts", withoutPrompts],
  ["characters", withPlainCharacters],
  ["indent", withoutIndent],
];

/**
 * @param {string} text As it was copied.
 * @param {boolean} whole Whether it is all there is of the program.
 * @returns {{text: string, found: Dirt[]}}
 */
export function cleanUp(text, whole) {
  /** @type {Dirt[]} */
  const found = [];
  let clean = text;
  for (const [dirt, without] of STEPS) {
    const next = without(clean, whole);
    if (next !== clean) {
      found.push(dirt);
    }
    clean = next;
  }
  return { text: clean, found };
}

/** @param {string} text */
function withoutLineNumbers(text) {
  const lines = text.replace(/\n+$/, "").split("\n");
  const numbers = lines.map((line) => Number(NUMBERED.exec(line)?.[1] ?? Number.NaN));
  const first = numbers[0];
  const counted = numbers.findIndex((number, index) => number !== first + index);
  if (counted === -1) {
    const rest = lines.map((line) => line.replace(NUMBERED, "").trimEnd());
    return lines.length > 1 && rest.join("") !== "" ? withoutIndent(rest.join("\n"), true) : text;
  }
  // A table with the numbers in a column of their own is copied column by column.
  const column = lines.slice(0, counted).every((line) => /^\s*\d+\s*$/.test(line));
  return counted > 2 && first === 1 && column && lines.length - counted >= counted - 1
    ? lines.slice(counted).join("\n")
    : text;
}

/** @param {string} text */
function withoutPrompts(text) {
  const lines = text.split("\n");
  const first = lines.find((line) => line.trim() !== "") ?? "";
  if (IN.test(first)) {
    return withoutNotebookPrompts(lines).join("\n");
  }
  return SHELL.test(first) ? withoutShellPrompts(lines).join("\n") : text;
}

/** @param {string[]} lines */
function withoutNotebookPrompts(lines) {
  const kept = [];
  let output = false;
  for (const line of lines) {
    output = OUT.test(line) || (output && !IN.test(line));
    if (!output) {
      const code = line.replace(IN, "").replace(MORE, "");
      if (code.trim() !== "" || !IN.test(line)) {
        kept.push(code);
      }
    }
  }
  return kept;
}

/** What a shell answered goes: lines without a prompt. @param {string[]} lines */
function withoutShellPrompts(lines) {
  const kept = [];
  for (const line of lines) {
    if (SHELL.test(line)) {
      kept.push(line.replace(SHELL, ""));
    } else if (SHELL_MORE.test(line)) {
      kept.push(line.replace(SHELL_MORE, ""));
    }
  }
  return [...kept, ""];
}

/** @param {string} text */
function withPlainCharacters(text) {
  if (!SUSPECT.test(text)) {
    return text;
  }
  const reader = new LineReader();
  return text
    .split("\n")
    .map((line) => {
      const kinds = reader.read(line);
      return Array.from({ length: line.length }, (_, at) =>
        kinds[at] === CODE ? plainCharacter(line[at]) : line[at],
      ).join("");
    })
    .join("\n");
}

/** @param {string} character */
function plainCharacter(character) {
  if (character in PLAIN) {
    return PLAIN[character];
  }
  if (INVISIBLE.test(character)) {
    return "";
  }
  const code = character.charCodeAt(0);
  const isWide = code >= 0xff01 && code <= 0xff5e;
  return SPACE.test(character) ? " " : isWide ? String.fromCharCode(code - 0xfee0) : character;
}

/**
 * @param {string} text
 * @param {boolean} whole
 */
function withoutIndent(text, whole) {
  const lines = text.split("\n");
  const written = lines.filter((line) => line.trim() !== "");
  let common = /^[ \t]*/.exec(written[0] ?? "")?.[0] ?? "";
  while (!written.every((line) => line.startsWith(common))) {
    common = common.slice(0, -1);
  }
  return whole && common !== ""
    ? lines.map((line) => (line.startsWith(common) ? line.slice(common.length) : "")).join("\n")
    : text;
}
