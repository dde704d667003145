/** Which classes a model takes for which: a table whose cells show their samples. */

import { html } from "lit";
import { t } from "./locale.js";
import { className } from "./prediction-tile.js";
import { rove, settle } from "./roving.js";

/** @typedef {import("./protocol.js").Cell} Cell */

/**
 * @param {number[][]} matrix Counts of true classes (rows) by answers (columns).
 * @param {string[] | null} names
 * @param {Cell | null} chosen
 * @param {(cell: Cell) => void} choose
 */
export function confusionMatrix(matrix, names, chosen, choose) {
  const most = matrix.map((row) => Math.max(...row, 1));
  const first = chosen ?? { truth: 0, guess: 0 };
  return html`
    <div class="matrix" @keydown=${rove} @focusin=${settle}>
      <table>
        <caption>${t("matrix.caption")}</caption>
        <thead>
          <tr>
            <th scope="col" class="corner">${t("matrix.corner")}</th>
            ${matrix.map((_, guess) => html`<th scope="col">${className(guess, names)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${matrix.map(
            (row, truth) => html`
              <tr>
                <th scope="row">${className(truth, names)}</th>
                ${row.map((count, guess) => {
                  const isChosen = chosen?.truth === truth && chosen.guess === guess;
                  const label = t("matrix.cell", {
                    truth: className(truth, names),
                    guess: className(guess, names),
                    count,
                  });
                  return html`
                    <td>
                      <button
                        class="cell ${truth === guess ? "right" : count > 0 ? "wrong" : "none"}"
                        style="--share: ${Math.round((100 * count) / most[truth])}%"
                        data-stop
                        tabindex=${truth === first.truth && guess === first.guess ? 0 : -1}
                        aria-pressed=${isChosen}
                        aria-label=${label}
                        title=${label}
                        @click=${() => choose({ truth, guess })}
                      >
                        ${count > 0 ? count : "·"}
                      </button>
                    </td>
                  `;
                })}
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>
  `;
}
