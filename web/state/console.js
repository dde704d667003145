/** What the program has printed and drawn, and what is new of it since it was last shown. */

import { copyText } from "../clipboard.js";
import { language, t } from "../locale.js";
import { Store } from "../store.js";
import { drawSoon } from "./drawing.js";
import { saveFile } from "./files.js";
import { FullText } from "./full-text.js";
import { toast } from "./notices.js";
import { MAX_LINES, TerminalText } from "./terminal-text.js";

/**
 * Text to show: what the program printed, the value of its last expression, or a word of the page's
 * own ("note").
 *
 * @typedef {{stream: "stdout" | "stderr" | "value" | "note", text: string}} ConsolePiece
 */
/** @typedef {import("./terminal-text.js").Line} Line */
/** @typedef {import("../protocol.js").FromWorker} FromWorker */
/** @typedef {Extract<FromWorker, {type: "picture"}>} Picture */
/** @typedef {Extract<FromWorker, {type: "table"}>} Table */

/** Pictures kept at a time; a program that draws in a loop loses its oldest. */
const MAX_PICTURES = 60;

/** The same of tables, of which the text stays. */
const MAX_TABLES = 200;
/** Commands of notebooks that are named. */
const COMMANDS_NAMED = 5;
const COMMAND_CHARACTERS = 60;

class ConsoleLog {
  constructor() {
    this.terminal = new TerminalText();
    /** All of it, to save. */
    this.full = new FullText();
    /** Lines that are not drawn as they are. @type {Set<Line>} */
    this.changed = new Set();
    /** The pictures kept, by the line they stand in for. @type {Map<number, Picture & {text: string}>} */
    this.pictures = new Map();
    /** Tables, in the same way. @type {Map<number, Table>} */
    this.tables = new Map();
    /** Pictures of this run so far. */
    this.count = 0;
    this.empty = true;
  }
}

export const consoleLog = new Store({ log: new ConsoleLog() });

/** A new run begins. */
export function clearConsole() {
  consoleLog.set({ log: new ConsoleLog() });
}

/** The reader clears it, and may take that back. */
export function wipeConsole() {
  const before = consoleLog.values.log;
  clearConsole();
  const fresh = consoleLog.values.log;
  toast("toast.consoleCleared", {}, () => {
    if (consoleLog.values.log !== fresh) {
      return; // another run has begun
    }
    before.changed = new Set(before.terminal.lines);
    consoleLog.set({ log: before });
    for (const { stream, text } of fresh.full.chunks) {
      add(before, text, stream);
    }
  });
}

/** Copies the lines that are shown. @returns {Promise<boolean>} Whether that was possible. */
export async function copyConsole() {
  const copied = await copyText(consoleLog.values.log.terminal.toString());
  if (!copied) {
    toast("toast.copyRefused");
  }
  return copied;
}

/** Saves all that the run has printed as a file. */
export function saveConsole() {
  const { full } = consoleLog.values.log;
  const whole = new TerminalText(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  if (full.dropped > 0) {
    whole.write(`${t("console.beginningGone", { characters: full.dropped })}\n`, "note");
  }
  for (const { stream, text } of full.chunks) {
    whole.write(text, stream);
  }
  saveFile("console.txt", `${whole}\n`);
}

/**
 * @param {ConsolePiece[]} pieces
 * @param {number} dropped Characters that were printed faster than they could be sent.
 */
export function writeToConsole(pieces, dropped = 0) {
  const { log } = consoleLog.values;
  for (const { stream, text } of pieces) {
    add(log, text, stream);
  }
  if (dropped > 0) {
    add(log, `\n${t("console.dropped", { characters: dropped })}\n`, "note");
  }
  log.empty = false;
  drawSoon(consoleLog);
}

/** Puts a picture in its place among the lines. @param {Picture} picture */
export function showPicture(picture) {
  const { log } = consoleLog.values;
  log.count += 1;
  const labels = picture.labels.join(", ");
  const text = t(labels ? "picture.alt" : "picture.plain", { number: log.count, labels });
  const line = log.terminal.insert(text, "picture");
  log.full.add(`[${text}]\n`, "picture");
  log.pictures.set(line.id, { ...picture, text });
  log.changed.add(line);
  if (log.pictures.size > MAX_PICTURES) {
    const [oldest] = log.pictures.keys();
    log.pictures.delete(oldest);
  }
  log.empty = false;
  consoleLog.touch();
}

/** Puts a table in its place among the lines. @param {Table} table */
export function showTable(table) {
  const { log } = consoleLog.values;
  const line = log.terminal.insert(table.text, "table");
  log.full.add(`${table.text}\n`, "table");
  log.tables.set(line.id, table);
  log.changed.add(line);
  if (log.tables.size > MAX_TABLES) {
    const [oldest] = log.tables.keys();
    log.tables.delete(oldest);
  }
  log.empty = false;
  consoleLog.touch();
}

/** Says which lines of the program are not run. @param {Extract<FromWorker, {type: "left-out"}>} message */
export function tellLeftOut({ commands }) {
  const named = commands.slice(0, COMMANDS_NAMED).map(({ line, text }) => {
    const short = text.length > COMMAND_CHARACTERS ? `${text.slice(0, COMMAND_CHARACTERS)}…` : text;
    return t("console.command", { line, text: short });
  });
  if (commands.length > named.length) {
    named.push(t("console.moreCommands", { count: commands.length - named.length }));
  }
  const list = new Intl.ListFormat(language()).format(named);
  writeToConsole([{ stream: "note", text: `${t("console.leftOut", { commands: list })}\n` }]);
}

/**
 * @param {ConsoleLog} log
 * @param {string} text
 * @param {string} stream
 */
function add(log, text, stream) {
  log.full.add(text, stream);
  for (const line of log.terminal.write(text, stream)) {
    log.changed.add(line);
  }
  if (log.changed.size > 2 * MAX_LINES) {
    // No frame comes while the tab is hidden: keep what a frame would still draw.
    const first = log.terminal.lines[0].id;
    log.changed = new Set([...log.changed].filter((line) => line.id >= first));
  }
}
