/** Tells of terms that the pointer or the focus is on: marked by `data-term`, in any shadow root. */

/** @typedef {{anchor: HTMLElement | null, by: "pointer" | "focus"}} Term */

/**
 * Heard by whatever holds terms: what moves inside of one shadow root does not leave it, so that
 * nobody hears of it from outside.
 *
 * @param {Event} event One that enters (pointerover, focusin), or leaves.
 */
export function tellTerm(event) {
  const leaves = event.type === "pointerleave" || event.type === "focusout";
  const anchor = event
    .composedPath()
    .find((part) => part instanceof HTMLElement && part.dataset.term !== undefined);
  const by = event.type.startsWith("pointer") ? "pointer" : "focus";
  dispatchEvent(
    new CustomEvent("term", { detail: { anchor: leaves ? null : (anchor ?? null), by } }),
  );
}
