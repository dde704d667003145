/**
 * Drives the built site in Firefox over WebDriver BiDi: `node smoke.mjs FIREFOX URL`. It runs the
 * first example to its end, asks which kernels are in use, stops an endless training, and prints
 * what a person would have seen as one line of JSON.
 */

import { argv, stdout } from "node:process";
import { launch } from "puppeteer-core";

const PATIENCE_MS = 120_000;
/** Widgets change inside their shadow roots, which nothing outside hears of. */
const POLLING_MS = 100;
/** Programs of one line each: the editor indents what is typed below a colon. */
const WHICH = [
  "from pykeras_core.engine.backends import choice",
  "from pykeras_core.engine.backends.wasm import library",
  'print("reason:", choice.why_not_kernels(), "kernels:", library.load().name)',
].join("; ");
const ENDLESS = [
  "import keras",
  'model = keras.Sequential([keras.layers.Dense(1)])',
  'model.compile(optimizer="sgd", loss="mse")',
  "model.fit(keras.ops.ones((1000, 4)), keras.ops.ones(1000), epochs=100_000, verbose=0)",
].join("; ");

const [executablePath, url] = argv.slice(2);
const browser = await launch({ browser: "firefox", executablePath, headless: true });
try {
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  page.setDefaultTimeout(PATIENCE_MS);
  const problems = watch(page);
  await page.goto(url);
  await text(page, "load-status", ".chip", "Ready");
  const canPause = await page.evaluate(() => "Suspending" in WebAssembly);

  await press(page, "run");
  const finished = await text(page, "progress-line", ".line", "Finished in");
  const tab = await page.waitForSelector("#tab-predict");
  await tab.click();
  const score = await text(page, "prediction-panel", ".figure", "%");
  await run(page, WHICH);
  const kernels = await text(page, "console-output", ".lines", "kernels:");
  await text(page, "progress-line", ".line", "Finished in");
  await run(page, ENDLESS);
  await text(page, "progress-line", ".line", "steps/s");
  await press(page, "stop");
  const end = canPause ? "Stopped after" : "cut off";
  const stopped = await text(page, "progress-line", ".line", end);
  const seen = { version: await browser.version(), canPause, finished, score, kernels, stopped };
  stdout.write(`${JSON.stringify({ ...seen, problems })}\n`);
} finally {
  await browser.close();
}

/** Collects console errors and uncaught exceptions. */
function watch(page) {
  const problems = [];
  page.on("console", (message) => {
    if (message.type() === "error") {
      problems.push(message.text());
    }
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  return problems;
}

/** Presses a button of the run controls: "run" or "stop". */
async function press(page, name) {
  const button = await page.$(`run-controls >>> .${name}`);
  await button.click();
}

/** Types a program over the one in the editor and runs it. */
async function run(page, program) {
  const editor = await page.$("code-editor >>> .cm-content");
  await editor.click();
  await page.keyboard.down("Control");
  await page.keyboard.press("a");
  await page.keyboard.up("Control");
  await page.keyboard.type(program);
  await press(page, "run");
}

/** Waits until a part of a widget says something; returns all that it says. */
async function text(page, widget, selector, awaited) {
  const found = await page.waitForFunction(
    (...names) => {
      const element = document.querySelector(names[0])?.shadowRoot?.querySelector(names[1]);
      return element?.textContent.includes(names[2]) && element.textContent;
    },
    { polling: POLLING_MS },
    widget,
    selector,
    awaited,
  );
  return found.jsonValue();
}
