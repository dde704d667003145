/** What of a training the reader looks at: norms of gradients are computed for that alone. */

import { chartView } from "./chart-view.js";
import { python } from "./session.js";

/** What Python was told last; one that has just started knows nothing. */
let told = false;

/** Lets Python know from now on. */
export function watchTraining() {
  chartView.subscribe(() => {
    if (chartView.values.details !== told) {
      tellWatched();
    }
  });
}

export function tellWatched() {
  told = chartView.values.details;
  python().send({ type: "watch", gradients: told });
}
