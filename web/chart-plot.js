/** One plot: axes by uPlot, curves of any length drawn over them, a crosshair, a zoom. */

import uPlot from "uplot";
import {
  axisName,
  distances,
  numberLabel,
  placeLabels,
  powerMarks,
  valueDistances,
  valueRange,
} from "./chart-axes.js";
import { Columns, nearest } from "./chart-columns.js";
import { drawCurve } from "./chart-drawing.js";
import { followFingers } from "./chart-fingers.js";
import { Smoothed } from "./chart-smoothing.js";

/** @typedef {import("./chart-columns.js").Points} Points */
/** @typedef {import("./chart-series.js").Series} Series */
/** @typedef {import("./state/curve.js").Axis} Axis */

/**
 * @typedef {object} Picture What a plot shows.
 * @property {Series[]} series
 * @property {Axis} axis
 * @property {[number, number]} range Of that axis.
 * @property {number} end Where that axis ends.
 * @property {boolean} log
 * @property {boolean} share The values can be no more than 1.
 * @property {number} smoothing
 * @property {string} language
 */

/**
 * @typedef {object} Size Of a plot that is not as wide as where it stands.
 * @property {number} width In pixels of the page.
 * @property {number} height
 * @property {number} scale How much larger than on the page everything in it is drawn.
 */

/**
 * @typedef {object} Hands What the reader does with a plot.
 * @property {(place: number | null) => void} point
 * @property {(range: [number, number] | null) => void} zoom
 */

export const HEIGHT_PX = 184;
/** How strongly the values themselves are drawn behind their smoothed curve. */
const RAW_OPACITY = 0.3;
/** Pixels of the canvas to a column that stands for several values. */
const COLUMN_PX = 2;
/** A mark reaches no further than this from its point. */
const MARK_PX = 6;
/** A drag of less is a click. */
const SHORTEST_DRAG_PX = 6;

export class Plot {
  /**
   * @param {HTMLElement} target
   * @param {Hands} hands
   * @param {Size | null} [size]
   */
  constructor(target, hands, size = null) {
    this.target = target;
    this.hands = hands;
    this.size = size;
    this.scale = size?.scale ?? 1;
    /** @type {uPlot | null} */
    this.plot = null;
    /** @type {Picture | null} */
    this.picture = null;
    this.kind = "";
    this.drawn = "";
    /** @type {[number, number]} */
    this.values = [0, 1];
    /** @type {WeakMap<Points, {columns: Columns, smoothed: Smoothed, smooth: Columns | null}>} */
    this.caches = new WeakMap();
    /** @type {Map<number, string>} */
    this.colors = new Map();
    /** @type {HTMLElement[]} */
    this.dots = [];
  }

  /** @param {Picture} picture */
  show(picture) {
    const kind = [picture.axis, picture.log, picture.language].join();
    this.picture = picture;
    if (!this.plot || kind !== this.kind) {
      this.kind = kind;
      this.build();
    }
    const drawn = this.signature(picture);
    if (drawn !== this.drawn && this.plot) {
      this.drawn = drawn;
      this.measure();
      this.plot.setData([
        [0, 1],
        [1, 1],
      ]);
    }
  }

  /** Draws again though nothing has changed but the looks. */
  redraw() {
    this.colors.clear();
    this.plot?.redraw(false);
  }

  destroy() {
    this.plot?.destroy();
    this.plot = null;
  }

  fitWidth() {
    const width = this.target.clientWidth;
    if (this.plot && width > 0 && width !== this.plot.width) {
      this.plot.setSize({ width, height: HEIGHT_PX });
      this.drawn = "";
      this.picture && this.show(this.picture);
    }
  }

  /**
   * Moves the crosshair.
   *
   * @param {number | null} place
   */
  point(place) {
    const { plot, picture } = this;
    if (!plot || !picture) {
      return;
    }
    const [from, to] = picture.range;
    const shown = place !== null && place >= from && place <= to;
    plot.setCursor({ left: shown ? plot.valToPos(place, "x") : -10, top: shown ? 1 : -10 }, false);
    const dots = shown ? picture.series.flatMap((series) => this.dotOf(plot, series, place)) : [];
    while (this.dots.length < dots.length) {
      const dot = document.createElement("i");
      this.dots.push(dot);
      plot.over.append(dot);
    }
    for (const [index, element] of this.dots.entries()) {
      const dot = dots[index];
      element.hidden = !dot;
      if (dot) {
        element.style.transform = `translate(${dot.left}px, ${dot.top}px)`;
        element.style.background = dot.color;
      }
    }
  }

  /**
   * @param {uPlot} plot
   * @param {Series} series
   * @param {number} place
   */
  dotOf(plot, { points, color }, place) {
    const { axis } = /** @type {Picture} */ (this.picture);
    const at = nearest(points, axis, place);
    const [left, top] = [
      plot.valToPos(points[axis][at], "x"),
      plot.valToPos(points.value[at], "y"),
    ];
    const inside = at >= 0 && left >= 0 && left <= plot.over.clientWidth && top >= 0;
    return inside ? [{ left, top, color: this.color(color) }] : [];
  }

  /** @param {Picture} picture */
  signature({ series, axis, range, log, smoothing }) {
    const curves = series.map(({ key, color, marker, dashed, points }) =>
      [key, color, marker, dashed, points.length, points.revision, points.merged].join("/"),
    );
    return [axis, range, log, smoothing, this.plot?.width, devicePixelRatio, ...curves].join();
  }

  /** Reduces the curves to what has room, and finds the range of their values. */
  measure() {
    const { picture, plot } = this;
    if (!picture || !plot) {
      return;
    }
    const { axis, range, smoothing, log, share } = picture;
    const width = Math.max(Math.round(plot.bbox.width / COLUMN_PX), 1);
    const zoom = { axis, from: range[0], to: range[1], width };
    let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { points } of picture.series) {
      const cache = this.cacheOf(points);
      cache.columns.show(zoom);
      if (smoothing > 0) {
        cache.smooth ??= new Columns(points, true);
        cache.smooth.points = cache.smoothed.at(smoothing);
        cache.smooth.show(zoom);
      }
      const { columns } = cache;
      least = Math.min(least, log ? columns.leastPositive : columns.least);
      greatest = Math.max(greatest, columns.greatest);
    }
    this.values = valueRange(least, greatest, { log, share });
  }

  /** @param {Points} points */
  cacheOf(points) {
    let cache = this.caches.get(points);
    if (!cache) {
      cache = { columns: new Columns(points), smoothed: new Smoothed(points), smooth: null };
      this.caches.set(points, cache);
    }
    return cache;
  }

  /** @param {uPlot} plot */
  drawCurves(plot) {
    const { picture } = this;
    if (!picture) {
      return;
    }
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio * this.scale;
    const scales = this.scales(plot);
    // A mark on the last point stands half out of the plot; lines that go on end with it.
    const beyond = (picture.range[1] < picture.end ? 2 : MARK_PX) * ratio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top - ratio, bbox.width + beyond, bbox.height + 2 * ratio);
    ctx.clip();
    const smoothed = picture.smoothing > 0;
    for (const { points, color, marker, dashed } of picture.series) {
      const look = { color: this.color(color), dashed, marker, opacity: 1, behind: false, ratio };
      const { columns, smooth } = this.cacheOf(points);
      const faint = { ...look, opacity: RAW_OPACITY, behind: true, marker: 0, dashed: false };
      drawCurve(ctx, columns, scales, smoothed ? faint : look);
      if (smoothed && smooth) {
        drawCurve(ctx, smooth, scales, look);
      }
    }
    ctx.restore();
  }

  /** @param {uPlot} plot */
  scales({ bbox }) {
    const { range, log } = /** @type {Picture} */ (this.picture);
    const right = bbox.width / (range[1] - range[0]);
    const form = log ? Math.log10 : (/** @type {number} */ value) => value;
    const bottom = form(this.values[0]);
    const up = bbox.height / (form(this.values[1]) - bottom);
    return {
      x: (/** @type {number} */ x) => bbox.left + (x - range[0]) * right,
      y: (/** @type {number} */ y) => bbox.top + bbox.height - (form(y) - bottom) * up,
    };
  }

  /** @param {number} number */
  color(number) {
    let color = this.colors.get(number);
    if (!color) {
      color = this.token(`--series-${number}`);
      this.colors.set(number, color);
    }
    return color;
  }

  /** @param {string} name */
  token(name) {
    return getComputedStyle(this.target).getPropertyValue(name).trim();
  }

  build() {
    this.destroy();
    this.drawn = "";
    this.dots = [];
    const data = /** @type {uPlot.AlignedData} */ ([
      [0, 1],
      [1, 1],
    ]);
    this.plot = new uPlot(this.options(), data, this.target);
    const { plot, hands } = this;
    followFingers(plot.over, {
      placeAt: (left) => plot.posToVal(left, "x"),
      end: () => /** @type {Picture} */ (this.picture).end,
      ...hands,
    });
  }

  /** @returns {uPlot.Options} */
  options() {
    const { axis, range } = /** @type {Picture} */ (this.picture);
    const { size, scale } = this;
    return {
      width: size?.width ?? this.target.clientWidth,
      height: size?.height ?? HEIGHT_PX,
      padding: [8 * scale, 10 * scale, 0, 0],
      legend: { show: false },
      cursor: this.cursorOptions(),
      scales: {
        x: { time: false, range: () => this.picture?.range ?? range },
        y: { distr: this.picture?.log ? 3 : 1, range: () => this.values },
      },
      axes: [this.placeAxis(axis), this.valueAxis()],
      hooks: {
        draw: [(plot) => this.drawCurves(plot)],
        setCursor: [(plot) => this.pointed(plot)],
        setSelect: [(plot) => this.selected(plot)],
      },
      series: [{}, { paths: () => null, points: { show: false } }],
    };
  }

  /** What both axes look like. */
  axisLooks() {
    return {
      stroke: () => this.token("--text-muted"),
      grid: { stroke: () => this.token("--grid"), width: this.scale },
      ticks: { show: false },
      font: `${Math.round(11 * this.scale)}px ${getComputedStyle(this.target).fontFamily}`,
    };
  }

  /** @param {Axis} axis @returns {uPlot.Axis} */
  placeAxis(axis) {
    const { scale } = this;
    const looks = this.axisLooks();
    const length = () => {
      const [from, to] = /** @type {Picture} */ (this.picture).range;
      return to - from;
    };
    return {
      ...looks,
      label: axisName(axis, length()),
      labelFont: looks.font,
      labelSize: 14 * scale,
      labelGap: 0,
      size: 25 * scale,
      gap: 5 * scale,
      space: 44 * scale,
      incrs: () => distances(axis, length()),
      values: (_, marks, __, ___, apart) => placeLabels(axis, marks, length(), apart),
    };
  }

  /** @returns {uPlot.Axis} */
  valueAxis() {
    const { scale } = this;
    const { log } = /** @type {Picture} */ (this.picture);
    return {
      ...this.axisLooks(),
      size: 46 * scale,
      gap: 4 * scale,
      space: 30 * scale,
      incrs: (_, __, least, greatest) => valueDistances(least, greatest),
      filter: (_, marks) => marks,
      values: (_, marks, __, ___, apart) =>
        marks.map((mark) => numberLabel(mark, log ? mark : apart)),
      ...(log ? { splits: (_, __, least, greatest) => powerMarks(least, greatest, 6) } : {}),
    };
  }

  /** @returns {uPlot.Cursor} */
  cursorOptions() {
    return {
      y: false,
      points: { show: false },
      drag: { x: true, y: false, setScale: false, dist: SHORTEST_DRAG_PX },
      bind: {
        dblclick: () => () => {
          this.hands.zoom(null);
          return null;
        },
      },
    };
  }

  /** @param {uPlot} plot */
  pointed(plot) {
    const { left } = plot.cursor;
    this.hands.point(left === undefined || left < 0 ? null : plot.posToVal(left, "x"));
  }

  /** @param {uPlot} plot */
  selected(plot) {
    const { left, width } = plot.select;
    if (width >= SHORTEST_DRAG_PX) {
      this.hands.zoom([plot.posToVal(left, "x"), plot.posToVal(left + width, "x")]);
      plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    }
  }
}
