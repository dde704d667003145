/**
 * The page's side of the worker: starts it, runs and stops programs, and replaces it when it is
 * stuck or gone. Owns no part of the page; emits what happens as events.
 */

/** @typedef {import("./protocol.js").ToWorker} ToWorker */
/** @typedef {import("./protocol.js").FromWorker} FromWorker */

/** How long a stopped program may take to end before the worker is replaced. */
const STOP_PATIENCE_MS = 1500;
/** While fit() runs, a single step may take long; its weights are worth a longer wait. */
const TRAINING_PATIENCE_MS = 10_000;
/** How often predictions are refreshed while training, at most. */
const PREDICT_INTERVAL_MS = 700;

/**
 * Why a worker was replaced.
 *
 * @typedef {"stuck" | "died" | "asked"} RestartReason
 */

/**
 * @typedef {object} RunnerEvents What the runner tells the page.
 * @property {(message: FromWorker) => void} onMessage Something arrived from the worker.
 * @property {(state: RunnerState) => void} onState The runner's state changed.
 * @property {(reason: RestartReason) => void} onRestart The worker is being replaced.
 */

/**
 * loading: Python is on its way. ready: Run starts at once. running, stopping: a program runs.
 * failed: the start failed; `restart` tries again.
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
    /** @type {string | null} */
    this.queued = null;
    this.runId = 0;
    this.training = false;
    this.predictedAt = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.stopTimer = undefined;
    /** @type {Worker | null} */
    this.worker = null;
    this.interrupts = self.crossOriginIsolated ? new Uint8Array(new SharedArrayBuffer(1)) : null;
  }

  /** Starts a worker, in place of the present one if there is one. */
  start() {
    this.worker?.terminate();
    clearTimeout(this.stopTimer);
    this.training = false;
    const worker = new Worker(this.workerUrl, { type: "module" });
    this.worker = worker;
    worker.onmessage = ({ data }) => this.worker === worker && this.receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.lose(worker);
    };
    this.setState("loading");
    this.send({ type: "start", interrupts: this.interrupts });
  }

  /**
   * Runs a program, or keeps it until Python is there.
   *
   * @param {string} code
   */
  run(code) {
    if (this.state === "loading") {
      this.queued = code;
      this.events.onState(this.state);
    } else if (this.state === "ready") {
      this.runId += 1;
      this.interrupts?.fill(0);
      this.send({ type: "run", runId: this.runId, code });
      this.setState("running");
    }
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
    if (message.type === "alive") {
      this.watch(/** @type {Worker} */ (this.worker), message.lock);
    } else if (message.type === "ready") {
      this.setState("ready");
    } else if (message.type === "failed") {
      this.fail(message);
    } else if (message.type === "finished") {
      clearTimeout(this.stopTimer);
      this.training = false;
      this.setState("ready");
    } else if (message.type === "begin" || message.type === "end") {
      this.training = message.mode === "fit" ? message.type === "begin" : this.training;
    } else if (message.type === "steps" || message.type === "epoch") {
      this.refreshPredictions();
    }
    this.events.onMessage(message);
    if (message.type === "ready" && this.queued !== null) {
      const code = this.queued;
      this.queued = null;
      this.run(code);
    }
  }

  /** Asks for predictions with the weights of this moment, now and then. */
  refreshPredictions() {
    const now = performance.now();
    if (this.training && now - this.predictedAt >= PREDICT_INTERVAL_MS) {
      this.predictedAt = now;
      this.send({ type: "predict", runId: this.runId });
    }
  }

  /** @param {Extract<FromWorker, {type: "failed"}>} message */
  fail(message) {
    if (message.phase === "run") {
      this.restart("died");
    } else {
      this.worker?.terminate();
      this.worker = null; // its end is no news
      this.setState("failed");
    }
  }

  /**
   * Notices the end of a worker that dies without a word: the lock it holds comes free.
   *
   * @param {Worker} worker
   * @param {string} lock
   */
  watch(worker, lock) {
    navigator.locks.request(lock, () => this.lose(worker));
  }

  /** @param {Worker} worker */
  lose(worker) {
    if (this.worker !== worker) {
      return;
    }
    if (this.state === "loading") {
      this.receive({ type: "failed", phase: "start", detail: "worker" });
    } else {
      this.restart("died");
    }
  }

  /** @param {ToWorker} message */
  send(message) {
    this.worker?.postMessage(message);
  }

  /** @param {RunnerState} state */
  setState(state) {
    this.state = state;
    this.events.onState(state);
  }
}
