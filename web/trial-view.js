/** What a model says of what the reader tries: bars for its probabilities, numbers, or an image. */

import { html, nothing } from "lit";
import { imageCanvas } from "./images.js";
import { formatMetric, formatPercent, t } from "./locale.js";
import { className } from "./prediction-tile.js";

/** @typedef {import("./protocol.js").Said} Said */
/** @typedef {import("./protocol.js").Says} Says */
/** @typedef {import("./protocol.js").Bars} Bars */

/** @param {Said} said */
export function trialView({ seen, words, cut, outputs }) {
  return html`
    ${
      seen
        ? html`<figure class="seen">
            <div class="frame">${imageCanvas(seen, 0)}</div>
            <figcaption>${t("try.seen", { size: `${seen.width} × ${seen.height}` })}</figcaption>
          </figure>`
        : nothing
    }
    <div class="outputs">
      ${words.length > 0 ? wordsView(words, cut) : nothing}
      ${outputs.map(
        ({ name, says }) => html`
          ${outputs.length > 1 ? html`<h3>${name}</h3>` : nothing}
          ${saysView(says)}
        `,
      )}
      ${outputs.length === 0 ? html`<p>${t("try.nothing")}</p>` : nothing}
    </div>
  `;
}

/** The answer in few words, for a listener and for a glance. @param {Says} says @returns {string} */
function shortAnswer(says) {
  switch (says.kind) {
    case "classes": {
      const best = says.shares.indexOf(Math.max(...says.shares));
      return t("try.answer", { name: nameOf(says, best), percent: percentOf(says.shares[best]) });
    }
    case "labels": {
      const found = says.shares.flatMap((share, at) => (share > 0.5 ? [nameOf(says, at)] : []));
      return found.length > 0 ? found.join(t("set.and")) : t("try.noLabel");
    }
    case "numbers":
      return says.values.map(formatMetric).join(t("set.and"));
    case "nan":
      return t("try.nan");
    case "one":
      return t("try.oneClass");
    case "image":
      return t("try.image");
    case "form":
      return t("try.form", { shape: `(${says.shape.join(", ")})` });
  }
}

/** The answer for a listener: while it trains, it is told again only when it is another. @param {Says} says */
export function spokenAnswer(says, training = false) {
  if (says.kind === "classes" && training) {
    return nameOf(says, says.shares.indexOf(Math.max(...says.shares)));
  }
  return says.kind === "numbers" && training ? "" : shortAnswer(says);
}

/** @param {Says} says */
function saysView(says) {
  switch (says.kind) {
    case "classes":
    case "labels":
      return barsView(says);
    case "numbers":
      return html`
        <dl class="values">
          ${says.values.map(
            (value, at) => html`
              <div>
                <dt>${says.names?.[at] ?? (says.values.length > 1 ? `y[${at}]` : t("try.value"))}</dt>
                <dd>${formatMetric(value)}</dd>
              </div>
            `,
          )}
        </dl>
      `;
    case "image":
      return html`<figure class="made"><div class="frame">${imageCanvas(says.images, 0)}</div><figcaption>${t("try.image")}</figcaption></figure>`;
    default:
      return html`<p class=${says.kind === "nan" ? "trouble" : ""}>${shortAnswer(says)}</p>`;
  }
}

/** @param {Bars} bars */
function barsView(bars) {
  const { kind, shares, rest, classes } = bars;
  const best = shares.indexOf(Math.max(...shares));
  const guessed = (/** @type {number} */ at) =>
    kind === "classes" ? at === best : shares[at] > 0.5;
  return html`
    <p class="short">${shortAnswer(bars)}</p>
    <ul class="shares" aria-label=${t("try.shares")}>
      ${shares.map(
        (share, at) => html`
          <li class=${guessed(at) ? "guessed" : ""}>
            <span class="name">${nameOf(bars, at)}</span>
            <span class="track" aria-hidden="true"><span style="width: ${100 * share}%"></span></span>
            <span class="percent">${percentOf(share)}</span>
          </li>
        `,
      )}
    </ul>
    ${
      classes > shares.length
        ? html`<p class="note">${t("try.rest", { count: classes - shares.length, percent: percentOf(rest) })}</p>`
        : nothing
    }
  `;
}

/**
 * @param {Bars} bars
 * @param {number} at
 */
function nameOf({ names, shown }, at) {
  return names ? names[at] : className(shown[at], null);
}

/** @param {number} share */
function percentOf(share) {
  return formatPercent(share, share > 0.99 || share < 0.01 ? 1 : 0);
}

/**
 * @param {Said["words"]} words
 * @param {number} cut
 */
function wordsView(words, cut) {
  const unknown = words.filter(({ known }) => !known).length;
  return html`
    <p class="words" aria-label=${t("try.words")}>
      ${words.map(
        ({ word, known }) => html`<span class="word ${known ? "" : "unknown"}">${word}</span> `,
      )}
    </p>
    ${
      unknown === words.length
        ? html`<p class="note">${t("try.noWordKnown")}</p>`
        : unknown > 0
          ? html`<p class="note">${t("try.unknownWords", { count: unknown })}</p>`
          : nothing
    }
    ${cut > 0 ? html`<p class="note">${t("try.cut", { count: cut })}</p>` : nothing}
  `;
}
