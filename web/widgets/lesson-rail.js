/** The rail of lessons: the list of all, or the open one step by step, with its goals. */

import { html, LitElement, nothing, unsafeCSS } from "lit";
import { inline, lessonText } from "../lesson-text.js";
import { LanguageController, language, t } from "../locale.js";
import { pointAt } from "../pointing.js";
import {
  allLessons,
  answer,
  beginLesson,
  expect,
  goToStep,
  learning,
  leaveLesson,
  openLessonFile,
  openLessonProgram,
  progressOf,
  restartLesson,
  saveLesson,
  showRail,
  showSolution,
} from "../state/lessons.js";
import { program } from "../state/programs.js";
import { view } from "../state/view.js";
import { StoreController } from "../store.js";
import controls from "../styles/controls.css";
import styles from "../styles/lesson-rail.css";
import { tellTerm } from "../terms.js";

/** @typedef {import("../lesson-checks.js").Lesson} Lesson */
/** @typedef {import("../lesson-checks.js").Step} Step */
/** @typedef {import("../lesson-checks.js").Check} Check */
/** @typedef {import("../lesson-checks.js").Words} Words */
/** @typedef {import("../locale.js").StringKey} StringKey */
/** @typedef {import("../state/lessons.js").Progress} Progress */

export class LessonRail extends LitElement {
  static properties = { folded: { state: true }, hinted: { state: true } };

  static styles = [unsafeCSS(controls), unsafeCSS(styles)];

  constructor() {
    super();
    /** On a phone: just its head is seen. */
    this.folded = false;
    /** Whether the hint of this step was asked for. */
    this.hinted = false;
    /** The step that was shown last. */
    this.shown = "";
    new StoreController(this, learning, program);
    new LanguageController(this);
  }

  render() {
    const { open, lesson, progress } = learning.values;
    document.documentElement.classList.toggle("learning", open);
    if (!open) {
      return nothing;
    }
    return html`
      <aside class=${this.folded ? "folded" : ""} aria-label=${t("lesson.rail")}>
        <div class="head">
          ${
            lesson
              ? html`<button class="quiet back" @click=${leaveLesson}>${t("lesson.all")}</button>`
              : html`<h2>${t("lesson.title")}</h2>`
          }
          <button class="quiet fold" aria-expanded=${!this.folded} @click=${this.fold}>
            ${t(this.folded ? "lesson.unfold" : "lesson.fold")}
          </button>
          <button class="quiet close" aria-label=${t("lesson.close")} @click=${this.close}>✕</button>
        </div>
        <div
          class="body"
          tabindex="-1"
          @pointerover=${tellTerm}
          @pointerleave=${tellTerm}
          @focusin=${tellTerm}
          @focusout=${tellTerm}
        >
          ${lesson && progress ? this.renderLesson(lesson, progress) : this.renderList()}
        </div>
      </aside>
    `;
  }

  renderList() {
    const { problem } = learning.values;
    return html`
      ${problem ? this.renderProblem(problem) : nothing}
      <p class="note">${t("lesson.about")}</p>
      <ol class="lessons">
        ${allLessons().map((lesson) => this.renderEntry(lesson))}
      </ol>
      <div class="tools">
        <button @click=${this.choose}>${t("lesson.open")}</button>
        <input type="file" accept=".json" tabindex="-1" aria-hidden="true" @change=${this.chosen} />
      </div>
    `;
  }

  /** @param {NonNullable<typeof learning.values.problem>} problem */
  renderProblem({ name, mistake: { place, code, expected, received } }) {
    const key = /** @type {StringKey} */ (`lessonFile.${code}`);
    return html`
      <div class="problem" role="alert">
        <strong>${t("lessonFile.refused", { name })}</strong>
        <p>${place ? html`<code>${place}</code>: ` : nothing}${t(key, { expected, received })}</p>
      </div>
    `;
  }

  /** @param {Lesson} lesson */
  renderEntry(lesson) {
    const { passed = [] } = progressOf(lesson.id) ?? {};
    const total = lesson.steps.length;
    const done = passed.length === total;
    return html`
      <li>
        <button class="entry" @click=${() => beginLesson(lesson)}>
          <strong>${lesson.title[language()]}</strong>
          <span class="note">${lesson.about[language()]}</span>
          <span class="state ${done ? "done" : ""}">
            ${t("lesson.minutes", { minutes: lesson.minutes })}
            ${passed.length > 0 ? ` · ${done ? t("lesson.done") : t("lesson.steps", { done: passed.length, total })}` : ""}
          </span>
        </button>
      </li>
    `;
  }

  /**
   * @param {Lesson} lesson
   * @param {Progress} progress
   */
  renderLesson(lesson, progress) {
    const { step: number, passed, programId } = progress;
    const step = lesson.steps[number];
    const { steps } = lesson;
    return html`
      <p class="lesson">${lesson.title[language()]}</p>
      <ol class="path" aria-label=${t("lesson.path")}>
        ${steps.map(
          ({ kind }, at) => html`
            <li>
              <button
                class=${passed.includes(at) ? "passed" : ""}
                aria-current=${at === number ? "step" : nothing}
                aria-label=${this.describeStep(kind, at, passed.includes(at))}
                title=${t(/** @type {StringKey} */ (`lesson.kind.${kind}`))}
                @click=${() => goToStep(at)}
              >${passed.includes(at) ? "✓" : at + 1}</button>
            </li>
          `,
        )}
      </ol>
      <p class="kind">${t(/** @type {StringKey} */ (`lesson.kind.${step.kind}`))}</p>
      <h2 id="step" tabindex="-1">${step.title[language()]}</h2>
      ${
        programId === program.values.id
          ? nothing
          : html`<p class="other">${t("lesson.otherProgram")} <button class="quiet" @click=${openLessonProgram}>${t("lesson.openProgram")}</button></p>`
      }
      ${lessonText(step.text[language()])}
      ${step.point ? html`<button class="point" @click=${() => this.point(step.point ?? "")}>${t("lesson.point")}</button>` : nothing}
      ${this.renderChart(lesson, progress)}
      ${step.ask ? this.renderQuestion(step.ask, progress) : nothing}
      ${this.renderGoals(step, passed.includes(number))}
      ${this.renderHelp(step)}
      ${this.renderWay(lesson, progress)}
    `;
  }

  /**
   * @param {Step["kind"]} kind
   * @param {number} at
   * @param {boolean} passed
   */
  describeStep(kind, at, passed) {
    const values = { number: at + 1, kind: t(/** @type {StringKey} */ (`lesson.kind.${kind}`)) };
    return t(passed ? "lesson.stepDone" : "lesson.step", values);
  }

  /**
   * @param {Lesson} lesson
   * @param {Progress} progress
   */
  renderChart({ steps }, { step: number, drawn, result, before }) {
    const step = steps[number];
    const name = step.draw?.of ?? step.compare;
    const about = steps.findLast(({ draw }, at) => at <= number && draw?.of === name)?.draw;
    if (!name || !about) {
      return nothing;
    }
    const fixed = step.draw === undefined;
    const expected = drawn[name] ?? Array(about.epochs).fill(null);
    const actual = fixed ? ((result ?? before)?.values[name] ?? []) : [];
    return html`
      <p class="chart-title">${inline(`[[${name}|${name}]]`)}</p>
      <expected-chart
        .name=${name}
        .epochs=${about.epochs}
        .low=${about.low}
        .high=${about.high}
        .expected=${expected}
        .actual=${actual}
        .fixed=${fixed}
        @expect=${(/** @type {CustomEvent<(number | null)[]>} */ { detail }) => expect(name, detail)}
      ></expected-chart>
    `;
  }

  /**
   * @param {NonNullable<Step["ask"]>} ask
   * @param {Progress} progress
   */
  renderQuestion({ question, choices }, { step, answers }) {
    const chosen = answers[step];
    return html`
      <fieldset>
        <legend>${inline(question[language()])}</legend>
        ${choices.map(
          ({ text }, at) => html`
            <label>
              <input type="radio" name="answer-${step}" .checked=${chosen === at} @change=${() => answer(at)} />
              <span>${inline(text[language()])}</span>
            </label>
          `,
        )}
        <p class="reply ${choices[chosen]?.right ? "right" : ""}" role="status">
          ${choices[chosen] ? inline(choices[chosen].reply[language()]) : nothing}
        </p>
      </fieldset>
    `;
  }

  /**
   * @param {Step} step
   * @param {boolean} passed
   */
  renderGoals({ checks = [], after }, passed) {
    const { reached } = learning.values;
    return html`
      ${
        checks.length > 0
          ? html`
            <h3>${t("lesson.goals")}</h3>
            <ul class="goals">
              ${checks.map((check, at) => {
                const done = passed || reached[at];
                return html`
                  <li class=${done ? "done" : ""}>
                    <span class="mark" aria-hidden="true">${done ? "✓" : "○"}</span>
                    <span>${goalOf(check)}</span>
                    <span class="hidden">${t(done ? "lesson.goalDone" : "lesson.goalOpen")}</span>
                  </li>
                `;
              })}
            </ul>
          `
          : nothing
      }
      <div role="status">${passed && after ? html`<div class="after">${lessonText(after[language()])}</div>` : nothing}</div>
    `;
  }

  /** @param {Step} step */
  renderHelp({ hint, solution }) {
    return html`
      <div class="tools">
        ${hint && !this.hinted ? html`<button @click=${this.giveHint}>${t("lesson.hint")}</button>` : nothing}
        ${solution ? html`<button @click=${showSolution}>${t("lesson.solution")}</button>` : nothing}
      </div>
      ${hint && this.hinted ? html`<div class="hint">${lessonText(hint[language()])}</div>` : nothing}
    `;
  }

  /**
   * @param {Lesson} lesson
   * @param {Progress} progress
   */
  renderWay({ steps }, { step, passed }) {
    const last = step === steps.length - 1;
    const all = steps.every((_, at) => passed.includes(at));
    return html`
      <div class="way">
        ${step > 0 ? html`<button @click=${() => goToStep(step - 1)}>${t("lesson.back")}</button>` : nothing}
        ${
          last
            ? nothing
            : html`<button class=${passed.includes(step) ? "primary next" : "next"} @click=${() => goToStep(step + 1)}>
                ${t(passed.includes(step) ? "lesson.next" : "lesson.skip")}
              </button>`
        }
      </div>
      ${all ? html`<p class="all" role="status">${t("lesson.finished")}</p>` : nothing}
      <div class="tools end">
        <button class="quiet" @click=${restartLesson}>${t("lesson.restart")}</button>
        <button class="quiet" @click=${saveLesson}>${t("lesson.save")}</button>
      </div>
    `;
  }

  updated() {
    const { lesson, progress, open } = learning.values;
    const shown = open ? `${lesson?.id ?? ""} ${progress?.step ?? ""}` : "";
    if (shown !== this.shown) {
      const first = this.shown === "";
      this.shown = shown;
      this.hinted = false;
      this.renderRoot.querySelector(".body")?.scrollTo(0, 0);
      if (!first && lesson) {
        /** @type {HTMLElement | null} */ (this.renderRoot.querySelector("#step"))?.focus();
      }
    }
  }

  /** On a phone the sheet makes room for what it points at. @param {string} part */
  point(part) {
    this.folded = view.values.narrow;
    pointAt(part);
  }

  giveHint() {
    this.hinted = true;
  }

  fold() {
    this.folded = !this.folded;
  }

  close() {
    showRail(false);
    /** @type {HTMLElement | null} */ (document.querySelector("[data-learn]"))?.focus();
  }

  choose() {
    /** @type {HTMLInputElement} */ (this.renderRoot.querySelector("[type=file]")).click();
  }

  /** @param {Event} event */
  chosen({ target }) {
    const input = /** @type {HTMLInputElement} */ (target);
    const [file] = input.files ?? [];
    input.value = "";
    if (file) {
      openLessonFile(file);
    }
  }
}

/** A goal in words. @param {Check} check */
function goalOf(check) {
  const { kind, say, of = "", minus = "", above, below, has, lacks, view } = check;
  if (say) {
    return inline(say[language()]);
  }
  if (kind === "text") {
    return inline(
      t(has ? "goal.has" : "goal.lacks", { part: `\`${(has ?? lacks ?? "").trim()}\`` }),
    );
  }
  const bounds =
    above !== undefined && below !== undefined
      ? t("goal.between", { above: String(above), below: String(below) })
      : above !== undefined
        ? t("goal.above", { above: String(above) })
        : t("goal.below", { below: String(below) });
  const name = `\`${of}\``;
  const values = {
    of: name,
    minus: `\`${minus}\``,
    bounds,
    view: view ? t(/** @type {StringKey} */ (`tab.${view}`)) : "",
  };
  return inline(t(/** @type {StringKey} */ (`goal.${kind}`), values));
}

customElements.define("lesson-rail", LessonRail);
