/**
 * Every message between the page and its worker, and nothing else: the only file both sides read.
 *
 * Each message is an object whose `type` says which of these it is.
 */

/**
 * @typedef {Start | Run | Stop | Predict | ReadFile | DeleteFile | WriteFile} ToWorker
 *
 * All but Start and Run wait in the mailbox until Python takes them out, which it does while a
 * program trains or prints, and at once where none runs. What cannot be fulfilled is answered with
 * RequestFailed.
 *
 * Start: load everything and get ready. Sent once, first.
 * @typedef {{type: "start", interrupts: Uint8Array | null}} Start
 *   `interrupts` is shared memory for interrupting busy Python; null where the page is not
 *   cross-origin isolated.
 *
 * Run: run a program. Never sent while another one runs.
 * @typedef {{type: "run", runId: number, code: string}} Run
 *
 * Stop: interrupt this run; weights stay as they are.
 * @typedef {{type: "stop", runId: number}} Stop
 *
 * Predict: show predictions with the weights of this moment, in the middle of this run. Left out
 * where there is nothing to show, and while Python is busy with more important things.
 * @typedef {{type: "predict", runId: number}} Predict
 *
 * ReadFile, DeleteFile, WriteFile: hand out a file (a folder as a zip), delete one, put one there.
 * @typedef {{type: "read-file", name: string}} ReadFile
 * @typedef {{type: "delete-file", name: string}} DeleteFile
 * @typedef {{type: "write-file", name: string, data: Uint8Array}} WriteFile
 */

/**
 * @typedef {Alive | Loading | Ready | Failed | Fetching | Files | FileContents | RequestFailed | Output
 *   | Picture | Begin | Steps | Epoch | End | Finished | Samples | Predictions} FromWorker
 *
 * Alive: the worker holds the named lock for as long as it lives.
 * @typedef {{type: "alive", lock: string}} Alive
 *
 * Loading: where the start is.
 * @typedef {{type: "loading", phase: "download" | "start" | "library", loadedBytes: number,
 *   totalBytes: number}} Loading
 *
 * Ready: programs can run.
 * @typedef {{type: "ready", version: string, python: string, canPause: boolean}} Ready
 *   `canPause`: Python lets messages in while it trains (stack switching).
 *
 * Failed: the worker cannot go on; only a new one can.
 * @typedef {{type: "failed", phase: "download" | "start" | "run", detail: string}} Failed
 *
 * Fetching: what the program imports is on its way; then the program starts.
 * @typedef {{type: "fetching", runId: number, name: string, loadedBytes: number,
 *   totalBytes: number}} Fetching
 *
 * Files: what programs have left in their folder; `kept` in this browser when the tab is closed.
 * @typedef {{type: "files", files: FileEntry[], kept: boolean}} Files
 * @typedef {{name: string, size: number, folder: boolean}} FileEntry
 *
 * FileContents: answers read-file.
 * @typedef {{type: "file", name: string, data: Uint8Array}} FileContents
 *
 * RequestFailed: answers a request that cannot be fulfilled; the program goes on.
 * @typedef {{type: "request-failed", request: string, name: string | null,
 *   detail: string}} RequestFailed
 *   `request` is its type, `name` the file it named, `detail` the error.
 *
 * Picture: a figure or drawing, in its place among the output. `labels` are the words in it.
 * @typedef {{type: "picture", runId: number, format: "png" | "svg", data: Uint8Array,
 *   width: number, height: number, labels: string[], name: string}} Picture
 *
 * Output: text the program printed, in order. `dropped` characters more were not sent.
 * @typedef {{type: "output", runId: number, pieces: OutputPiece[], dropped: number}} Output
 * @typedef {{stream: "stdout" | "stderr", text: string}} OutputPiece
 *
 * Begin: fit, evaluate or predict starts. `fit` counts the fits of the run from 1.
 * @typedef {{type: "begin", runId: number, fit: number, mode: Mode, label: string,
 *   optimizer: string, epochs: number, initialEpoch: number, steps: number | null,
 *   samples: number | null, means: string[]}} Begin
 *   `means` names the logs that are plain means over the steps of the epoch so far.
 *
 * Steps: so many steps of the epoch (from 0) are done, and there are more; `logs` are means over
 * the epoch so far.
 * @typedef {{type: "steps", runId: number, fit: number, mode: Mode | "validate", epoch: number,
 *   step: number, steps: number | null, logs: Logs, stepsPerSecond: number}} Steps
 *
 * Epoch: an epoch of a fit ended, after so many steps.
 * `logs` holds the validation's values too, as `val_...`.
 * @typedef {{type: "epoch", runId: number, fit: number, epoch: number, steps: number, logs: Logs,
 *   stepsPerSecond: number}} Epoch
 *
 * End: what Begin began is over.
 * @typedef {{type: "end", runId: number, fit: number, mode: Mode}} End
 *
 * @typedef {"fit" | "evaluate" | "predict"} Mode
 * @typedef {Record<string, number>} Logs
 *
 * Finished: the program ended; the worker takes the next one.
 * @typedef {{type: "finished", runId: number, status: "completed" | "stopped" | "failed",
 *   seconds: number, error: ProgramError | null}} Finished
 * @typedef {{text: string, line: number | null, column: number | null,
 *   frames: {line: number | null, name: string}[], hint: Hint | null}} ProgramError
 * @typedef {{code: "notebook-command"} | {code: "out-of-memory"} | {code: "not-fetched"}
 *   | {code: "unknown-module", module: string, suggestion: string | null,
 *   available: string[]}} Hint
 *
 * Samples: some of the data, either the built-in set (of no run) or what the program trains on.
 * @typedef {{type: "samples", runId: number | null, source: "mnist" | "program",
 *   samples: ImageSamples | PointSamples | RowSamples}} Samples
 * @typedef {{height: number, width: number, channels: number, pixels: Uint8Array}} Images
 * @typedef {{kind: "images", total: number, labels: number[] | null} & Images} ImageSamples
 * @typedef {{kind: "points", total: number, x: number[], y: number[]}} PointSamples
 * @typedef {{kind: "rows", total: number, features: number, rows: number[][],
 *   targets: number[][] | null}} RowSamples
 *
 * Predictions: what the model says about samples it was not trained on; `final` after the run.
 * @typedef {{type: "predictions", runId: number, final: boolean,
 *   report: ClassReport | RegressionReport | NoReport}} Predictions
 * @typedef {{kind: "nothing", why: "samples" | "outputs"}} NoReport
 *   There are no unseen samples, or what the model says of them is nothing to count.
 * @typedef {{kind: "classes", total: number, correct: number, items: Gallery,
 *   mistakes: Gallery}} ClassReport
 * @typedef {{indices: number[], labels: number[], guesses: number[], certainties: number[],
 *   probabilities: number[][], features: number[][], images: Images | null}} Gallery
 *   `certainties` are the probabilities of the guesses, `probabilities` those of the first classes.
 * @typedef {{kind: "regression", total: number, meanAbsoluteError: number,
 *   rootMeanSquaredError: number, actual: number[], predicted: number[],
 *   input: number[] | null}} RegressionReport
 */

export {};
