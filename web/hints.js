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
  if (hint.code === "notebook-command") {
    return t("hint.notebookCommand");
  }
  if (hint.code === "out-of-memory") {
    return t("hint.outOfMemory");
  }
  const available = t("hint.unknownModule", { available: hint.available.join(", ") });
  const { suggestion } = hint;
  return suggestion ? `${t("hint.suggestion", { suggestion })} ${available}` : available;
}
