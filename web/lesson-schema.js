/**
 * Whether a file is a lesson: what `lessons/schema.json` says, and what no schema can say. The page
 * asks it of a file that a teacher has written, and the build of our own.
 */

import schema from "./lessons/schema.json" with { type: "json" };

/**
 * @typedef {object} Mistake
 * @property {string} place Such as `steps[2].checks[0].above`; "" for the whole file.
 * @property {"json" | "type" | "missing" | "unknown" | "choice" | "range" | "short" | "pattern"
 *   | "find" | "draw" | "needs" | "right"} code
 * @property {string} expected
 * @property {string} received
 */

/** @typedef {Record<string, any>} Node A part of the schema. */

/** What each kind of check cannot be without. @type {Record<string, string[][]>} */
const NEEDS = {
  value: [["of"], ["above", "below"]],
  gap: [["of"], ["minus"], ["above", "below"]],
  better: [["of"]],
  text: [["has", "lacks"]],
  argument: [["of"], ["above", "below"]],
  neurons: [["above", "below"]],
  parameters: [["above", "below"]],
  opened: [["view"]],
};

/** The terms that words of a lesson name: `[[loss]]`, `[[loss|the loss]]`. @param {string} text */
export function termsIn(text) {
  return [...text.matchAll(/\[\[([a-z_]+)(?:\|[^\]]+)?\]\]/g)].map(([, term]) => term);
}

/**
 * @param {unknown} value
 * @returns {Mistake | null} The first thing that is not right.
 */
export function mistakeIn(value) {
  return compare(value, schema, "") ?? mistakeBeyond(/** @type {any} */ (value));
}

/**
 * @param {unknown} value
 * @param {Node} node
 * @param {string} place
 * @returns {Mistake | null}
 */
function compare(value, node, place) {
  const { $ref, type, enum: words } = node;
  if ($ref) {
    return compare(value, /** @type {Node} */ (schema.$defs)[$ref.replace("#/$defs/", "")], place);
  }
  const received = written(value);
  if (words && !words.includes(value)) {
    return { place, code: "choice", expected: words.join(", "), received };
  }
  if (type && !isOf(value, type)) {
    return { place, code: "type", expected: type, received };
  }
  if (Array.isArray(value)) {
    return compareList(value, node, place);
  }
  if (typeof value === "object" && value !== null) {
    return compareObject(/** @type {Record<string, unknown>} */ (value), node, place);
  }
  return compareScalar(value, node, place);
}

/**
 * @param {unknown} value
 * @param {Node} node
 * @param {string} place
 * @returns {Mistake | null}
 */
function compareScalar(value, { minimum, maximum, minLength, pattern }, place) {
  const received = written(value);
  if (typeof value === "number" && (value < minimum || value > maximum)) {
    return { place, code: "range", expected: `${minimum} – ${maximum}`, received };
  }
  if (typeof value === "string" && value.length < (minLength ?? 0)) {
    return { place, code: "short", expected: String(minLength), received };
  }
  if (typeof value === "string" && pattern && !new RegExp(pattern).test(value)) {
    return { place, code: "pattern", expected: pattern, received };
  }
  return null;
}

/**
 * @param {unknown[]} value
 * @param {Node} node
 * @param {string} place
 * @returns {Mistake | null}
 */
function compareList(value, { items, minItems = 0 }, place) {
  if (value.length < minItems) {
    return { place, code: "short", expected: String(minItems), received: String(value.length) };
  }
  return firstOf(value.map((item, at) => () => compare(item, items, `${place}[${at}]`)));
}

/**
 * @param {Record<string, unknown>} value
 * @param {Node} node
 * @param {string} place
 * @returns {Mistake | null}
 */
function compareObject(value, { properties, required = [] }, place) {
  const at = (/** @type {string} */ key) => (place ? `${place}.${key}` : key);
  for (const key of required) {
    if (!Object.hasOwn(value, key)) {
      return { place: at(key), code: "missing", expected: key, received: "" };
    }
  }
  return firstOf(
    Object.entries(value).map(([key, inner]) => () => {
      const known = Object.keys(properties).join(", ");
      return Object.hasOwn(properties, key)
        ? compare(inner, properties[key], at(key))
        : { place: at(key), code: "unknown", expected: known, received: key };
    }),
  );
}

/** @param {(() => Mistake | null)[]} looks */
function firstOf(looks) {
  for (const look of looks) {
    const mistake = look();
    if (mistake) {
      return mistake;
    }
  }
  return null;
}

/**
 * @param {unknown} value
 * @param {string} type
 */
function isOf(value, type) {
  if (type === "array") {
    return Array.isArray(value);
  }
  if (type === "object") {
    return typeof value === "object" && value !== null && !Array.isArray(value);
  }
  return type === "integer" ? Number.isInteger(value) : typeof value === type;
}

/**
 * What a schema cannot say: that a solution finds its place in the program, that a curve which is
 * compared was drawn, that a check has what it checks, and a question a right answer.
 *
 * @param {import("./lesson-checks.js").Lesson} lesson
 * @returns {Mistake | null}
 */
function mistakeBeyond({ program, steps }) {
  let text = program.join("\n");
  /** @type {Set<string>} */
  const drawn = new Set();
  for (const [
    at,
    { draw, compare: compared, checks = [], ask, solution = [] },
  ] of steps.entries()) {
    const place = `steps[${at}]`;
    if (draw) {
      drawn.add(draw.of);
      if (!(draw.high > draw.low)) {
        return {
          place: `${place}.draw.high`,
          code: "range",
          expected: `> ${draw.low}`,
          received: String(draw.high),
        };
      }
    }
    if (compared !== undefined && !drawn.has(compared)) {
      return {
        place: `${place}.compare`,
        code: "draw",
        expected: [...drawn].join(", "),
        received: compared,
      };
    }
    for (const [number, { find, replace }] of solution.entries()) {
      if (!text.includes(find)) {
        return {
          place: `${place}.solution[${number}].find`,
          code: "find",
          expected: "",
          received: find,
        };
      }
      text = text.replace(find, () => replace);
    }
    for (const [number, check] of checks.entries()) {
      const lacking = (NEEDS[check.kind] ?? []).find(
        (names) => !names.some((name) => name in check),
      );
      const missesPart =
        (check.kind === "drawn" && !draw && "draw") || (check.kind === "answer" && !ask && "ask");
      if (lacking || missesPart) {
        const expected = missesPart || (lacking ?? []).join(" / ");
        return {
          place: `${place}.checks[${number}]`,
          code: "needs",
          expected,
          received: check.kind,
        };
      }
    }
    if (ask && !ask.choices.some(({ right }) => right)) {
      return {
        place: `${place}.ask.choices`,
        code: "right",
        expected: '"right": true',
        received: "",
      };
    }
  }
  return null;
}

/** @param {unknown} value */
function written(value) {
  const text = JSON.stringify(value) ?? "";
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
