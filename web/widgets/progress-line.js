/** One line that says how far the run is, with a bar below it; its height never changes. */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { formatMegabytes, formatNumber, formatSeconds, LanguageController, t } from "../locale.js";
import { goToLine, mendError, program } from "../state/programs.js";
import { session } from "../state/session.js";
import { training } from "../state/training.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";
import { tellTerm } from "../terms.js";

/** @typedef {import("../state/training-record.js").Progress} Progress */

/** @typedef {import("../state/session.js").RunStatus} RunStatus */

export class ProgressLine extends LitElement {
  static styles = [
    unsafeCSS(controls),
    css`
      .line {
        display: flex;
        align-items: baseline;
        gap: 0 var(--space-3);
        min-width: 0;
        font-size: var(--size-note);
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }

      .state {
        flex: none;
        max-width: 100%;
        overflow: hidden;
        font-weight: var(--weight-strong);
        text-overflow: ellipsis;
      }

      .failed .state {
        color: var(--wrong);
      }

      .detail {
        min-width: 0;
        overflow: hidden;
        color: var(--text-muted);
        text-overflow: ellipsis;
      }

      .track {
        height: 4px;
        margin-top: var(--space-1);
        border-radius: 2px;
        background: var(--surface-hover);
        overflow: hidden;
      }

      .bar {
        height: 100%;
        border-radius: 2px;
        background: var(--accent);
      }

      .paused .bar {
        background: var(--caution-line);
      }

      .failed .bar {
        background: var(--wrong);
      }

      button.link {
        min-height: 1.5rem;
        padding: 0;
        border: 0;
        background: none;
        color: var(--accent);
        text-decoration: underline;
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
    new StoreController(this, session, training, program);
    new LanguageController(this);
  }

  get status() {
    return session.values.status;
  }

  get progress() {
    return training.values.record.progress;
  }

  render() {
    const { status, progress } = this;
    const { pace } = session.values;
    const busy = status.kind === "running" || status.kind === "stopping";
    const fraction = busy ? (progress?.fraction ?? null) : fractionOf(status);
    const unknown = busy && fraction === null && pace !== "paused";
    const percent = unknown ? null : Math.round((fraction ?? 0) * 100);
    return html`
      <div class="${status.kind} ${unknown ? "unknown" : ""} ${busy ? pace : ""}">
        <div class="line">
          <span
            class="state"
            data-term=${busy ? "epoch" : nothing}
            @pointerover=${tellTerm}
            @pointerleave=${tellTerm}
          >${this.stateText()}</span>
          <span class="detail">${busy && progress ? detailText(progress) : this.outcome()}</span>
        </div>
        <div
          class="track"
          role="progressbar"
          aria-label=${t("progress.label")}
          aria-valuemin="0"
          aria-valuemax="100"
          aria-valuenow=${percent ?? nothing}
        >
          <div class="bar" .style=${`width: ${percent ?? 30}%`}></div>
        </div>
        <p class="hidden-text" role="status">${busy ? this.announcement() : this.stateText()}</p>
      </div>
    `;
  }

  stateText() {
    const { status, progress } = this;
    if (status.kind === "running" && progress) {
      const { pace } = session.values;
      return pace === "going" ? modeText(progress) : pausedText(pace, progress);
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

  /** What is said aloud while a program runs: how it goes, not every step of it. */
  announcement() {
    return session.values.pace === "paused" ? t("progress.pausedShort") : t("progress.running");
  }

  /** What would mend the error, where Python knows it and the program is still the one that ran. */
  mend() {
    const mend = program.values.error?.mend;
    return mend
      ? html`<button class="link" @click=${mendError}>${t("progress.mend")}</button>`
      : nothing;
  }

  outcome() {
    const { kind, error } = this.status;
    if (kind === "failed" && error) {
      const { line, text } = error;
      const [first] = text.split("\n");
      return line === null
        ? first
        : html`
          <button class="link" @click=${() => goToLine(line)}>${t("progress.goToLine")}</button>
          ${this.mend()}
          <span title=${first}>${first}</span>
        `;
    }
    return kind === "stopped" ? t("progress.weightsKept") : "";
  }
}

/**
 * @param {"pausing" | "paused"} pace
 * @param {Progress} progress
 */
function pausedText(pace, { mode, epoch, epochs }) {
  const values = { epoch: epoch + 1, epochs };
  return t(mode === "loop" ? `progress.${pace}Loop` : `progress.${pace}`, values);
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
