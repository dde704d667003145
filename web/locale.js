/** The reader's language: every visible string comes from `locales/` through `t`. */

import { read, write } from "./state/storage.js";

/** @typedef {"en" | "zh-CN"} Language */
/**
 * @typedef {keyof typeof import("./locales/en.json")
 *   | keyof typeof import("./locales/inside/en.json")} StringKey
 */
/** @typedef {Record<Language, () => Promise<{default: object}>>} Files */
/** @typedef {import("lit").ReactiveControllerHost} ReactiveControllerHost */

const STORAGE_KEY = "pykeras.language";
/** Each language is a file of its own, fetched when it is first shown. @type {Files} */
const FILES = {
  en: () => import("./locales/en.json"),
  "zh-CN": () => import("./locales/zh-CN.json"),
};

/** The languages there are, each by its own name. @type {[Language, string][]} */
export const LANGUAGES = [
  ["en", "English"],
  ["zh-CN", "简体中文"],
];

/** @type {Set<() => void>} */
const listeners = new Set();
let current = initialLanguage();
/** What has words of its own, the page itself first. */
const parts = [FILES];
let strings = await wordsOf(current);

/** @param {Language} chosen @returns {Promise<Record<StringKey, string>>} */
async function wordsOf(chosen) {
  const found = await Promise.all(parts.map((files) => files[chosen]()));
  return Object.assign({}, ...found.map((file) => file.default));
}

/**
 * Fetches the words of a part of the page that is opened now.
 *
 * @param {Files} files
 * @returns {Promise<void>} Rejects where they did not come.
 */
export async function addWords(files) {
  const words = await files[current]();
  parts.push(files);
  strings = Object.assign({}, strings, words.default);
}

/** @returns {Language} */
export function language() {
  return current;
}

/**
 * Changes the language of the page and remembers it.
 *
 * @param {Language} chosen
 * @returns {Promise<void>} Rejects where the language did not come; then nothing has changed.
 */
export async function setLanguage(chosen) {
  strings = await wordsOf(chosen);
  current = chosen;
  write(STORAGE_KEY, chosen);
  for (const listener of listeners) {
    listener();
  }
}

/**
 * Calls `listener` whenever the language changes.
 *
 * @param {() => void} listener
 * @returns {() => void} Ends that.
 */
export function onLanguageChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * The string of `key` in the reader's language, with `{name}` replaced by `values.name`.
 *
 * @param {StringKey} key
 * @param {Record<string, string | number>} [values] Numbers are written as the language does.
 * @returns {string}
 */
export function t(key, values = {}) {
  return strings[key].replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === "number" ? formatNumber(value) : value;
  });
}

/** To make one takes longer than to write a thousand numbers. @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/**
 * @param {number} value
 * @param {Intl.NumberFormatOptions} [options]
 */
export function formatNumber(value, options) {
  const key = current + JSON.stringify(options);
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(current, options);
    formats.set(key, format);
  }
  return format.format(value);
}

/** @param {number} fraction 0 to 1. */
export function formatPercent(fraction, digits = 1) {
  return formatNumber(fraction, { style: "percent", maximumFractionDigits: digits });
}

/**
 * A loss or metric: four digits that matter, whatever its size.
 *
 * @param {number | undefined} value
 */
export function formatMetric(value) {
  if (value === undefined) {
    return "–";
  }
  if (!Number.isFinite(value)) {
    return String(value);
  }
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 100_000)) {
    return value.toExponential(2);
  }
  const digits = size >= 100 ? 1 : size >= 10 ? 2 : 4;
  return formatNumber(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/**
 * A number of the data: whole ones without a fraction.
 *
 * @param {number} value
 */
export function formatValue(value) {
  if (Number.isInteger(value)) {
    return Math.abs(value) < 1e12
      ? formatNumber(value, { useGrouping: false })
      : value.toExponential(2);
  }
  return formatMetric(value);
}

/**
 * A column of numbers, with as many digits for each.
 *
 * @param {number[]} values
 * @returns {string[]}
 */
export function formatColumn(values) {
  const finite = values.filter(Number.isFinite);
  const largest = Math.max(...finite.map(Math.abs), 0);
  if (finite.every(Number.isInteger) || largest >= 100_000 || (largest < 0.001 && largest > 0)) {
    return values.map(formatValue);
  }
  const digits = largest >= 100 ? 1 : largest >= 10 ? 2 : 4;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return values.map((value) =>
    Number.isFinite(value) ? formatNumber(value, options) : String(value),
  );
}

/** @param {number} bytes */
export function formatMegabytes(bytes) {
  return formatNumber(bytes / 1e6, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** A file's size, in the unit that suits it. @param {number} bytes */
export function formatSize(bytes) {
  const [unit, size] =
    bytes < 1000
      ? ["byte", bytes]
      : bytes < 999_500
        ? ["kilobyte", bytes / 1e3]
        : ["megabyte", bytes / 1e6];
  const maximumFractionDigits = unit === "megabyte" ? 1 : 0;
  const unitDisplay = unit === "byte" ? "narrow" : "short"; // not "4 byte"
  return formatNumber(size, { style: "unit", unit, unitDisplay, maximumFractionDigits });
}

/** @param {number} seconds */
export function formatSeconds(seconds) {
  if (seconds < 9.95) {
    const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
    return t("time.seconds", { seconds: formatNumber(seconds, digits) });
  }
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes >= 60) {
    return t("time.hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  }
  return minutes > 0
    ? t("time.minutes", { minutes, seconds: whole % 60 })
    : t("time.seconds", { seconds: whole });
}

/** Draws its widget again when the language changes. */
export class LanguageController {
  /** @param {ReactiveControllerHost} host */
  constructor(host) {
    this.host = host;
    /** @type {(() => void) | undefined} */
    this.release = undefined;
    host.addController(this);
  }

  hostConnected() {
    this.release = onLanguageChange(() => this.host.requestUpdate());
  }

  hostDisconnected() {
    this.release?.();
  }
}

/** @returns {Language} */
function initialLanguage() {
  const remembered = read(STORAGE_KEY);
  if (remembered === "en" || remembered === "zh-CN") {
    return remembered;
  }
  return navigator.languages[0]?.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}
