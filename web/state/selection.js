/** Where the cursor is in the editor. */

import { Store } from "../store.js";

/** Places in the text, in UTF-16 units; equal where nothing is selected. */
export const selection = new Store({ from: 0, to: 0 });
