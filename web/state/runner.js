/**
 * The page's side of the worker: starts it, runs and stops programs, and replaces it when it is
 * stuck or gone. Owns no part of the page; emits what happens as events.
 *
 * The worker comes from a `blob:` of one line, because such a worker is bound by the page's
 * Content-Security-Policy, and one with an address of its own is not: a program in it could talk to
 * any server. It is spoken to through a port that programs do not see.
 */

import { isMessage } from "./message-shapes.js";

/** @typedef {import("../protocol.js").ToWorker} ToWorker */
/** @typedef {import("../protocol.js").FromWorker} FromWorker */
/** @typedef {import("../protocol.js").Cell} Cell */

/**
 * What begins a run, all but its number.
 *
 * @typedef {Omit<Extract<ToWorker, {type: "run"}>, "runId">
 *   | Omit<Extract<ToWorker, {type: "train-more"}>, "runId">} Beginning
 */

/** How long a stopped program may take to end before the worker is replaced. */
const STOP_PATIENCE_MS = 1500;
/** While fit() runs, a single step may take long; its weights are worth a longer wait. */
const TRAINING_PATIENCE_MS = 10_000;
/** How long an idle worker may take to answer. */
const ANSWER_PATIENCE_MS = 5000;
/** How long the worker's own script may be on its way. */
const SCRIPT_PATIENCE_MS = 30_000;
/** So often may Python end while nothing runs; then the page does not start it again by itself. */
const IDLE_DEATHS = 3;
/** How often predictions are refreshed while training, at most. */
const PREDICT_INTERVAL_MS = 700;

/**
 * Why a worker was replaced: it did not heed Stop, it was gone, the reader stopped twice, it did not
 * answer when a run was to begin (which then begins in the new one), or the reader asked for it.
 *
 * @typedef {"stuck" | "died" | "asked" | "silent" | "anew"} RestartReason
 */

/**
 * @typedef {object} RunnerEvents What the runner tells the page.
 * @property {(message: FromWorker) => void} onMessage Something arrived from the worker.
 * @property {(state: RunnerState) => void} onState The runner's state changed.
 * @property {(reason: RestartReason) => void} onRestart The worker is being replaced.
 * @property {(detail: string) => void} onStrayError An error outside of Python, of a program's doing.
 */

/**
 * loading: Python is on its way. ready: Run starts at once. running, stopping: a program runs.
 * failed: the start failed; `retry` tries again.
 *
 * @typedef {"loading" | "ready" | "running" | "stopping" | "failed"} RunnerState
 */

export class Runner {
  /**
   * @param {URL | string} workerUrl
   * @param {RunnerEvents} events
   */
  constructor(workerUrl, events) {
    this.workerUrl = workerUrl;
    this.events = events;
    /** @type {RunnerState} */
    this.state = "loading";
    /** @type {(() => Beginning) | null} */
    this.queued = null;
    this.runId = 0;
    this.training = false;
    this.predictedAt = 0;
    /** The cell of the confusion matrix whose samples the page shows. @type {Cell | null} */
    this.cell = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.stopTimer = undefined;
    /** Runs out where an answer is overdue. @type {ReturnType<typeof setTimeout> | undefined} */
    this.answerTimer = undefined;
    /** @type {Worker | null} */
    this.worker = null;
    /** Where the present worker listens, once its script is there. @type {MessagePort | null} */
    this.port = null;
    /** What the first start has fetched, for the next ones. @type {import("../protocol.js").Parts | null} */
    this.parts = null;
    /** Whether Python is to go on in the memory that the build has taken; it may not fit here. */
    this.fromMemory = true;
    /** How often Python has ended by itself since a program last ended. */
    this.idleDeaths = 0;
    this.interrupts = self.crossOriginIsolated ? new Uint8Array(new SharedArrayBuffer(1)) : null;
  }

  /** Starts a worker, in place of the present one if there is one. */
  start() {
    this.discard();
    const worker = this.makeWorker();
    this.worker = worker;
    worker.onmessage = ({ data }) => this.hearOfScript(worker, data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.hearError(worker, event.message);
    };
    this.answerTimer = setTimeout(() => this.hearOfScript(worker, "missing"), SCRIPT_PATIENCE_MS);
    this.setState("loading");
  }

  /** Starts again after a failed start: where it was, if just a file did not come. */
  retry() {
    if (this.state !== "failed") {
      return;
    }
    if (this.port === null) {
      this.start();
    } else {
      this.setState("loading");
      this.send({ type: "retry" });
    }
  }

  discard() {
    this.worker?.terminate();
    this.port?.close();
    this.worker = null; // its end is no news
    this.port = null;
    this.training = false;
    clearTimeout(this.stopTimer);
    clearTimeout(this.answerTimer);
  }

  makeWorker() {
    const script = `import(${JSON.stringify(String(this.workerUrl))}).then(
      () => postMessage("loaded"), () => postMessage("missing"));`;
    const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    try {
      return new Worker(url, { type: "module" });
    } finally {
      // The browser has taken it by the time this task ends.
      setTimeout(() => URL.revokeObjectURL(url), SCRIPT_PATIENCE_MS);
    }
  }

  /**
   * The first word of a worker, and the only one that does not come through its port: later ones
   * are of a program's making.
   *
   * @param {Worker} worker
   * @param {unknown} word
   */
  hearOfScript(worker, word) {
    if (this.worker !== worker || this.port !== null) {
      return;
    }
    clearTimeout(this.answerTimer);
    if (word === "loaded") {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => this.port === port1 && this.hear(data);
      this.port = port1;
      worker.postMessage(null, [port2]);
      const { interrupts, parts, fromMemory } = this;
      this.send({ type: "start", interrupts, parts, fromMemory });
    } else {
      this.receive({ type: "failed", phase: "download", detail: fileName(this.workerUrl) });
    }
  }

  /**
   * An error that nobody in the worker caught: before its script is there, that of the script;
   * later that of a program, which has left a timer or a listener behind.
   *
   * @param {Worker} worker
   * @param {string} detail
   */
  hearError(worker, detail) {
    if (this.worker !== worker) {
      return;
    }
    if (this.port === null) {
      this.hearOfScript(worker, "missing");
    } else {
      this.events.onStrayError(detail);
    }
  }

  /** @param {unknown} message */
  hear(message) {
    if (!isMessage(message)) {
      reportError(
        new TypeError(`a message of the worker is not as protocol.js says: ${named(message)}`),
      );
    } else if (!("runId" in message) || message.runId === null || message.runId === this.runId) {
      this.receive(message); // those of an earlier run come too late
    }
  }

  /**
   * Begins a run, or keeps it until Python is there.
   *
   * @param {() => Beginning} beginning Asked when the run begins: what the reader writes while
   *   Python is on its way is run too.
   */
  run(beginning) {
    if (this.state === "loading") {
      this.queued = beginning;
      this.events.onState(this.state);
    } else if (this.state === "ready") {
      this.runId += 1;
      this.interrupts?.fill(0);
      this.expectAnswer(() => {
        this.restart("silent");
        this.run(beginning);
      });
      this.send({ ...beginning(), runId: this.runId });
      this.setState("running");
    }
  }

  /**
   * Makes sure that the worker is well: an idle one answers at once.
   *
   * @param {() => void} onSilence
   */
  expectAnswer(onSilence) {
    clearTimeout(this.answerTimer);
    this.send({ type: "ping" });
    this.answerTimer = setTimeout(() => {
      // After the computer has slept, the answer may be waiting behind this timer.
      this.answerTimer = setTimeout(onSilence, ANSWER_PATIENCE_MS / 2);
    }, ANSWER_PATIENCE_MS / 2);
  }

  /** Stops the program, or takes back a queued one; a second call does not wait any longer. */
  stop() {
    if (this.queued !== null) {
      this.queued = null;
      this.events.onState(this.state);
    } else if (this.state === "stopping") {
      this.restart("asked");
    } else if (this.state === "running") {
      this.setState("stopping");
      this.send({ type: "stop", runId: this.runId });
      this.interrupts?.fill(2); // SIGINT
      const patience_ms = this.training ? TRAINING_PATIENCE_MS : STOP_PATIENCE_MS;
      this.stopTimer = setTimeout(() => this.restart("stuck"), patience_ms);
    }
  }

  /** @param {RestartReason} reason */
  restart(reason) {
    this.events.onRestart(reason);
    this.start();
  }

  /** @param {FromWorker} message */
  receive(message) {
    if (message.type === "failed" && message.phase === "start" && this.fromMemory) {
      this.fromMemory = false;
      this.start();
      return;
    }
    if (message.type === "alive") {
      this.watch(/** @type {Worker} */ (this.worker), message.lock);
    } else if (message.type === "pong") {
      clearTimeout(this.answerTimer);
    } else if (message.type === "parts") {
      this.parts ??= message.parts; // later ones are a program's
    } else if (message.type === "ready") {
      this.setState("ready");
    } else if (message.type === "failed" && message.phase === "run") {
      this.lose(message.detail);
      return;
    } else if (message.type === "failed") {
      this.fail(message);
    } else if (message.type === "finished") {
      clearTimeout(this.stopTimer);
      this.training = false;
      this.idleDeaths = 0;
      this.setState("ready");
    } else if (message.type === "begin" || message.type === "end") {
      const trains = message.mode === "fit" || message.mode === "loop";
      this.training = trains ? message.type === "begin" : this.training;
    } else if (message.type === "steps" || message.type === "epoch") {
      this.refreshPredictions();
    } else if (message.type === "pace" && message.paused) {
      this.predict(true); // there is time to look, and these are the weights to look at
    }
    this.events.onMessage(message);
    if (message.type === "ready" && this.queued !== null) {
      const beginning = this.queued;
      this.queued = null;
      this.run(beginning);
    }
  }

  /** Asks for predictions with the weights of this moment, now and then. */
  refreshPredictions() {
    const now = performance.now();
    if (this.training && now - this.predictedAt >= PREDICT_INTERVAL_MS) {
      this.predictedAt = now;
      this.predict(false);
    }
  }

  /** @param {boolean} now Whether it may hold training up. */
  predict(now) {
    this.send({ type: "predict", runId: this.runId, cell: this.cell, now });
  }

  /**
   * Python has come to its end.
   *
   * @param {string} detail
   */
  lose(detail) {
    if (this.state === "ready") {
      this.idleDeaths += 1;
      this.fromMemory &&= this.idleDeaths === 1; // that may be the reason
    }
    if (this.idleDeaths < IDLE_DEATHS) {
      this.restart("died");
    } else {
      this.receive({ type: "failed", phase: "start", detail });
    }
  }

  /** @param {Extract<FromWorker, {type: "failed"}>} message */
  fail({ phase }) {
    if (phase === "start") {
      this.discard();
      this.parts = null; // the next attempt fetches them anew
    }
    this.setState("failed");
  }

  /**
   * Notices the end of a worker that dies without a word: the lock it holds comes free.
   *
   * @param {Worker} worker
   * @param {string} lock
   */
  watch(worker, lock) {
    navigator.locks.request(lock, () => this.miss(worker)).catch(() => {});
  }

  /** @param {Worker} worker */
  miss(worker) {
    if (this.worker !== worker) {
      return;
    }
    if (this.state === "loading" || this.state === "failed") {
      this.receive({ type: "failed", phase: "start", detail: "worker" });
    } else {
      this.lose("worker");
    }
  }

  /**
   * @param {ToWorker} message
   * @param {Transferable[]} [handedOver] What the page needs no more.
   */
  send(message, handedOver = []) {
    this.port?.postMessage(message, handedOver);
  }

  /** @param {RunnerState} state */
  setState(state) {
    this.state = state;
    this.events.onState(state);
  }
}

/** @param {unknown} message */
function named(message) {
  const { type } = /** @type {{type?: unknown}} */ (Object(message));
  return typeof type === "string" ? type.slice(0, 40) : typeof message;
}

/** @param {URL | string} url */
function fileName(url) {
  return String(url).slice(String(url).lastIndexOf("/") + 1);
}
