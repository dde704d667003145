/** Runs programs as the page does: in the built site's own worker, through the page's own runner. */

import { Runner } from "../state/runner.js";

/** @typedef {import("../protocol.js").FromWorker} FromWorker */

/** How a pause took effect. @typedef {{ms: number, reports: number}} PauseTaken */

/** Training alone is measured: nobody looks at predictions. */
class BenchRunner extends Runner {
  refreshPredictions() {}

  predict() {}
}

/** Milliseconds that training goes on before each pause. */
const GOING_MS = 300;

export class SiteWorker {
  /** @param {string} workerUrl */
  constructor(workerUrl) {
    this.printed = "";
    /** What the last fit ran on, and why. */
    this.ranOn = ["", "it did not say"];
    /** @type {Promise<void>} */
    this.ready = new Promise((resolve, reject) => {
      this.onReady = resolve;
      this.onFailed = reject;
    });
    /** Who listens beside. @type {(message: FromWorker) => void} */
    this.onMessage = () => {};
    this.runner = new BenchRunner(workerUrl, {
      onMessage: (message) => this.receive(message),
      onState() {},
      onRestart: (reason) => this.onFailed?.(new Error(`Python was replaced: ${reason}`)),
      onStrayError: (detail) => this.onFailed?.(new Error(detail)),
    });
    this.runner.start();
  }

  /**
   * Runs a program to its end and returns what it printed.
   *
   * @param {string} code
   * @returns {Promise<string>}
   */
  async run(code) {
    await this.ready;
    this.printed = "";
    return new Promise((resolve, reject) => {
      this.onFinished = resolve;
      this.onFailed = reject;
      this.runner.run(() => ({
        type: "run",
        code,
        firstLine: 1,
        continues: false,
        paused: false,
        seed: null,
        checkpoints: null,
        resumes: false,
      }));
    });
  }

  /**
   * Pauses the training of a program again and again, and then stops it.
   *
   * @param {string} code It trains for longer than that takes.
   * @param {number} times
   * @returns {Promise<PauseTaken[]>}
   */
  async pause(code, times) {
    const ended = this.run(code).catch(() => "");
    /** @type {PauseTaken[]} */
    const taken = [];
    await this.next("steps");
    while (taken.length < times) {
      await new Promise((resolve) => setTimeout(resolve, GOING_MS));
      const { runId } = this.runner;
      const asked = performance.now();
      this.runner.send({ type: "pause", runId });
      const reports = await this.next("pace");
      taken.push({ ms: performance.now() - asked, reports });
      this.runner.send({ type: "resume", runId });
      await this.next("pace");
    }
    this.onMessage = () => {};
    this.runner.stop();
    await ended;
    return taken;
  }

  /**
   * @param {FromWorker["type"]} type
   * @returns {Promise<number>} How many reports of steps came before the next message of this type.
   */
  next(type) {
    let reports = 0;
    return new Promise((resolve) => {
      this.onMessage = (message) => {
        if (message.type === type) {
          resolve(reports);
        } else if (message.type === "steps" || message.type === "epoch") {
          reports += 1;
        }
      };
    });
  }

  /** Ends Python and frees its memory. */
  end() {
    this.runner.discard();
  }

  /** @param {FromWorker} message */
  receive(message) {
    this.onMessage(message);
    if (message.type === "ready") {
      this.onReady?.();
    } else if (message.type === "failed") {
      this.onFailed?.(new Error(`${message.phase}: ${message.detail}`));
    } else if (message.type === "backend") {
      this.ranOn = [message.name, message.why.code];
    } else if (message.type === "output") {
      this.printed += message.pieces.map((piece) => piece.text).join("");
    } else if (message.type === "finished" && message.status === "completed") {
      this.onFinished?.(this.printed);
    } else if (message.type === "finished") {
      this.onFailed?.(new Error(message.error?.text ?? message.status));
    }
  }
}
