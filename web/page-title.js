/** Says in the title of the tab how far a run is, for readers who look at another one meanwhile. */

import { formatPercent, t } from "./locale.js";
import { program } from "./state/programs.js";
import { session } from "./state/session.js";
import { training } from "./state/training.js";

/** A hidden tab draws no frames, so the clock asks, not the stores. */
const INTERVAL_MS = 1000;

export function keepTitle() {
  setInterval(showTitle, INTERVAL_MS);
  session.subscribe(showTitle);
  program.subscribe(showTitle);
  showTitle();
}

function showTitle() {
  const title = `${mark()}${program.values.title} · ${t("app.title")}`;
  if (document.title !== title) {
    document.title = title;
  }
}

function mark() {
  const { status, pace } = session.values;
  const fraction = training.values.record.progress?.fraction ?? null;
  if (status.kind === "running" || status.kind === "stopping") {
    const how = pace === "paused" ? "⏸ " : "▶ ";
    return how + (fraction === null ? "" : `${formatPercent(fraction, 0)} · `);
  }
  return status.kind === "failed"
    ? `${t("title.failed")} · `
    : status.kind === "completed"
      ? "✓ "
      : "";
}
