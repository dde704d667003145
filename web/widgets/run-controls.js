/** Run, pause, step and stop. */

import { css, html, LitElement, unsafeCSS } from "lit";
import { LanguageController, t } from "../locale.js";
import { keysOf } from "../shortcuts.js";
import { pauseOrResume, runOrResume, stepTraining, stopProgram } from "../state/actions.js";
import { session } from "../state/session.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";

/** @typedef {import("../locale.js").StringKey} StringKey */

/** Outlines on a grid of 12 by 12. */
const ICONS = {
  run: "M2.5 1v10l8.5-5z",
  pause: "M2 1h3v10H2zM7 1h3v10H7z",
  step: "M2 1v10l6-5zM9 1h2v10H9z",
  epoch: "M0 1v10l5-5zM5 1v10l5-5zM10 1h2v10h-2z",
  stop: "M1 1h10v10H1z",
};

export class RunControls extends LitElement {
  static styles = [
    unsafeCSS(controls),
    css`
      :host {
        display: flex;
        gap: var(--space-1);
      }

      button {
        display: inline-flex;
        align-items: center;
        justify-content: center;
        gap: var(--space-2);
        padding: 0 var(--space-2);
        white-space: nowrap;
      }

      button.primary {
        min-width: 5.5rem;
        padding: 0 var(--space-3);
      }

      svg {
        flex: none;
        fill: currentColor;
      }

      /* Where there is little room the pictures stand alone; their names stay for those who
         cannot see them. */
      @media (max-width: 84rem) {
        button:not(.primary) .name {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }

        button:not(.primary) {
          min-width: var(--control-height);
        }
      }

      @media (max-width: 60rem) {
        button.primary {
          flex: 1;
        }

        button:not(.primary) {
          min-width: 3rem;
        }
      }
    `,
  ];

  constructor() {
    super();
    new StoreController(this, session);
    new LanguageController(this);
  }

  render() {
    const { state, queued, training, pace, canPause } = session.values;
    const busy = state === "running" || state === "stopping";
    const paused = pace === "paused";
    const holds = training && state === "running" && canPause;
    const idle = (state === "ready" || state === "loading") && !queued;
    return [
      this.button(
        "run",
        queued ? "queued" : paused ? "resume" : "run",
        idle || paused,
        runOrResume,
      ),
      this.button(
        "pause",
        pace === "pausing" ? "pausing" : "pause",
        holds && !paused,
        pauseOrResume,
      ),
      this.button("step", "step", holds || (idle && canPause), () => stepTraining("step")),
      this.button("epoch", "epoch", holds, () => stepTraining("epoch")),
      this.button("stop", state === "stopping" ? "stopNow" : "stop", busy || queued, stopProgram),
    ];
  }

  /**
   * @param {keyof typeof ICONS} action
   * @param {string} word What it is called now.
   * @param {boolean} enabled
   * @param {() => void} act
   */
  button(action, word, enabled, act) {
    const name = t(/** @type {StringKey} */ (`run.${word}`));
    const { keys, shown } = keysOf(action);
    return html`
      <button
        class="${action} ${action === "run" ? "primary" : ""}"
        aria-disabled=${!enabled}
        aria-keyshortcuts=${keys}
        title=${t(/** @type {StringKey} */ (`run.${action}Title`), { keys: shown })}
        @click=${() => enabled && act()}
      >
        <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
          <path d=${ICONS[action]} />
        </svg>
        <span class="name">${name}</span>
      </button>
    `;
  }
}

customElements.define("run-controls", RunControls);
