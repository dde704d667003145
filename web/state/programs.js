/** The program in the editor, and what can be done with it. */

import { language, t } from "../locale.js";
import { Store } from "../store.js";
import { saveFile } from "./files.js";
import { toast } from "./notices.js";
import { fileNameOf, readNotebook, readProgram, titleOf } from "./program-files.js";
import {
  addOwn,
  cleanTitle,
  codeOf,
  editOf,
  exampleNamed,
  examples,
  fetchExamples,
  freeTitle,
  holds,
  isAsItCame,
  isMissing,
  keepEdit,
  keepOwn,
  ownProgram,
  PREFIXES,
  refreshShelf,
  removeOwn,
  shelf,
} from "./program-shelf.js";
import { isAtRisk, listenForOthers, readInTab, writeInTab } from "./storage.js";

const CHOSEN_KEY = "pykeras.example";

/** @typedef {import("./program-shelf.js").Example} Example */
/** @typedef {import("../protocol.js").Mend} Mend */

/**
 * @typedef {object} ErrorMark Where the last run's error is marked in the editor.
 * @property {number} line From 1.
 * @property {string} source The line as it was run.
 * @property {string} message
 * @property {Mend | null} mend
 */

/**
 * @typedef {object} Program
 * @property {string} id
 * @property {"example" | "own"} kind
 * @property {string} title In the reader's language where it is an example's.
 * @property {Example | null} example
 * @property {string} text What the editor holds.
 * @property {boolean} edited An example that the reader has changed.
 * @property {number} opened Counts up when the editor must take another text.
 * @property {"changed" | "deleted" | null} conflict What another tab has done to the same program.
 * @property {ErrorMark | null} error
 * @property {{line: number} | null} goTo The line the editor is asked to show.
 * @property {{mend: Mend} | null} mending The mend the editor is asked to make.
 */

const chosen = readInTab(CHOSEN_KEY) ?? "";
if (isMissing(chosen)) {
  await fetchExamples();
}

export const program = new Store(/** @type {Program} */ (opened(chosen, 0)));

/** The programs this tab has shown, the last one last. */
let visited = [program.values.id];
/** What ran last. */
let ran = { id: "", text: "" };
/** The errors of programs that are not open. @type {Map<string, ErrorMark>} */
const errors = new Map();

/**
 * @param {string} id
 * @param {number} count
 * @returns {Program}
 */
function opened(id, count) {
  const own = ownProgram(id);
  const example = own ? null : ((isMissing(id) ? null : exampleNamed(id)) ?? examples[0]);
  const edit = example && editOf(example.id);
  return {
    id: own ? own.id : /** @type {Example} */ (example).id,
    kind: own ? "own" : "example",
    title: own ? own.title : /** @type {Example} */ (example).title[language()],
    example,
    text: own ? own.text : (edit ?? codeOf(/** @type {Example} */ (example).id)),
    edited: edit !== null,
    opened: count,
    conflict: null,
    error: null,
    goTo: null,
    mending: null,
  };
}

/** Shows a program in the editor. @param {string} id */
export function openProgram(id) {
  const { id: left, error, opened: count } = program.values;
  if (error) {
    errors.set(left, error);
  }
  program.set({ ...opened(id, count + 1), error: errors.get(id) ?? null });
  visited = [...visited.filter((other) => other !== program.values.id), program.values.id];
  writeInTab(CHOSEN_KEY, program.values.id);
}

/**
 * Shows the program that the reader has chosen, as soon as it is there.
 *
 * @param {string} id
 * @returns {Promise<boolean>} Whether it has come.
 */
export async function chooseProgram(id) {
  if (!(await isThere(id))) {
    return false;
  }
  openProgram(id);
  return true;
}

/** An example may have to be fetched. @param {string} id */
async function isThere(id) {
  const there = !isMissing(id) || (await fetchExamples());
  if (!there) {
    toast("toast.notFetched");
  }
  return there;
}

/** Shows the chosen example in the reader's language, unless it is the reader's own by now. */
export function showInLanguage() {
  const { kind, edited, example, id } = program.values;
  if (kind === "example" && !edited) {
    openProgram(id);
  } else if (example) {
    program.set({ title: example.title[language()] });
  }
}

/**
 * Keeps what the reader wrote. Where another tab has changed the same program meanwhile, it becomes
 * a program of its own, so that neither text is lost.
 *
 * @param {string} id The program that the editor holds.
 * @param {string} text
 */
export function keepProgram(id, text) {
  if (id !== program.values.id) {
    keepText(id, text); // another one was opened, and the editor has not heard of it yet
  } else if (program.values.conflict === "changed") {
    program.set({ text });
    keepMine();
  } else {
    program.set({ text, edited: keepText(id, text), conflict: null, error: null });
  }
}

/**
 * @param {string} id
 * @param {string} text
 * @returns {boolean} Whether it is an example that is another one now.
 */
function keepText(id, text) {
  if (exampleNamed(id)) {
    return keepEdit(id, text);
  }
  const kept = ownProgram(id);
  keepOwn({ id, made: Date.now(), title: program.values.title, ...kept, text });
  if (!kept) {
    refreshShelf(); // another tab has deleted it
  }
  return false;
}

/** Opens an empty program. */
export function newProgram() {
  openProgram(addOwn(t("program.untitled"), "").id);
  goToLine(1);
}

export function duplicateProgram() {
  const { title, text } = program.values;
  openProgram(addOwn(title, text).id);
  toast("program.duplicated", { title: program.values.title });
}

/**
 * Gives the open program of the reader's own another title.
 *
 * @param {string} wanted
 * @returns {boolean} Whether anything is left of it that can be a title.
 */
export function renameProgram(wanted) {
  const { id } = program.values;
  const title = cleanTitle(wanted);
  const own = ownProgram(id);
  if (title === "" || own === null) {
    return false;
  }
  const free = freeTitle(title, id);
  keepOwn({ ...own, title: free });
  refreshShelf();
  program.set({ title: free });
  if (free !== title) {
    toast("program.renamed", { title: free });
  }
  return true;
}

/** Deletes the open program of the reader's own, and opens the one that was open before. */
export function deleteProgram() {
  const { id, title, text } = program.values;
  const own = { made: Date.now(), ...ownProgram(id), id, title, text };
  removeOwn(id);
  const there = visited.filter((other) => ownProgram(other) || exampleNamed(other));
  openProgram(there.at(-1) ?? shelf.values.own[0]?.id ?? examples[0].id);
  toast("program.deleted", { title }, () => {
    keepOwn({ ...own, title: freeTitle(title, id) });
    refreshShelf();
    openProgram(id);
  });
}

/** Shows the open example as it came. */
export function resetProgram() {
  const { id, title, text, example } = program.values;
  keepEdit(id, example ? codeOf(id) : text);
  openProgram(id);
  toast("program.wasReset", { title }, () => {
    keepEdit(id, text);
    openProgram(id);
  });
}

/** Hands the open program out as a file. */
export function saveProgram() {
  const { title, text } = program.values;
  saveFile(`${fileNameOf(title)}.py`, new TextEncoder().encode(text.toWellFormed()));
}

/**
 * Makes a program of each of these files.
 *
 * @param {File[]} chosen Python programs and notebooks.
 */
export async function openFiles(chosen) {
  for (const file of chosen) {
    openText(file.name, await readProgram(file));
  }
}

/** Makes a program of a notebook that was pasted as text. @param {string} json */
export async function openNotebook(json) {
  openText(t("paste.notebookName"), await readNotebook(json));
}

/**
 * @param {string} name Of a file.
 * @param {import("./program-files.js").ProgramText} read
 */
function openText(name, read) {
  if (read.text === null) {
    toast(read.problem, { name, ...read.values });
  } else {
    const title = cleanTitle(titleOf(name)) || t("program.untitled");
    openProgram(addOwn(title, read.text).id);
    toast("program.openedFile", { title: program.values.title });
  }
}

/**
 * Puts an earlier text of a program back into the editor; where the program is gone, as a new one.
 *
 * @param {string} id
 * @param {string} title
 * @param {string} text
 */
export async function restoreProgram(id, title, text) {
  if (!(await isThere(id))) {
    return;
  }
  if (!ownProgram(id) && !exampleNamed(id)) {
    openProgram(addOwn(title, text).id);
    return;
  }
  openProgram(id);
  const { text: before } = program.values;
  if (before !== text) {
    keepText(id, text);
    openProgram(id);
    toast("program.restored", { title: program.values.title }, () => {
      keepText(id, before);
      openProgram(id);
    });
  }
}

/** Gives the open program another text; that can be undone. @param {string} text */
export function rewriteProgram(text) {
  const { id, text: before } = program.values;
  keepText(id, text);
  openProgram(id);
  toast("program.rewritten", {}, () => {
    keepText(id, before);
    openProgram(id);
  });
}

/** Takes what another tab has made of the open program. */
export function takeTheirs() {
  const { id, title, text, conflict } = program.values;
  if (conflict === "deleted") {
    deleteProgram();
  } else {
    openProgram(id);
    toast("program.tookTheirs", { title }, () => openProgram(addOwn(title, text).id));
  }
}

/** Keeps the text of this tab, as a program of its own where another tab has changed the other. */
export function keepMine() {
  const { id, title, text, conflict } = program.values;
  if (conflict === "deleted") {
    keepText(id, text);
    program.set({ conflict: null });
  } else {
    openProgram(addOwn(title, text).id);
    toast("program.keptCopy", { title: program.values.title });
  }
}

/** Begins to notice what other tabs do to the programs, and what would be lost with this one. */
export function watchPrograms() {
  listenForOthers(hearOfOthers);
  addEventListener("beforeunload", (event) => {
    if (PREFIXES.some(isAtRisk)) {
      event.preventDefault();
    }
  });
}

/** @param {string | null} key What another tab has changed; null for anything. */
function hearOfOthers(key) {
  const { id, kind, text } = program.values;
  if (key !== null && !PREFIXES.some((prefix) => key.startsWith(prefix))) {
    return;
  }
  refreshShelf();
  if (key !== null && !holds(key, id)) {
    return;
  }
  const theirs = opened(id, 0);
  if (theirs.id !== id) {
    program.set({ conflict: "deleted" });
  } else {
    const same = theirs.text === text || (isAsItCame(id, text) && isAsItCame(id, theirs.text));
    program.set({
      conflict: same ? null : "changed",
      title: kind === "own" ? theirs.title : program.values.title,
    });
  }
}

/**
 * A program begins to run: an error belongs to this text, whatever is written then.
 *
 * @param {{id: string, text: string}} run
 */
export function noteRun({ id, text }) {
  ran = { id, text };
  errors.clear();
  program.set({ error: null });
}

/** Whether this is the program that ran last, so that its variables are there. @param {string} id */
export function hasRun(id) {
  return ran.id === id;
}

/**
 * Marks the error of the program that ran.
 *
 * @param {{line: number, message: string, mend: Mend | null}} error
 */
export function markError({ line: reported, message, mend }) {
  const lines = ran.text.split("\n");
  const line = Math.min(Math.max(reported, 1), lines.length);
  const mark = { line, message, mend, source: lines[line - 1] };
  if (ran.id === program.values.id) {
    program.set({ error: mark });
  } else {
    errors.set(ran.id, mark);
  }
}

/** Mends the marked error as Python proposes; can be undone in the editor. */
export function mendError() {
  const mend = program.values.error?.mend;
  if (mend) {
    program.set({ mending: { mend } });
  }
}

/** @param {number} line From 1. */
export function goToLine(line) {
  program.set({ goTo: { line } });
}
