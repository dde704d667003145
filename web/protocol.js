/**
 * Every message between the page and its worker, and nothing else: the only file both sides read.
 *
 * Each message is an object whose `type` says which of these it is.
 */

/**
 * @typedef {Start | Retry | Ping | Run | TrainMore | Forget | Stop | Pause | Resume | Step | Set | ResetWeights | Predict | Try | Watch
 *   | Inspect | PreferBackend | ReadFile | DeleteFile | UndeleteFile | WriteFile} ToWorker
 *
 * All but Start, Retry, Ping, Run, TrainMore and Forget wait in the mailbox until Python takes them out, which it does
 * while a program trains or prints, and at once where none runs. What cannot be fulfilled is
 * answered with RequestFailed.
 *
 * Start: load everything and get ready. Sent once, first.
 * @typedef {{type: "start", interrupts: Uint8Array | null, parts: Parts | null,
 *   fromMemory: boolean}} Start
 *   `interrupts` is shared memory for interrupting busy Python; null where the page is not
 *   cross-origin isolated. `parts` are those of the start before: nothing is fetched
 *   then. Python goes on `fromMemory`, or begins.
 *
 * Retry: fetch again what did not come; answers Failed in its phase "download".
 * @typedef {{type: "retry"}} Retry
 *
 * Ping: answered with Pong at once, unless the worker is busy or gone.
 * @typedef {{type: "ping"}} Ping
 *
 * Run: run a program. Never sent while another one runs.
 * @typedef {{type: "run", runId: number, code: string, firstLine: number, continues: boolean,
 *   paused: boolean, seed: number | null, checkpoints: string | null, resumes: boolean}} Run
 *   `firstLine` is the line of the editor, from 1, that `code` starts at; `continues` runs it as a
 *   cell, with the variables that the last run left; `paused` pauses before the first step of
 *   training; `seed` seeds every source of random numbers first; `checkpoints` is what the state of
 *   its fits is kept under, if it is to be kept; the run `resumes` what is kept there already.
 *
 * TrainMore: a run that goes on with the last fit of the run before, on the same data, for so many
 * epochs more. Never sent while a program runs.
 * @typedef {{type: "train-more", runId: number, epochs: number, paused: boolean,
 *   checkpoints: string | null}} TrainMore
 *
 * Forget: what is kept of the fits of runs under these names is not needed any more. No answer.
 * @typedef {{type: "forget", checkpoints: string[]}} Forget
 *
 * Stop: interrupt this run; weights stay as they are.
 * @typedef {{type: "stop", runId: number}} Stop
 *
 * Pause, Resume: hold the training of this run after the step it is in, and go on. Step: go on for
 * one step or to the end of the epoch, and pause there. Each is answered with Pace.
 * @typedef {{type: "pause", runId: number}} Pause
 * @typedef {{type: "resume", runId: number}} Resume
 * @typedef {{type: "step", runId: number, unit: "step" | "epoch"}} Step
 *
 * Set: give a number of the optimizer another value from the next step on. Answered with Settings.
 * A learning rate that comes from a schedule is this constant from then on.
 * @typedef {{type: "set", runId: number, name: string, value: number}} Set
 *
 * ResetWeights: give the model of this run the weights, and its optimizer the state, that they had
 * before its first step (of its first fit of the run). Works while it trains, pauses, or has ended.
 * The learning rate stays as it was set last.
 * @typedef {{type: "reset-weights", runId: number}} ResetWeights
 *
 * Predict: show predictions with the weights of this moment, in the middle of this run. Left out
 * where there is nothing to show, and, unless `now`, while it would slow training down. After the
 * run it is answered for the sake of `cell` alone.
 * @typedef {{type: "predict", runId: number, cell: Cell | null, now: boolean}} Predict
 * @typedef {{truth: number, guess: number}} Cell
 *   A cell of the confusion matrix, whose samples are wanted.
 *
 * Try: ask the model of this run, with the weights of this moment, about what the reader gives it; or,
 * without an `input`, in which ways it can be tried. Answered with Trial, under the same `number`.
 * @typedef {{type: "try", runId: number, number: number, input: TryInput | null}} Try
 * @typedef {{kind: "ink" | "photograph", height: number, width: number, pixels: Uint8Array}
 *   | {kind: "numbers" | "latent", values: number[]} | {kind: "text", text: string}} TryInput
 *   `pixels` of ink are one byte each, 0 for paper; of a photograph red, green and blue. `values` are
 *   those of a row, or of a code for the model's decoder.
 *
 * Watch: what of a training is on the screen, from now on: the norms of gradients, which are computed
 * for that alone. No answer.
 * @typedef {{type: "watch", gradients: boolean}} Watch
 *
 * Inspect: these panels, and no others, show the model from the inside. Each is answered with an
 * Inspection, again and again while the model trains; at once where nothing does, and where the model
 * is to be looked at `now`, even if that holds training up.
 * @typedef {{type: "inspect", panels: {name: InspectorName, options: InspectOptions}[],
 *   now: boolean}} Inspect
 * @typedef {Record<string, string | number | null>} InspectOptions
 *   What the reader has chosen: a `layer`, a `weight`, a `sample`, a `page` and so on.
 *
 * PreferBackend: what programs that do not say train on, from the next step that is compiled on.
 * No answer.
 * @typedef {{type: "prefer-backend", name: "auto" | BackendName}} PreferBackend
 * @typedef {"wasm" | "webgpu" | "numpy"} BackendName
 *
 * ReadFile, DeleteFile, UndeleteFile, WriteFile: hand out a file (a folder as a zip), delete one,
 * bring back what was deleted or replaced under this name, put one there.
 * @typedef {{type: "read-file", name: string}} ReadFile
 * @typedef {{type: "delete-file", name: string}} DeleteFile
 * @typedef {{type: "undelete-file", name: string}} UndeleteFile
 * @typedef {{type: "write-file", name: string, data: Uint8Array}} WriteFile
 */

/**
 * @typedef {Alive | Pong | Fetched | Loading | PartsFetched | Ready | Failed | Fetching | Imported | Files | FileContents
 *   | Written | NotRestored | RequestFailed | Output | CheckpointKept | Resumed
 *   | Picture | Value | Table | LeftOut | Begin | Steps | Epoch | End | Backend | Pace | Settings | Norms | WeightsReset | Finished
 *   | Samples | Predictions | Trial | Inspection} FromWorker
 *
 * Alive: the worker holds the named lock for as long as it lives.
 * @typedef {{type: "alive", lock: string}} Alive
 *
 * Pong: answers Ping.
 * @typedef {{type: "pong"}} Pong
 *
 * Fetched: addresses that the worker has got something from, in the background of all else.
 * @typedef {{type: "fetched", urls: string[]}} Fetched
 *
 * Loading: where the start is.
 * @typedef {{type: "loading", phase: "download" | "start" | "library", loadedBytes: number,
 *   totalBytes: number}} Loading
 *
 * PartsFetched: what Python is made of, for the next Start. Sent after the first Ready.
 * @typedef {{type: "parts", parts: Parts}} PartsFetched
 * @typedef {{start: Blob}} Parts
 *   All else, too, is the worker's own affair; the page just keeps it.
 *
 * Ready: programs can run.
 * @typedef {{type: "ready", version: string, python: string, canPause: boolean}} Ready
 *   `canPause`: Python lets messages in while it trains (stack switching).
 *
 * Failed: the worker cannot go on; only a new one can. In the phase "download" it can, after Retry.
 * @typedef {{type: "failed", phase: "download" | "start" | "run", detail: string}} Failed
 *
 * Fetching: what the program imports is on its way; until then, it waits.
 * @typedef {{type: "fetching", runId: number, name: string, loadedBytes: number,
 *   totalBytes: number}} Fetching
 *
 * Imported: it is there.
 * @typedef {{type: "imported", runId: number}} Imported
 *
 * Files: what programs have left in their folder. `unkept` names those for which this browser has
 * no room, so that they are gone with the tab; null where it keeps none at all.
 * @typedef {{type: "files", files: FileEntry[], unkept: string[] | null}} Files
 * @typedef {{name: string, size: number, folder: boolean}} FileEntry
 *
 * FileContents: answers read-file.
 * @typedef {{type: "file", name: string, data: Uint8Array}} FileContents
 *
 * Written: answers write-file: under which name the file is there, in place of one that can be
 * brought back (`replaced`), and the data set that load_data finds in it.
 * @typedef {{type: "written", name: string, replaced: boolean, dataSet: string | null}} Written
 *
 * NotRestored: of the files of an earlier visit, `moved` have another name now, since one file's name
 * was another's folder; `lost` could not be read, and are kept as they are.
 * @typedef {{type: "not-restored", moved: {name: string, now: string}[], lost: string[]}} NotRestored
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
 * Value: what the last expression of a program or cell gave, as Python writes it. `dropped`
 * characters more were not sent.
 * @typedef {{type: "value", runId: number, text: string, dropped: number}} Value
 *
 * Table: the same of a table, in the place of text: its rows from above. `text` is what it would be as
 * text, `note` what stands below it, such as how large all of it is.
 * @typedef {{type: "table", runId: number, rows: TableCell[][], note: string, text: string}} Table
 * @typedef {{text: string, head: boolean, columns: number, rows: number}} TableCell
 *   `columns` and `rows`: over how many it reaches.
 *
 * LeftOut: lines of the program that are commands of notebooks, and are not run. Comes before all that
 * the program does.
 * @typedef {{type: "left-out", runId: number, commands: {line: number, text: string}[]}} LeftOut
 *
 * Begin: fit, evaluate or predict starts, or a loop of the program's own is seen to train. `fit`
 * counts the fits and loops of the run from 1. A loop has no epochs (0) and no known steps (null).
 * @typedef {{type: "begin", runId: number, fit: number, mode: Mode, label: string,
 *   optimizer: string, epochs: number, initialEpoch: number, steps: number | null,
 *   samples: number | null, means: string[]}} Begin
 *   `means` names the logs that are plain means over the steps of the epoch so far.
 *
 * Steps: so many steps of the epoch (from 0) are done, and there are more; `logs` are means over
 * the epoch so far; in a loop, whose epoch is 0, they are means over the steps since its last Steps.
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
 * Backend: what training runs on from now on, and `why`; which others were `refused`, each with the
 * reason, and what the graphics processor calls itself, if it is one.
 * @typedef {{type: "backend", runId: number, name: BackendName, why: Reason,
 *   refused: {name: BackendName, why: Reason}[], device: string | null}} Backend
 * Why something was chosen or refused: a sentence of the page, and what it names.
 * @typedef {"asked" | "no-kernels" | "processor" | "small" | "no-device" | "no-webgpu" | "no-https"
 *   | "no-adapter" | "not-given" | "not-fetched" | "no-jspi" | "fallback" | "primitives"
 *   | "inputs" | "no-room" | "shader" | "wrong" | "lost" | "compiling" | "measured" | "known"} ReasonCode
 * @typedef {{code: ReasonCode, values: Record<string, string>}} Reason
 *
 * @typedef {"fit" | "loop" | "evaluate" | "predict"} Mode
 * @typedef {Record<string, number>} Logs
 *
 * Pace: training is held in this epoch (from 0) after so many of its steps, or goes on. What comes
 * at the end of an epoch, validation and callbacks, belongs to its last step; a training that has
 * come to its end is not held, but what comes next is.
 * @typedef {{type: "pace", runId: number, paused: boolean, epoch: number, step: number}} Pace
 *
 * CheckpointKept: the state of the fit is kept, so that a run that is cut off goes on from there: from
 * this epoch (from 0) after so many of its steps. Or it is not, `why`: it is too large for it (`size`),
 * the browser keeps nothing or has no room (`storage`), or it could not be taken down (`failed`); then
 * what was kept before is still there.
 * @typedef {{type: "checkpoint", runId: number, kept: boolean, why: "size" | "storage" | "failed" | null,
 *   sizeBytes: number, epoch: number, step: number, steps: number | null,
 *   epochs: number}} CheckpointKept
 *
 * Resumed: the fit that begins next goes on from its checkpoint; `logs` are means over the steps of the
 * epoch up to there. `but` the `data` is not the same as then, so that the epoch begins anew; or the
 * `model` is not, so that all of the training does, as `detail` says.
 * @typedef {{type: "resumed", runId: number, epoch: number, step: number, steps: number | null,
 *   logs: Logs, but: "data" | "model" | null, detail: string}} Resumed
 *
 * Settings: the numbers of the optimizer that trains, as they are now; sent when a fit begins, when
 * one changes, and empty where there are none. A `scheduled` one is set by the program itself at
 * every step or epoch; `why` then says by what.
 * @typedef {{type: "settings", runId: number, settings: Setting[]}} Settings
 * @typedef {{name: string, value: number, scheduled: boolean, why: string | null}} Setting
 *
 * Norms: Euclidean norms of each layer's weights and of its gradients (in a loop those of the last
 * step, in a fit those of its batch at these weights), in order of the layers; null where not known.
 * `bytes` is the memory that Python holds. `withoutGradients` says why a fit that is watched has none.
 * @typedef {{type: "norms", runId: number, fit: number, epoch: number, step: number,
 *   learningRate: number | null, bytes: number, layers: LayerNorms[],
 *   withoutGradients: "memory" | "step" | null}} Norms
 * @typedef {{name: string, weights: number, gradients: number | null}} LayerNorms
 *
 * WeightsReset: answers reset-weights.
 * @typedef {{type: "weights-reset", runId: number}} WeightsReset
 *
 * Finished: the program ended; the worker takes the next one.
 * @typedef {{type: "finished", runId: number, status: "completed" | "stopped" | "failed",
 *   seconds: number, error: ProgramError | null, canTrainMore: boolean}} Finished
 *   `seconds` without the pauses; `canTrainMore`: there is a fit that train-more can go on with.
 * @typedef {{text: string, line: number | null, column: number | null,
 *   frames: {line: number | null, name: string, text: string}[], hint: Hint | null, mend: Mend | null}} ProgramError
 * @typedef {{line: number, column: number, endColumn: number, insert: string}} Mend
 *   What to write in place of a part of a line, to be clicked. Columns count UTF-16 units from 1.
 *
 * Hint: what is wrong and what to do, to be worded in the reader's language.
 * @typedef {{code: "not-fetched"} | {code: "no-checkpoint"} | {code: "out-of-memory"} | {code: "recursion"}
 *   | {code: "notebook-file"} | {code: "prompt"}
 *   | {code: "invisible-character"} | {code: "comma"} | {code: "colon"} | {code: "equals"}
 *   | {code: "quotes"} | {code: "indentation"} | {code: "tabs"} | {code: "print"}
 *   | {code: "class-numbers"} | {code: "one-hot-labels"} | {code: "label-range"}
 *   | {code: "different-lengths"} | {code: "not-compiled"} | {code: "one-sample"}
 *   | {code: "shape"} | {code: "list-of-layers"} | {code: "layer-class"}
 *   | {code: "text-and-number"} | {code: "no-number"} | {code: "not-callable"} | {code: "index"}
 *   | {code: "no-keyboard"} | {code: "undefined-name", name: string}
 *   | {code: "unknown-argument", name: string} | {code: "nothing-there", name: string}
 *   | {code: "no-file", name: string}
 *   | {code: "no-data-set", title: string, files: string[], addresses: string[]}
 *   | {code: "unknown-module", module: string, suggestion: string | null,
 *     instead: string | null, available: string[]}
 *   | {code: "late-module", module: string}
 *   | {code: "misspelt", name: string, suggestion: string}
 *   | {code: "not-imported", name: string, statement: string}
 *   | {code: "missing-argument", names: string}
 *   | {code: "unknown-key", key: string, keys: string}
 *   | {code: "full-width", found: string, insert: string} | {code: "brackets", bracket: string}} Hint
 *
 * Samples: some of the data: the built-in set (of no run), what the model trains on, or what lies in
 * the program's variables by these names. `partial`: the first batch, of which there are more.
 * @typedef {{type: "samples", runId: number | null, source: "mnist" | "program",
 *   use: "built-in" | "training" | "variables", variables: string[], partial: boolean,
 *   samples: SampleFacts}} Samples
 * @typedef {{total: number, inputs: ArrayFacts[], targets: ArrayFacts[],
 *   distribution: Distribution | null, points: {x: number[], y: number[]} | null,
 *   indices: number[], first: number, labels: number[] | null, values: number[][] | null,
 *   shown: Shown}} SampleFacts
 *   `shown` are the `first` samples of the set and then more of each class, `indices` their places
 *   in it, `labels` their classes, or `values` the first numbers of their targets.
 * @typedef {{name: string, shape: number[], dtype: string, low: number | null, high: number | null,
 *   notNumbers: number}} ArrayFacts
 * @typedef {{kind: "classes", values: number[], counts: number[], names: string[] | null,
 *   hidden: number} | {kind: "ranges", edges: number[], counts: number[]}} Distribution
 *   `hidden`: so many classes more.
 * @typedef {{height: number, width: number, channels: number, pixels: Uint8Array}} Images
 * @typedef {{images: Images | null, texts: string[] | null, series: number[][] | null,
 *   features: number[][], names: string[], width: number}} Shown
 *   Samples in one of four forms; `features` are the first of `width` numbers, `names` theirs.
 *
 * Predictions: what the model says about samples, if possible such as it was not trained on; `final`
 * after the run. `set` says which samples: null where there are none.
 * @typedef {{type: "predictions", runId: number, final: boolean, set: SampleSet | null,
 *   report: Report | NoReport}} Predictions
 * @typedef {{name: string, origin: "variables" | "validation_data" | "validation_split" | "evaluate"
 *   | "fit", variables: string[], share: number, seen: boolean, partial: boolean, total: number,
 *   lookedAt: number}} SampleSet
 *   `name` is "test", "validation", "training", or a word of the program's; `seen`: the model trains
 *   on them; `share`: how much of the data validation_split kept.
 * @typedef {ClassReport | LabelReport | RegressionReport | SequenceReport | PairReport} OneReport
 * @typedef {OneReport | {kind: "several", outputs: {name: string, report: OneReport}[]}} Report
 * @typedef {{kind: "nothing", why: "samples" | "outputs", shapes: number[][]}} NoReport
 *   There are no samples that fit, or what the model says of them, in these shapes a sample, is
 *   nothing to compare.
 * @typedef {{kind: "classes", total: number, correct: number, classes: number,
 *   names: string[] | null, balanced: Gallery, wrong: Gallery, unsure: Gallery,
 *   matrix: number[][] | null, cell: (Cell & Gallery) | null}} ClassReport
 *   `matrix` counts true classes (rows) by answers (columns).
 * @typedef {{indices: number[], labels: number[], guesses: number[], certainties: number[],
 *   probabilities: number[][], samples: Shown}} Gallery
 *   `certainties` are the probabilities of the guesses, `probabilities` those of the first classes;
 *   a guess is -1 where the model says NaN.
 * @typedef {{kind: "labels", total: number, labels: number, exact: number, correct: number,
 *   names: string[] | null, indices: number[], samples: Shown, truths: number[][],
 *   guesses: number[][]}} LabelReport
 *   Several labels at once: `correct` counts single yes or no, `exact` samples with all right.
 * @typedef {{kind: "regression", total: number, notNumbers: number, meanAbsoluteError: number,
 *   rootMeanSquaredError: number, actual: number[], predicted: number[],
 *   input: number[] | null}} RegressionReport
 *   The errors are those of the samples where both are numbers.
 * @typedef {{kind: "sequences", total: number, steps: number, correct: number, indices: number[],
 *   inputs: number[][] | null, labels: number[][], guesses: number[][],
 *   names: string[] | null}} SequenceReport
 *   A class for each step; `correct` counts steps.
 * @typedef {{kind: "pairs", total: number, meanAbsoluteError: number, indices: number[],
 *   inputs: Shown, outputs: Shown, targets: Shown | null}} PairReport
 *   Answers of the samples' own form; `targets` where they should be something else.
 *
 * Trial: answers Try: how the model of this name can be tried, or `why` it cannot: there is none, its
 * inputs are not known yet, it has several, or they have another form (`shapes`, -1 for any size).
 * `trained`: its weights are not those that it was made with, as far as anybody knows.
 * @typedef {{type: "trial", runId: number, number: number, model: string, trained: boolean,
 *   parameters: number, neurons: number, ways: Way[], why: "model" | "unbuilt" | "several" | "form" | null, shapes: number[][],
 *   answer: Empty | Said | null}} Trial
 *   `neurons` are those of the hidden layers, `parameters` all of the weights; 0 where not known.
 * @typedef {ImageWay | NumbersWay | {kind: "text", examples: string[]} | LatentWay} Way
 *   Where something is not `known`, no samples of the program's say so.
 * @typedef {{kind: "image", height: number, width: number, channels: number, share: number,
 *   known: boolean}} ImageWay
 *   A drawing is scaled to this `share` of the shorter side, and its centre of mass put in the middle.
 * @typedef {{kind: "numbers", fields: Field[], rows: number[][], known: boolean}} NumbersWay
 *   `rows` are some samples.
 * @typedef {{name: string, low: number, high: number, start: number, whole: boolean}} Field
 * @typedef {{kind: "latent", low: number[], high: number[], start: number[], known: boolean,
 *   decoder: string}} LatentWay
 * @typedef {{kind: "empty"} | {kind: "gone"} | {kind: "busy"}} Empty
 *   There was nothing on the sheet; the model it was for is there no more; it cannot be asked now.
 * @typedef {{kind: "said", seen: Images | null, words: {word: string, known: boolean}[], cut: number,
 *   outputs: {name: string, says: Says}[]}} Said
 *   `seen` is the image that the model was given; of a text so many words were `cut` off. Without
 *   outputs, what the model said is nothing of the kind.
 * @typedef {Bars | {kind: "one"} | {kind: "nan", part: number}
 *   | {kind: "numbers", values: number[], names: string[] | null}
 *   | {kind: "image", images: Images} | {kind: "form", shape: number[]}} Says
 *   "one": a model of one class is always sure of it; "nan": this part of what it says is no number.
 * @typedef {{kind: "classes" | "labels", classes: number, shown: number[], shares: number[],
 *   names: string[] | null, rest: number}} Bars
 *   The probabilities of all classes, or, of many, of the surest ones and of the `rest`.
 *
 * Inspection: which inspectors have something to show of the model, none where there is no model; and
 * what one of the open panels shows, of the weights after `step` steps of `epoch` (from 0).
 * @typedef {{type: "inspection", runId: number, offered: InspectorName[],
 *   panel: InspectedPanel | null}} Inspection
 * @typedef {{name: InspectorName, options: InspectOptions, fit: number, epoch: number, step: number,
 *   report: Inspected}} InspectedPanel
 * @typedef {"activations" | "boundary" | "browser" | "calibration" | "embeddings" | "forecast"
 *   | "landscape" | "residuals" | "saliency" | "step" | "tokens" | "weights"} InspectorName
 * @typedef {NotSeen | NotInspected | BoundaryReport | WeightsReport | ActivationsReport
 *   | CalibrationReport | ResidualsReport | ForecastReport | SaliencyReport | TokensReport
 *   | BrowserReport | EmbeddingsReport | LandscapeReport | StepReport} Inspected
 * @typedef {{kind: "nothing", why: "model" | "unfit" | "samples" | "weights" | "classes" | "numbers"
 *   | "layers" | "large"}} NotSeen
 * @typedef {{kind: "failed", detail: string}} NotInspected
 *
 * Maps: small pictures of numbers on one scale, from `low` (byte 0) to `high` (255); around 0 where
 * `low` is below it. `of` tells the numbers of each; there are so many `hidden` more.
 * @typedef {{height: number, width: number, low: number, high: number, values: Uint8Array,
 *   of: {name: string, low: number, high: number, mean: number}[], hidden: number}} Maps
 *
 * The sample that is looked at: which of so many `samples` the page looks at, its `index` in its set,
 * and what the model and the truth say of it: classes, or one number.
 * @typedef {{sample: number, samples: number, index: number, input: Shown, guess: number | null,
 *   label: number | null, certainty: number | null, names: string[] | null, answer: number | null,
 *   truth: number | null}} InspectedSample
 *
 * @typedef {{kind: "boundary", size: number, x: number[], y: number[], features: string[],
 *   layers: string[], layer: string, neurons: Maps | null,
 *   points: {x: number[], y: number[], labels: number[] | null}, classes: number,
 *   names: string[] | null, guesses: Uint8Array | null, certainties: Uint8Array | null,
 *   height: Maps | null, range: number[] | null, shares: number[],
 *   notNumbers: number}} BoundaryReport
 *   A grid of `size` x `size` points, row by row from the top: the class that is said at each (255:
 *   none) and how surely (of 255), or a `height` within a `range`. `shares`: of the plane, by class.
 * @typedef {{kind: "weights", layers: {name: string, weights: string[]}[], layer: string,
 *   weight: string, shape: number[], pictures: "filters" | "units" | "matrix" | "row", maps: Maps,
 *   counts: number[], edges: number[], quantiles: number[], total: number, lookedAt: number,
 *   notNumbers: number}} WeightsReport
 *   `quantiles`: least, 5 %, 25 %, half, 75 %, 95 %, most; empty where none is a number.
 * @typedef {InspectedSample & {kind: "activations", layers: InspectedLayer[],
 *   hidden: number}} ActivationsReport
 * @typedef {{name: string, layerClass: string, shape: number[], maps: Maps | null,
 *   values: number[] | null, hidden: number, low: number, high: number, mean: number, zeros: number,
 *   notNumbers: number}} InspectedLayer
 * @typedef {{kind: "calibration", total: number, notNumbers: number, correct: number, error: number,
 *   bins: {low: number, high: number, count: number, certainty: number, accuracy: number}[],
 *   names: string[] | null, classes: {samples: number, found: number, said: number}[],
 *   hidden: number}} CalibrationReport
 *   `error`: by how much certainty and accuracy differ on average.
 * @typedef {{kind: "residuals", total: number, notNumbers: number, mean: number, deviation: number,
 *   within: number, explained: number, counts: number[], edges: number[], predicted: number[],
 *   residuals: number[], outputs: string[], output: number}} ResidualsReport
 * @typedef {{kind: "forecast", total: number, truth: number[], forecast: number[], error: number,
 *   naive: number, outputs: number, output: number}} ForecastReport
 *   `naive`: the error of who says that all stays as it is.
 * @typedef {InspectedSample & {kind: "saliency", unit: number, gradient: Maps | null,
 *   occlusion: Maps | null, parts: SalientPart[], patch: number, hidden: number,
 *   before: number}} SaliencyReport
 * @typedef {{name: string, value: number, gradient: number | null, fall: number}} SalientPart
 * @typedef {InspectedSample & {kind: "tokens", tokens: {word: string, number: number, fall: number}[],
 *   hidden: number, known: boolean}} TokensReport
 * @typedef {{kind: "browser", sets: {name: string, total: number}[], set: string,
 *   label: number | null, understood: boolean, found: number, page: number, pages: number,
 *   indices: number[], labels: number[] | null, targets: number[] | null, samples: Shown,
 *   classes: {value: number, name: string, count: number}[],
 *   duplicates: {count: number, within: number, compared: number,
 *   pairs: {first: number, second: number}[], samples: Shown} | null}} BrowserReport
 *   `duplicates`: samples of the second set that are in the first one too, of so many `compared`.
 * @typedef {{kind: "embeddings", layers: string[], layer: string, x: number[], y: number[],
 *   share: number[], of: "samples" | "words", total: number, width: number,
 *   labels: number[] | null, names: string[] | null, words: string[] | null,
 *   indices: number[]}} EmbeddingsReport
 * @typedef {{kind: "landscape", size: number, reach: number, losses: number[], heights: Maps,
 *   centre: number, lowest: number, highest: number, rows: number,
 *   samples: number}} LandscapeReport
 *   `heights` are logarithms; so many `rows` are done, the middle ones first.
 * @typedef {{kind: "step", batch: number, loss: number, seconds: number | null,
 *   backend: BackendName | "", stages: StepStage[], weights: string[],
 *   chain: StepChain | null}} StepReport
 *   `seconds` and `backend` are not known before the step was measured, which waits until nothing trains.
 * @typedef {{part: "forward" | "loss" | "backward" | "update", name: string, layerClass: string,
 *   equations: number, primitives: string[], shape: number[] | null,
 *   seconds: number | null}} StepStage
 * @typedef {{weight: string, shape: number[], row: number, column: number, value: number,
 *   gradient: number, after: number, sample: number, share: number, shares: number[],
 *   links: {name: "input" | "activation" | "output" | "sum", value: number}[]}} StepChain
 *   The gradient of the weight from input `row` to unit `column` of a dense layer is the sum of the
 *   `shares` of the batch's samples; that of `sample`, the largest one, is the product of `links`.
 */

export {};
