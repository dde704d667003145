/** What the program has printed and drawn, and what is new of it since it was last shown. */

import { t } from "../locale.js";
import { Store } from "../store.js";
import { MAX_LINES, TerminalText } from "./terminal-text.js";

/**
 * Text to show: what the program printed, or a word of the page's own ("note").
 *
 * @typedef {{stream: "stdout" | "stderr" | "note", text: string}} ConsolePiece
 */
/** @typedef {import("./terminal-text.js").Line} Line */
/** @typedef {Extract<import("../protocol.js").FromWorker, {type: "picture"}>} Picture */

/** Pictures kept at a time; a program that draws in a loop loses its oldest. */
const MAX_PICTURES = 60;

class ConsoleLog {
  constructor() {
    this.terminal = new TerminalText();
    /** Lines that are not drawn as they are. @type {Set<Line>} */
    this.changed = new Set();
    /** The pictures kept, by the line they stand in for. @type {Map<number, Picture & {text: string}>} */
    this.pictures = new Map();
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
  consoleLog.touch();
}

/** Puts a picture in its place among the lines. @param {Picture} picture */
export function showPicture(picture) {
  const { log } = consoleLog.values;
  log.count += 1;
  const labels = picture.labels.join(", ");
  const text = t(labels ? "picture.alt" : "picture.plain", { number: log.count, labels });
  const line = log.terminal.insert(text, "picture");
  log.pictures.set(line.id, { ...picture, text });
  log.changed.add(line);
  if (log.pictures.size > MAX_PICTURES) {
    const [oldest] = log.pictures.keys();
    log.pictures.delete(oldest);
  }
  log.empty = false;
  consoleLog.touch();
}

/**
 * @param {ConsoleLog} log
 * @param {string} text
 * @param {string} stream
 */
function add(log, text, stream) {
  for (const line of log.terminal.write(text, stream)) {
    log.changed.add(line);
  }
  if (log.changed.size > 2 * MAX_LINES) {
    // No frame comes while the tab is hidden: keep what a frame would still draw.
    const first = log.terminal.lines[0].id;
    log.changed = new Set([...log.changed].filter((line) => line.id >= first));
  }
}
