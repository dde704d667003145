/**
 * Earlier states of programs: each text that was run, and what was written in between, every few
 * minutes. Texts that are about to be replaced as a whole are kept, too.
 */

import { Store } from "../store.js";
import { exampleNamed, ownProgram } from "./program-shelf.js";
import { program, restoreProgram } from "./programs.js";
import { addVersion, forgetVersions, readVersions } from "./version-store.js";

/** @typedef {import("./version-store.js").Version} Version */

/** A text that has rested for so long is a state. */
const REST_MS = 8000;
/** Of states that were not run, the newer replaces one that is not older than this. */
const APART_MS = 120_000;

export const versions = new Store(
  /** @type {{program: string, versions: Version[]}} */ ({ program: "", versions: [] }),
);

/** The state that was kept last of each program. @type {Map<string, Version>} */
const latest = new Map();
/** Writes go one after the other. @type {Promise<void>} */
let turns = Promise.resolve();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let resting;
/** What the editor held when the store last changed. */
let seen = program.values;

/** Begins to keep what the editor holds. */
export function keepVersions() {
  program.subscribe(() => {
    const { id, text, opened } = program.values;
    if (id === seen.id && text === seen.text) {
      seen = program.values;
      return;
    }
    const left = seen;
    seen = program.values;
    if (id !== left.id || opened !== left.opened || !latest.has(id)) {
      keepVersion(left, "left"); // another took its place, or it is changed for the first time
    }
    clearTimeout(resting);
    resting = setTimeout(() => keepVersion(program.values, "written"), REST_MS);
  });
}

/**
 * Keeps a state, unless it is the one that was kept last.
 *
 * @param {{id: string, title: string, text: string}} state
 * @param {Version["why"]} why
 */
export function keepVersion({ id, title, text }, why) {
  const at = Date.now();
  turns = turns.then(async () => {
    const last = latest.get(id) ?? (await readVersions(id))[0];
    const isSame = last?.text === text;
    if (last) {
      latest.set(id, last);
    }
    if (text.trim() === "" || (isSame && (why !== "ran" || last.why === "ran"))) {
      return;
    }
    const isNear = last?.why === "written" && Math.abs(at - last.at) < APART_MS;
    const version = { program: id, title, text, at, why };
    const added = await addVersion(version, isSame || isNear ? last.id : null);
    if (added !== null) {
      latest.set(id, { ...version, id: added });
    }
  });
  return turns;
}

/** Reads what is kept of the open program. */
export async function lookAtVersions() {
  const { id } = program.values;
  await keepVersion(program.values, "written");
  versions.set({ program: id, versions: await readVersions(id) });
}

/** Puts a state back into the editor; can be undone. @param {Version} version */
export function restoreVersion({ program: id, title, text }) {
  return restoreProgram(id, title, text);
}

/** Programs that are gone need none. */
export function tidyVersions() {
  forgetVersions((id) => ownProgram(id) !== null || exampleNamed(id) !== null);
}
