/**
 * The lesson that is open: its steps, what the learner expected and what came, and which goals are
 * reached. Kept in this browser, lesson by lesson; the code is a program of the learner's own.
 */

import lessons from "virtual:lessons";
import { isReached } from "../lesson-checks.js";
import { mistakeIn } from "../lesson-schema.js";
import { language } from "../locale.js";
import { Store } from "../store.js";
import { saveFile } from "./files.js";
import { addOwn, ownProgram } from "./program-shelf.js";
import { chooseProgram, openProgram, program, rewriteProgram } from "./programs.js";
import { runs } from "./runs.js";
import { session } from "./session.js";
import { read, readOfTab, write, writeOfTab } from "./storage.js";
import { trying } from "./trying.js";
import { isShown, view } from "./view.js";

/** @typedef {import("../lesson-checks.js").Lesson} Lesson */
/** @typedef {import("../lesson-checks.js").Step} Step */
/** @typedef {import("../lesson-checks.js").Result} Result */
/** @typedef {import("../lesson-schema.js").Mistake} Mistake */
/** @typedef {import("./runs.js").Run} Run */

/**
 * What is kept of a lesson.
 *
 * @typedef {object} Progress
 * @property {number} step
 * @property {number[]} passed The steps that are done.
 * @property {string} programId The learner's own program.
 * @property {Record<string, (number | null)[]>} drawn What was expected, by the curve's name.
 * @property {Record<number, number>} answers The choices, by step.
 * @property {string} textBefore The program as the present step found it.
 * @property {Result | null} result Of the last run in this step.
 * @property {Result | null} before Of the last run before it.
 */

/**
 * @typedef {object} Lessons
 * @property {boolean} open Whether the rail is there.
 * @property {Lesson | null} lesson
 * @property {Progress | null} progress
 * @property {boolean[]} reached Which checks of the present step hold.
 * @property {{name: string, mistake: Mistake} | null} problem With a file that was to be opened.
 * @property {Lesson[]} own Lessons that came from files, in this tab.
 */

const KEY = "pykeras.lesson.";
const OPEN_KEY = "pykeras.lesson";
const FILE_KEY = "pykeras.lessonFile.";
/** What is open where no lesson is: the list of them. */
const LIST = "-";
/** A larger file is no lesson. */
const MOST_BYTES = 2 ** 20;

export const learning = new Store(
  /** @type {Lessons} */ ({
    open: false,
    lesson: null,
    progress: null,
    reached: [],
    problem: null,
    own: [],
  }),
);

/** What the learner did in this step that leaves no other trace. */
let tried = false;
/** @type {Set<string>} */
let opened = new Set();
/** Runs that were there already, or have been looked at. @type {Set<string>} */
const known = new Set();

/** The lessons of the page, then those from files. */
export function allLessons() {
  return [.../** @type {Lesson[]} */ (lessons), ...learning.values.own];
}

/** Begins to watch what the learner does, and opens what was open. */
export function watchLessons() {
  runs.subscribe(lookAtRuns);
  program.subscribe(evaluate);
  trying.subscribe(() => {
    tried ||= trying.values.state === "said";
    evaluate();
  });
  view.subscribe(() => {
    noteViews();
    evaluate();
  });
  const id = readOfTab(OPEN_KEY);
  const file = id && read(FILE_KEY + id);
  if (file) {
    takeIn(JSON.parse(file));
  }
  const lesson = allLessons().find((one) => one.id === id);
  if (lesson) {
    beginLesson(lesson);
  }
}

/** Shows the rail, or takes it away. @param {boolean} open */
export function showRail(open) {
  learning.set({ open });
  writeOfTab(OPEN_KEY, open ? (learning.values.lesson?.id ?? LIST) : "");
}

/** @param {Lesson} lesson */
export async function beginLesson(lesson) {
  for (const { id } of runs.values.runs) {
    known.add(id);
  }
  let progress = progressOf(lesson.id);
  if (progress && ownProgram(progress.programId)) {
    await chooseProgram(progress.programId);
  } else {
    const own = addOwn(lesson.title[language()], textOf(lesson));
    openProgram(own.id);
    progress = { ...(progress ?? fresh(textOf(lesson))), programId: own.id };
  }
  learning.set({ open: true, lesson, progress, problem: null });
  writeOfTab(OPEN_KEY, lesson.id);
  beginStep();
}

/** Leaves the lesson for the list of all. */
export function leaveLesson() {
  learning.set({ lesson: null, progress: null, reached: [], problem: null });
  writeOfTab(OPEN_KEY, LIST);
}

/** Begins the open lesson anew, with its program as it came; the learner's own stays. */
export function restartLesson() {
  const { lesson } = learning.values;
  if (lesson) {
    write(KEY + lesson.id, null);
    beginLesson(lesson);
  }
}

/** @param {number} step */
export function goToStep(step) {
  change(({ result, before }) => ({
    step,
    textBefore: program.values.text,
    before: result ?? before,
    result: null,
  }));
  beginStep();
}

/** @param {number} choice */
export function answer(choice) {
  change(({ answers, step }) => ({ answers: { ...answers, [step]: choice } }));
}

/**
 * @param {string} name
 * @param {(number | null)[]} values
 */
export function expect(name, values) {
  change(({ drawn }) => ({ drawn: { ...drawn, [name]: values } }));
}

/** Writes one way to do it into the program; where it does not fit any more, as a whole. */
export function showSolution() {
  const { lesson, progress } = learning.values;
  if (!lesson || !progress) {
    return;
  }
  const { solution = [] } = lesson.steps[progress.step];
  const { text } = program.values;
  const fits = solution.every(({ find }) => text.includes(find));
  const edits = fits
    ? solution
    : lesson.steps.slice(0, progress.step + 1).flatMap((step) => step.solution ?? []);
  const start = fits ? text : textOf(lesson);
  rewriteProgram(edits.reduce((so, { find, replace }) => so.replace(find, () => replace), start));
}

/** Opens the learner's program of this lesson, if another one is open. */
export function openLessonProgram() {
  const { lesson, progress } = learning.values;
  if (lesson && progress) {
    beginLesson(lesson);
  }
}

/** How far the learner is. @param {string} id @returns {Progress | null} */
export function progressOf(id) {
  try {
    return JSON.parse(read(KEY + id) ?? "null");
  } catch {
    return null;
  }
}

/**
 * Opens a lesson that a teacher has written.
 *
 * @param {File} file
 */
export async function openLessonFile(file) {
  /** @param {Mistake} mistake */
  const refuse = (mistake) =>
    learning.set({
      open: true,
      lesson: null,
      progress: null,
      problem: { name: file.name, mistake },
    });
  if (file.size > MOST_BYTES) {
    refuse({
      place: "",
      code: "range",
      expected: "1 MB",
      received: `${Math.round(file.size / 1e6)} MB`,
    });
    return;
  }
  /** @type {unknown} */
  let value;
  try {
    value = JSON.parse(await file.text());
  } catch (error) {
    refuse({ place: "", code: "json", expected: "JSON", received: String(error) });
    return;
  }
  const mistake = mistakeIn(value);
  if (mistake) {
    refuse(mistake);
    return;
  }
  const lesson = /** @type {Lesson} */ (value);
  // One of the page's own is not replaced: a changed copy of it stands beside it.
  const taken = lessons.some(({ id }) => id === lesson.id);
  const own = taken ? { ...lesson, id: `${lesson.id}-own` } : lesson;
  takeIn(own);
  write(FILE_KEY + own.id, JSON.stringify(own));
  await beginLesson(own);
}

/** Hands the open lesson out as a file, to be changed or passed on. */
export function saveLesson() {
  const { lesson } = learning.values;
  if (lesson) {
    saveFile(`${lesson.id}.lesson.json`, `${JSON.stringify(lesson, null, 2)}\n`);
  }
}

/** @param {Lesson} lesson */
function takeIn(lesson) {
  const others = learning.values.own.filter(({ id }) => id !== lesson.id);
  learning.set({ own: [...others, lesson] });
}

/** @param {Lesson} lesson */
function textOf(lesson) {
  return `${lesson.program.join("\n")}\n`;
}

/** @param {string} text @returns {Progress} */
function fresh(text) {
  const nothing = { drawn: {}, answers: {}, result: null, before: null };
  return { step: 0, passed: [], programId: "", textBefore: text, ...nothing };
}

function beginStep() {
  tried = false;
  opened = new Set();
  noteViews();
  change(() => ({}));
}

function noteViews() {
  for (const name of view.values.present) {
    if (isShown(name)) {
      opened.add(name);
    }
  }
}

/** @param {(progress: Progress) => Partial<Progress>} changes */
function change(changes) {
  const { lesson, progress } = learning.values;
  if (lesson && progress) {
    const now = { ...progress, ...changes(progress) };
    learning.set({ progress: now });
    write(KEY + lesson.id, JSON.stringify(now));
    evaluate();
  }
}

/** A run of the lesson's program that has come to its end counts. */
function lookAtRuns() {
  const { progress } = learning.values;
  for (const run of runs.values.runs) {
    const over = run.status === "completed";
    if (!known.has(run.id) && over) {
      known.add(run.id);
      if (progress && run.programId === progress.programId) {
        const found = resultOf(run);
        change(({ result, before }) => ({ result: found, before: result ?? before }));
      }
    }
  }
}

/** @param {Run} run @returns {Result} */
function resultOf({ id, curves }) {
  const logs = curves.fits.at(-1)?.epochLogs ?? [];
  return { id, values: Object.fromEntries(logs.map(({ name, value }) => [name, [...value]])) };
}

/** Which goals of the present step are reached; a step whose goals all are is done for good. */
function evaluate() {
  const { lesson, progress, reached: before } = learning.values;
  if (!lesson || !progress || session.values.state === "failed") {
    return;
  }
  const { step: number, drawn, answers } = progress;
  const step = lesson.steps[number];
  const { parameters, neurons } = trying.values;
  const curve = drawn[step.draw?.of ?? ""];
  const facts = {
    ...{ tried, opened, parameters, neurons },
    text: program.values.id === progress.programId ? program.values.text : progress.textBefore,
    textBefore: progress.textBefore,
    result: progress.result,
    before: progress.before,
    drawn: curve?.every((value) => value !== null) ?? false,
    answer: answers[number] ?? null,
  };
  const reached = (step.checks ?? []).map((check) => isReached(check, step, facts));
  if (reached.join() !== before.join()) {
    learning.set({ reached });
  }
  if (!progress.passed.includes(number) && reached.every(Boolean)) {
    change(({ passed }) => ({ passed: [...passed, number] }));
  }
}
