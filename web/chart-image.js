/** Charts as one picture to keep: title, plot and legend of each, in the colours of the page. */

import { drawShape } from "./chart-drawing.js";
import { leftOutOf, pictureOf } from "./chart-picture.js";
import { Plot } from "./chart-plot.js";
import { formatMetric, formatNumber, t } from "./locale.js";

/** @typedef {import("./chart-picture.js").Chart} Chart */
/** @typedef {import("./chart-plot.js").Picture} Picture */
/** @typedef {import("./chart-series.js").Series} Series */

/** The picture's measures, in pixels of the page. */
const CHART_WIDTH = 640;
const PLOT_HEIGHT = 320;
const MARGIN = 16;
/** Between two charts side by side. */
const GAP = 32;
const HEADING = 26;
const LINE = 22;
const SWATCH = 20;
const SPACE = 6;
/** Between two entries of a legend, and between two rows of charts. */
const APART = 18;
const MARK_SIZE = 3.5;
/** Curves beyond these are counted, not named. */
const MAX_ENTRIES = 60;
const MAX_NOTES = 4;
/** Pixels of the picture to one of the page, at least. */
const RATIO = 2;
/** A picture of more pixels cannot be made on every phone. */
const MAX_PIXELS = 16e6;
const NO_HANDS = { point: () => {}, zoom: () => {} };

/** Text sizes and weights. */
const TITLE = "600 15px";
const HEAD = "600 14px";
const NOTE = "13px";

/** A part of a legend's line. @typedef {{entry: Series, label: string, value: string, left: number}} Entry */

/**
 * A chart with what of it needs room.
 *
 * @typedef {object} Placed
 * @property {Chart} chart
 * @property {Picture} picture
 * @property {Entry[][]} legend Lines of entries.
 * @property {string[]} notes Lines of text.
 */

/**
 * Draws charts, two side by side.
 *
 * @param {Chart[]} charts
 * @param {string} title Whose curves they are.
 * @returns {Promise<HTMLCanvasElement>}
 */
export async function drawCharts(charts, title) {
  // Colours and the font are those of an element of the page.
  const host = document.createElement("div");
  host.hidden = true;
  document.body.append(host);
  try {
    return await new Drawing(host).draw(charts, title);
  } finally {
    host.remove();
  }
}

class Drawing {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    this.style = getComputedStyle(host);
    this.canvas = document.createElement("canvas");
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
  }

  /**
   * @param {Chart[]} charts
   * @param {string} title
   */
  async draw(charts, title) {
    const placed = charts.map((chart) => this.place(chart));
    const columns = Math.min(placed.length, 2);
    const rows = Array.from({ length: Math.ceil(placed.length / columns) }, (_, row) =>
      placed.slice(row * columns, (row + 1) * columns),
    );
    const heights = rows.map((row) => Math.max(...row.map(heightOf)));
    const width = 2 * MARGIN + columns * CHART_WIDTH + (columns - 1) * GAP;
    const height = 2 * MARGIN + HEADING + heights.reduce((sum, one) => sum + one + APART, 0);
    const ratio = this.open(width, height);
    this.title(title, charts.length > 0 ? pictureOf(charts[0]).smoothing : 0, width);
    let top = MARGIN + HEADING + APART / 2;
    for (const [index, row] of rows.entries()) {
      for (const [column, chart] of row.entries()) {
        await this.chart(chart, MARGIN + column * (CHART_WIDTH + GAP), top, ratio);
      }
      top += heights[index] + APART;
    }
    return this.canvas;
  }

  /**
   * Makes the canvas as large as the picture, and paints its ground.
   *
   * @param {number} width
   * @param {number} height
   * @returns {number} Pixels of the picture to one of the page.
   */
  open(width, height) {
    const wanted = Math.max(RATIO, devicePixelRatio);
    const ratio = Math.min(wanted, Math.sqrt(MAX_PIXELS / (width * height)));
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.context.scale(ratio, ratio);
    this.context.fillStyle = this.color("--surface-panel");
    this.context.fillRect(0, 0, width + 1, height + 1);
    return ratio;
  }

  /**
   * @param {string} title
   * @param {number} smoothing
   * @param {number} width
   */
  title(title, smoothing, width) {
    const { context } = this;
    const number = formatNumber(smoothing, { minimumFractionDigits: 2 });
    const note = smoothing > 0 ? t("chart.smoothed", { smoothing: number }) : "";
    this.write(NOTE, note, width - MARGIN - this.widthOf(NOTE, note), MARGIN, "--text-muted");
    const room = width - 2 * MARGIN - (note ? context.measureText(note).width + APART : 0);
    this.write(TITLE, this.shorten(TITLE, title, room), MARGIN, MARGIN, "--text");
  }

  /** @param {Chart} chart @returns {Placed} */
  place(chart) {
    const picture = pictureOf(chart);
    const texts = leftOutOf(picture.series, picture.log).slice(0, MAX_NOTES);
    const notes = texts.map((text) => this.shorten(NOTE, text, CHART_WIDTH));
    return { chart, picture, legend: this.legendOf(picture.series), notes };
  }

  /**
   * Breaks a legend into lines.
   *
   * @param {Series[]} series
   */
  legendOf(series) {
    /** @type {Entry[][]} */
    const lines = [];
    let left = Number.POSITIVE_INFINITY;
    for (const entry of series.slice(0, MAX_ENTRIES)) {
      const value = formatMetric(entry.latest);
      const fixed = SWATCH + 2 * SPACE + this.widthOf(NOTE, value);
      const label = this.shorten(NOTE, entry.label, CHART_WIDTH - fixed);
      const width = fixed + this.widthOf(NOTE, label);
      if (left + width > CHART_WIDTH) {
        lines.push([]);
        left = 0;
      }
      lines.at(-1)?.push({ entry, label, value, left });
      left += width + APART;
    }
    return lines;
  }

  /**
   * @param {Placed} placed
   * @param {number} left
   * @param {number} top
   * @param {number} ratio
   */
  async chart({ chart, picture, legend, notes }, left, top, ratio) {
    const { context } = this;
    this.write(HEAD, this.shorten(HEAD, chart.heading, CHART_WIDTH), left, top, "--text");
    const plot = await this.plot(picture, ratio);
    context.drawImage(plot, left, top + HEADING, CHART_WIDTH, PLOT_HEIGHT);
    let line = top + HEADING + PLOT_HEIGHT + SPACE;
    for (const entries of legend) {
      for (const entry of entries) {
        this.entry(entry, left + entry.left, line);
      }
      line += LINE;
    }
    const unnamed = picture.series.length - MAX_ENTRIES;
    const more = unnamed > 0 ? [t("chart.moreCurves", { count: unnamed })] : [];
    for (const text of [...more, ...notes]) {
      this.write(NOTE, text, left, line, "--text-muted");
      line += LINE;
    }
  }

  /**
   * @param {Picture} picture
   * @param {number} ratio
   */
  async plot(picture, ratio) {
    const scale = ratio / devicePixelRatio;
    const size = { width: CHART_WIDTH * scale, height: PLOT_HEIGHT * scale, scale };
    const plot = new Plot(this.host, NO_HANDS, size);
    plot.show(picture);
    await Promise.resolve(); // uPlot draws once what is under way has been done
    const { canvas } = /** @type {import("uplot")} */ (plot.plot).ctx;
    plot.destroy();
    return canvas;
  }

  /**
   * @param {Entry} entry
   * @param {number} left
   * @param {number} top
   */
  entry({ entry: { color, dashed, marker }, label, value }, left, top) {
    const { context } = this;
    const middle = top + LINE / 2;
    context.save();
    context.strokeStyle = this.color(`--series-${color}`);
    context.fillStyle = context.strokeStyle;
    context.lineWidth = 2;
    context.setLineDash(dashed ? [4, 3] : []);
    context.beginPath();
    context.moveTo(left, middle);
    context.lineTo(left + SWATCH, middle);
    context.stroke();
    if (marker > 0) {
      drawShape(context, marker, left + SWATCH / 2, middle, MARK_SIZE);
    }
    context.restore();
    const text = left + SWATCH + SPACE;
    this.write(NOTE, label, text, top, "--text-muted");
    this.write(NOTE, value, text + this.widthOf(NOTE, label) + SPACE, top, "--text");
  }

  /**
   * @param {string} font Weight and size.
   * @param {string} text
   * @param {number} left
   * @param {number} top Of the line.
   * @param {string} token Its colour's.
   */
  write(font, text, left, top, token) {
    const { context } = this;
    this.use(font);
    context.fillStyle = this.color(token);
    context.textBaseline = "middle";
    context.fillText(text, left, top + LINE / 2);
  }

  /**
   * @param {string} font
   * @param {string} text
   */
  widthOf(font, text) {
    this.use(font);
    return this.context.measureText(text).width;
  }

  /**
   * As much of a text as has room.
   *
   * @param {string} font
   * @param {string} text
   * @param {number} room
   */
  shorten(font, text, room) {
    if (this.widthOf(font, text) <= room) {
      return text;
    }
    const letters = [...text];
    while (letters.length > 0 && this.widthOf(font, `${letters.join("")}…`) > room) {
      letters.pop();
    }
    return `${letters.join("")}…`;
  }

  /** @param {string} font */
  use(font) {
    this.context.font = `${font} ${this.style.fontFamily}`;
  }

  /** @param {string} token */
  color(token) {
    return this.style.getPropertyValue(token).trim();
  }
}

/** @param {Placed} placed */
function heightOf({ picture, legend, notes }) {
  const more = Number(picture.series.length > MAX_ENTRIES);
  return HEADING + PLOT_HEIGHT + SPACE + (legend.length + notes.length + more) * LINE;
}
