/** Runs programs as the page does: in the built site's own worker, by the same messages. */

/** @typedef {import("../protocol.js").FromWorker} FromWorker */

export class SiteWorker {
  /** @param {string} workerUrl */
  constructor(workerUrl) {
    this.worker = new Worker(workerUrl, { type: "module" });
    this.runId = 0;
    this.printed = "";
    this.worker.onmessage = ({ data }) => this.receive(data);
    /** @type {Promise<void>} */
    this.ready = new Promise((resolve, reject) => {
      this.onReady = resolve;
      this.onFailed = reject;
    });
    this.worker.postMessage({ type: "start", interrupts: null });
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
    this.runId += 1;
    return new Promise((resolve, reject) => {
      this.onFinished = resolve;
      this.onFailed = reject;
      this.worker.postMessage({ type: "run", runId: this.runId, code });
    });
  }

  /** Ends Python and frees its memory. */
  end() {
    this.worker.terminate();
  }

  /** @param {FromWorker} message */
  receive(message) {
    if (message.type === "ready") {
      this.onReady?.();
    } else if (message.type === "failed") {
      this.onFailed?.(new Error(`${message.phase}: ${message.detail}`));
    } else if (message.type === "output") {
      this.printed += message.pieces.map((piece) => piece.text).join("");
    } else if (message.type === "finished" && message.status === "completed") {
      this.onFinished?.(this.printed);
    } else if (message.type === "finished") {
      this.onFailed?.(new Error(message.error?.text ?? message.status));
    }
  }
}
