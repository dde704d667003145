/** The lessons, fetched when they are first opened; and the meaning of terms, when one is first met. */

import { fetchPart } from "./layout.js";
import { readOfTab } from "./state/storage.js";

/** @type {Promise<typeof import("./state/lessons.js")> | null} */
let fetching = null;

/** @returns {Promise<typeof import("./state/lessons.js") | null>} */
async function lessons() {
  const came = await fetchPart(async () => {
    fetching ??= fetchLessons().catch((error) => {
      fetching = null;
      throw error;
    });
    await fetching;
  });
  return came ? fetching : null;
}

async function fetchLessons() {
  const [state] = await Promise.all([
    import("./state/lessons.js"),
    import("./widgets/lesson-rail.js"),
    import("./widgets/expected-chart.js"),
  ]);
  state.watchLessons();
  return state;
}

/** The first term that is met brings what terms mean. */
export function listenForTerms() {
  /** @param {Event} event */
  const meet = (event) => {
    const { detail } = /** @type {CustomEvent<import("./terms.js").Term>} */ (event);
    if (detail.anchor) {
      removeEventListener("term", meet);
      import("./widgets/term-tip.js").then(
        ({ showTerm }) => showTerm(detail),
        () => listenForTerms(),
      );
    }
  };
  addEventListener("term", meet);
}

/** Opens the rail, or closes it. */
export async function toggleLessons() {
  const state = await lessons();
  state?.showRail(!state.learning.values.open);
}

/** A lesson that somebody has written. @param {File} file */
export async function openLessonFile(file) {
  const state = await lessons();
  state?.openLessonFile(file);
}

/** Goes on with the lesson that was open in this tab. */
export function goOnLearning() {
  if (readOfTab("pykeras.lesson")) {
    lessons().then((state) => state?.showRail(true));
  }
}
