/** Runs as a table of comma-separated values: a row for every point of every curve. */

/** @typedef {import("./state/runs.js").Run} Run */

const HEADER = ["run", "name", "fit", "model", "metric", "step", "epoch", "seconds", "value"];

/** @param {Run[]} runs */
export function csvOf(runs) {
  const rows = runs.flatMap((run) =>
    run.curves.fits.flatMap((fit, index) =>
      fit.curves.flatMap(({ name, step, epoch, time, value }) =>
        Array.from(value, (_, at) => [
          run.number,
          run.name,
          index + 1,
          fit.label,
          name,
          step[at],
          Number.isNaN(epoch[at]) ? "" : epoch[at],
          time[at],
          value[at],
        ]),
      ),
    ),
  );
  return [HEADER, ...rows].map((row) => row.map(cell).join(",")).join("\r\n");
}

/** @param {string | number} value */
function cell(value) {
  const text = String(value);
  // A cell that begins like a formula is text, also to a spreadsheet that would compute it.
  const safe = typeof value === "string" && /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
