/** One line that says how far the run is, with a bar below it; its height never changes. */

import { css, html, LitElement, unsafeCSS } from "lit";
import { formatMegabytes, formatNumber, formatSeconds, LanguageController, t } from "../locale.js";
import controls from "../styles/controls.css";

/** @typedef {import("../training-record.js").Progress} Progress */
/** @typedef {import("../protocol.js").ProgramError} ProgramError */

/**
 * What the page says of the present or last run.
 *
 * @typedef {object} RunStatus
 * @property {"idle" | "queued" | "running" | "stopping" | "completed" | "stopped" | "failed"
 *   | "lost" | "fetching"} kind
 * @property {number} [seconds]
 * @property {ProgramError | null} [error]
 * @property {string} [name] What is being fetched.
 * @property {number} [loadedBytes]
 * @property {number} [totalBytes]
 */

export class ProgressLine extends LitElement {
  static properties = { status: {}, progress: {}, version: { type: Number } };

  static styles = [
    unsafeCSS(controls),
    css`
      .line {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        justify-content: space-between;
        gap: 0 var(--space-4);
        min-height: calc(var(--leading) * 1em);
        font-variant-numeric: tabular-nums;
      }

      .detail {
        color: var(--text-muted);
        font-size: var(--size-note);
      }

      .state {
        font-weight: var(--weight-strong);
      }

      .failed .state {
        color: var(--wrong);
      }

      .track {
        height: 4px;
        margin-top: var(--space-2);
        border-radius: 2px;
        background: var(--surface-hover);
        overflow: hidden;
      }

      .bar {
        height: 100%;
        border-radius: 2px;
        background: var(--accent);
        transform-origin: left;
      }

      .failed .bar {
        background: var(--wrong);
      }

      button.link {
        min-height: 0;
        padding: 0;
        border: 0;
        background: none;
        color: var(--accent);
        text-decoration: underline;
      }

      @media (max-width: 60rem) {
        .line {
          min-height: calc(2 * var(--leading) * 1em);
        }
      }

      @media (prefers-reduced-motion: no-preference) {
        .unknown .bar {
          animation: slide 1.4s ease-in-out infinite alternate;
        }

        @keyframes slide {
          from { transform: translateX(0); }
          to { transform: translateX(233%); }
        }
      }
    `,
  ];

  constructor() {
    super();
    /** @type {RunStatus} */
    this.status = { kind: "idle" };
    /** @type {Progress | null} */
    this.progress = null;
    this.version = 0;
    new LanguageController(this);
  }

  render() {
    const { status, progress } = this;
    const busy = status.kind === "running" || status.kind === "stopping";
    const fraction = busy ? (progress?.fraction ?? null) : fractionOf(status);
    const unknown = busy && fraction === null;
    const percent = unknown ? null : Math.round((fraction ?? 0) * 100);
    return html`
      <div class="${status.kind} ${unknown ? "unknown" : ""}">
        <div class="line">
          <span class="state">${this.stateText()}</span>
          <span class="detail">${busy && progress ? detailText(progress) : this.outcome()}</span>
        </div>
        <div
          class="track"
          role="progressbar"
          aria-label=${t("progress.label")}
          aria-valuemin="0"
          aria-valuemax="100"
          aria-valuenow=${percent ?? ""}
        >
          <div class="bar" .style=${`width: ${percent ?? 30}%`}></div>
        </div>
        <p class="hidden-text" role="status">${busy ? t("progress.running") : this.stateText()}</p>
      </div>
    `;
  }

  stateText() {
    const { status, progress } = this;
    if (status.kind === "running" && progress) {
      return modeText(progress);
    }
    const line = status.error?.line;
    if (status.kind === "failed" && line) {
      return t("progress.failedAt", { line });
    }
    const seconds = formatSeconds(status.seconds ?? 0);
    const loaded = formatMegabytes(status.loadedBytes ?? 0);
    const total = formatMegabytes(status.totalBytes ?? 0);
    return t(`progress.${status.kind}`, { seconds, name: status.name ?? "", loaded, total });
  }

  outcome() {
    const line = this.status.error?.line;
    if (this.status.kind === "failed" && line) {
      return html`
        <button class="link" @click=${() => this.goTo(line)}>${t("progress.goToLine")}</button>
      `;
    }
    return this.status.kind === "stopped" ? t("progress.weightsKept") : "";
  }

  /** @param {number} line */
  goTo(line) {
    const options = { detail: line, bubbles: true, composed: true };
    this.dispatchEvent(new CustomEvent("go-to-line", options));
  }
}

/** @param {RunStatus} status */
function fractionOf({ kind, loadedBytes = 0, totalBytes = 0 }) {
  return kind === "fetching" && totalBytes > 0
    ? loadedBytes / totalBytes
    : Number(kind === "completed");
}

/** @param {Progress} progress */
function modeText({ mode, epoch, epochs }) {
  const values = { epoch: epoch + 1, epochs };
  return t(`progress.${mode}`, values);
}

/** @param {Progress} progress */
function detailText({ step, steps, stepsPerSecond, secondsLeft }) {
  const parts = [steps ? t("progress.step", { step, steps }) : t("progress.stepOnly", { step })];
  if (stepsPerSecond > 0) {
    const digits = { maximumFractionDigits: stepsPerSecond < 10 ? 1 : 0 };
    parts.push(t("progress.speed", { speed: formatNumber(stepsPerSecond, digits) }));
  }
  if (secondsLeft !== null) {
    parts.push(t("progress.left", { time: formatSeconds(secondsLeft) }));
  }
  return parts.join(" · ");
}

customElements.define("progress-line", ProgressLine);
