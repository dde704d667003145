/** A text as the model reads it, each word with what it does for the answer. */

import { css, html, nothing } from "lit";
import { InsideElement } from "../../inside-element.js";
import { sampleHead } from "../../inside-parts.js";
import { formatMetric, t } from "../../locale.js";
import { rove, settle } from "../../roving.js";

/** @typedef {import("../../protocol.js").TokensReport} TokensReport */

/** @extends {InsideElement<TokensReport>} */
class InsideTokens extends InsideElement {
  static styles = [
    .../** @type {import("lit").CSSResult[]} */ (InsideElement.styles),
    css`
      .text {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1);
        margin: 0;
        padding: 0;
        list-style: none;
      }

      .token {
        position: relative;
        padding: 0 var(--space-2) 3px;
        border-radius: var(--radius-small);
        background: var(--surface-sunken);
        line-height: 1.8;
      }

      .token::after {
        position: absolute;
        inset: auto 0 0;
        height: calc(1px + 4px * var(--weight));
        background: var(--series-2);
        content: "";
      }

      .token.below::after {
        background: var(--series-1);
      }

      .token small {
        color: var(--text-muted);
        font-size: var(--size-small);
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  render() {
    const { report } = this;
    if (!report) {
      return nothing;
    }
    const { tokens, hidden, known } = report;
    const most = Math.max(...tokens.map(({ fall }) => Math.abs(fall) || 0), 1e-12);
    return html`
      ${sampleHead(report)}
      <ol class="text" @keydown=${rove} @focusin=${settle}>
        ${tokens.map(({ word, number, fall }, at) => {
          const said = t(fall < 0 ? "inside.tokenAgainst" : "inside.tokenFor", {
            word: word || `#${number}`,
            fall: formatMetric(Math.abs(fall)),
          });
          return html`
            <li
              class="token ${fall < 0 ? "below" : ""}"
              data-stop
              tabindex=${at === 0 ? 0 : -1}
              style="--weight: ${(Math.abs(fall) / most || 0).toFixed(2)}"
              aria-label=${said}
              title=${said}
            >
              ${word || "·"} ${number >= 0 ? html`<small>${number}</small>` : nothing}
              <small>${fall < 0 ? "−" : "+"}${formatMetric(Math.abs(fall))}</small>
            </li>
          `;
        })}
      </ol>
      <p class="note">${t("inside.tokensLegend")} ${known ? "" : t("inside.noWords")}</p>
      ${hidden > 0 ? html`<p class="note">${t("inside.moreValues", { count: hidden })}</p>` : nothing}
    `;
  }
}

customElements.define("inside-tokens", InsideTokens);
