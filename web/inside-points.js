/** Points of classes, told apart by form as well as by colour; and their legend. */

import { html, svg } from "lit";
import { CLASS_COLORS, classToken } from "./inside-colors.js";
import { className } from "./prediction-tile.js";

/** The forms of the first classes; later ones have them again in other colours. */
const FORMS = [
  (/** @type {number} */ r) => `M${-r} 0A${r} ${r} 0 1 0 ${r} 0A${r} ${r} 0 1 0 ${-r} 0Z`,
  (/** @type {number} */ r) => `M${-r * 0.9} ${-r * 0.9}H${r * 0.9}V${r * 0.9}H${-r * 0.9}Z`,
  (/** @type {number} */ r) => `M0 ${-r * 1.2}L${r * 1.15} ${r * 0.85}H${-r * 1.15}Z`,
  (/** @type {number} */ r) => `M0 ${-r * 1.3}L${r * 1.3} 0L0 ${r * 1.3}L${-r * 1.3} 0Z`,
  (/** @type {number} */ r) => {
    const [a, b] = [(r * 1.25).toFixed(2), (r * 0.42).toFixed(2)];
    return `M-${b} -${a}H${b}V-${b}H${a}V${b}H${b}V${a}H-${b}V${b}H-${a}V-${b}H-${b}Z`;
  },
  (/** @type {number} */ r) => `M${-r * 1.3} ${-r * 0.55}H${r * 1.3}V${r * 0.55}H${-r * 1.3}Z`,
  (/** @type {number} */ r) => `M${-r * 1.15} ${-r * 0.85}H${r * 1.15}L0 ${r * 1.2}Z`,
];

/**
 * @param {number} x
 * @param {number} y
 * @param {number} label
 * @param {number} [radius]
 */
export function classPoint(x, y, label, radius = 1.1) {
  return svg`
    <path
      class="class-point"
      style="--color: var(${classToken(label)})"
      transform="translate(${x.toFixed(2)} ${y.toFixed(2)})"
      d=${FORMS[label % FORMS.length](radius)}
    />
  `;
}

/** @param {number[]} labels @param {string[] | null} names */
export function classLegend(labels, names) {
  const shown = [...new Set(labels)].sort((a, b) => a - b).slice(0, CLASS_COLORS * FORMS.length);
  return html`
    <ul class="legend" role="list">
      ${shown.map(
        (label) => html`
          <li>
            <svg viewBox="-2 -2 4 4" width="14" height="14" aria-hidden="true">${classPoint(0, 0, label, 1.3)}</svg>
            ${className(label, names)}
          </li>
        `,
      )}
    </ul>
  `;
}
