/** Offers to clean up what was pasted, where it brought along what Python does not understand. */

import { EditorView } from "@codemirror/view";
import { language, t } from "./locale.js";
import { offer, toast } from "./state/notices.js";

/** @typedef {import("./locale.js").StringKey} StringKey */

/** Longer pastes are looked at in vain: nobody copied them from a page. */
const MAX_LENGTH = 2_000_000;

export const pasteHelp = EditorView.updateListener.of(({ transactions, view }) => {
  for (const transaction of transactions) {
    if (transaction.isUserEvent("input.paste") || transaction.isUserEvent("input.drop")) {
      transaction.changes.iterChanges((_fromA, _toA, from, to) => {
        look(view, from, to).catch(() => {}); // a help that does not come is none
      });
    }
  }
});

/**
 * @param {EditorView} view
 * @param {number} from
 * @param {number} to
 */
async function look(view, from, to) {
  if (to - from > MAX_LENGTH) {
    return;
  }
  const pasted = view.state.sliceDoc(from, to);
  const whole = view.state.doc.toString().trim() === pasted.trim();
  const { cleanUp } = await import("./clean-up.js");
  const { text, found } = cleanUp(pasted, whole);
  if (found.length > 0) {
    const names = found.map((dirt) => t(/** @type {StringKey} */ (`paste.${dirt}`)));
    const what = new Intl.ListFormat(language()).format(names);
    const run = () => replace(view, from, pasted, text);
    offer("paste.offer", { what }, [{ key: "paste.clean", run }]);
  }
}

/**
 * @param {EditorView} view
 * @param {number} from Where it was pasted; it may have moved since.
 * @param {string} pasted
 * @param {string} clean
 */
function replace(view, from, pasted, clean) {
  const { state } = view;
  const isThere = state.sliceDoc(from, from + pasted.length) === pasted;
  const at = isThere ? from : state.doc.toString().indexOf(pasted);
  if (at === -1) {
    toast("paste.gone");
    return;
  }
  view.dispatch({
    changes: { from: at, to: at + pasted.length, insert: clean },
    selection: { anchor: at + clean.length },
    scrollIntoView: true,
    userEvent: "input.clean",
  });
  view.focus();
}
