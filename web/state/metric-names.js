/**
 * Names of metrics over several models. Keras numbers metrics of one class by the order in which
 * they were made, so that a second model's precision is called `precision_1`.
 */

const VALIDATION = "val_";

/** @param {string} name */
function parted(name) {
  const validation = name.startsWith(VALIDATION);
  const own = validation ? name.slice(VALIDATION.length) : name;
  const [, base, number] = /^(.*?)(?:_(\d+))?$/.exec(own) ?? ["", own, undefined];
  return { validation, own, base, number: Number(number ?? 0) };
}

/**
 * Under which name to show each metric of each fit, so that those of one class share theirs.
 *
 * A number is left out only where another fit has the name without it, and none that both have
 * says otherwise: `top_5` stays `top_5`, and two precisions of one model stay two.
 *
 * @param {string[][]} fits The names of each fit's curves.
 * @returns {Map<string, string>[]} For each fit, the name to show by its own name.
 */
export function sharedNames(fits) {
  const own = fits.map((names) => new Set(names.map((name) => parted(name).own)));
  /** For each base, the names of the first fit that has it unnumbered. @type {Map<string, string[]>} */
  const models = new Map();
  for (const names of own) {
    for (const name of names) {
      if (!models.has(name) && parted(name).base === name) {
        models.set(name, family(names, name));
      }
    }
  }
  return fits.map(
    (names, index) => new Map(names.map((name) => [name, shared(name, own[index], models)])),
  );
}

/**
 * @param {Set<string>} names
 * @param {string} base
 * @returns {string[]} Those of the names that are the base with or without a number, by number.
 */
function family(names, base) {
  const found = [...names].filter((name) => parted(name).base === base);
  return found.sort((a, b) => parted(a).number - parted(b).number);
}

/**
 * @param {string} name
 * @param {Set<string>} names All of its fit.
 * @param {Map<string, string[]>} models
 */
function shared(name, names, models) {
  const { validation, own, base } = parted(name);
  const model = models.get(base) ?? [];
  const kin = family(names, base);
  const renamed = kin.some((one) => model.includes(one)) ? own : (model[kin.indexOf(own)] ?? own);
  return validation ? VALIDATION + renamed : renamed;
}
