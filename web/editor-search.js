/** Searching and replacing in the editor: fetched once Python is there, or when it is asked for. */

import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { keymap } from "@codemirror/view";

export { openSearchPanel } from "@codemirror/search";

export const searching = [
  highlightSelectionMatches(),
  search({ top: true }),
  keymap.of(searchKeymap),
];
