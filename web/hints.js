/** Words the advice that comes with a Python error in the reader's language. */

import { t } from "./locale.js";

/** @typedef {import("./locale.js").StringKey} StringKey */

/**
 * @param {import("./protocol.js").Hint | null} hint
 * @returns {string} Empty where there is none.
 */
export function describeHint(hint) {
  if (!hint) {
    return "";
  }
  if (hint.code === "unknown-module") {
    return describeUnknownModule(hint);
  }
  if (hint.code === "no-data-set") {
    const { title, addresses, files } = hint;
    return t("hint.no-data-set", {
      title,
      addresses: addresses.join(" , "),
      files: files.join(", "),
    });
  }
  const { code, ...values } = hint;
  return t(`hint.${code}`, values);
}

/** @param {Extract<import("./protocol.js").Hint, {code: "unknown-module"}>} hint */
function describeUnknownModule({ available, suggestion, instead }) {
  const parts = [
    suggestion ? t("hint.suggestion", { suggestion }) : "",
    instead ? t(/** @type {StringKey} */ (`hint.instead.${instead}`)) : "",
    t("hint.unknown-module", { available: available.join(", ") }),
  ];
  return parts.filter(Boolean).join(" ");
}
