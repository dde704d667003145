/** What the menu of programs lists: the reader's own first, then the examples by group. */

import { language, t } from "./locale.js";
import { examples, shelf } from "./state/program-shelf.js";

/** @typedef {import("./locale.js").StringKey} StringKey */
/** @typedef {{id: string, title: string, about: string, edited: boolean}} Entry */
/** @typedef {{name: string, entries: Entry[]}} Group */

/**
 * @param {string} filter Words that an entry, or its group's name, must all have.
 * @returns {Group[]} Those that have entries.
 */
export function listedGroups(filter) {
  const words = filter.toLocaleLowerCase().split(/\s+/);
  return allGroups()
    .map(({ name, entries }) => ({
      name,
      entries: entries.filter(({ title, about }) => {
        const text = `${title} ${about} ${name}`.toLocaleLowerCase();
        return words.every((word) => text.includes(word));
      }),
    }))
    .filter(({ entries }) => entries.length > 0);
}

/** @returns {Group[]} */
function allGroups() {
  const { own, edited } = shelf.values;
  /** @type {Map<string, Entry[]>} */
  const groups = new Map();
  groups.set(
    t("program.own"),
    own.map(({ id, title }) => ({ id, title, about: "", edited: false })),
  );
  for (const { id, group, title, description } of examples) {
    const name = t(/** @type {StringKey} */ (`group.${group}`));
    const entry = {
      id,
      title: title[language()],
      about: description[language()],
      edited: edited.has(id),
    };
    groups.set(name, [...(groups.get(name) ?? []), entry]);
  }
  return [...groups].map(([name, entries]) => ({ name, entries }));
}
