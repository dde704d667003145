/** Words the advice that comes with a Python error in the reader's language. */

import { t } from "./locale.js";

/**
 * @param {import("./protocol.js").Hint | null} hint
 * @returns {string} Empty where there is none.
 */
export function describeHint(hint) {
  if (!hint) {
    return "";
  }
  switch (hint.code) {
    case "notebook-command":
      return t("hint.notebookCommand");
    case "out-of-memory":
      return t("hint.outOfMemory");
    case "not-fetched":
      return t("hint.notFetched");
    case "unknown-module":
      return describeUnknownModule(hint);
  }
}

/** @param {Extract<import("./protocol.js").Hint, {code: "unknown-module"}>} hint */
function describeUnknownModule({ available, suggestion }) {
  const known = t("hint.unknownModule", { available: available.join(", ") });
  return suggestion ? `${t("hint.suggestion", { suggestion })} ${known}` : known;
}
