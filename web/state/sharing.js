/** Programs that come with a link, and the link of the open one. */

import { chooseSeed } from "./actions.js";
import { tell } from "./notices.js";
import { addOwn, exampleNamed, ownProgram, shelf } from "./program-shelf.js";
import { chooseProgram, openProgram, program } from "./programs.js";
import { session } from "./session.js";

/** @typedef {import("../share-link.js").Shared} Shared */

const PREFIX = "#p=";

/** Opens what the page's address holds, now and whenever another one is put into it. */
export function listenForLinks() {
  addEventListener("hashchange", arrive);
  arrive();
}

/**
 * The program becomes one of the reader's own, beside the others, and waits to be run. The address
 * is as it was before, so that a reload opens what the reader has made of it.
 */
async function arrive() {
  const { hash, pathname, search } = location;
  if (!hash.startsWith(PREFIX)) {
    return;
  }
  history.replaceState(null, "", pathname + search);
  try {
    const { sharedOf } = await import("../share-link.js");
    await open(sharedOf(hash));
  } catch (error) {
    const isNewer = error instanceof Error && error.message === "newer";
    tell(isNewer ? "notice.newerLink" : "notice.badLink", {});
  }
}

/** @param {Shared} shared */
async function open({ code, title, seed }) {
  if (code === null) {
    if (!exampleNamed(title)) {
      throw new Error("damaged");
    }
    await chooseProgram(title);
  } else {
    const same = shelf.values.own.find(({ id }) => ownProgram(id)?.text === code);
    openProgram((same ?? addOwn(title, code)).id);
    tell("notice.fromLink", { title: program.values.title });
  }
  if (seed !== null) {
    chooseSeed(seed);
  }
}

/** @returns {Promise<{address: string, tooLong: boolean}>} The open program's link. */
export async function linkOfProgram() {
  const { fragmentOf, LONGEST_LINK } = await import("../share-link.js");
  const { example, edited, title, text } = program.values;
  const { seed } = session.values;
  const shared =
    example && !edited ? { code: null, title: example.id } : { code: text.toWellFormed(), title };
  const address = location.href.split("#")[0] + fragmentOf({ ...shared, seed });
  return { address, tooLong: address.length > LONGEST_LINK };
}
