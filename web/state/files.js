/** The files that programs and the reader have put into the program's folder. */

import { openLessonFile } from "../learning.js";
import { formatSize, t } from "../locale.js";
import { Store } from "../store.js";
import { tell, toast } from "./notices.js";
import { isNotebookFile } from "./program-files.js";
import { python, session } from "./session.js";

/** @typedef {import("../protocol.js").FileEntry} FileEntry */
/** @typedef {import("../protocol.js").FromWorker} FromWorker */

/**
 * @typedef {object} Files
 * @property {FileEntry[]} files
 * @property {ReadonlySet<string> | null} unkept Those that are gone with the tab; null: all are.
 * @property {string[]} arriving Those that are being put there.
 */

export const files = new Store(
  /** @type {Files} */ ({ files: [], unkept: new Set(), arriving: [] }),
);

/** Python has 4 GB for everything, and holds a file once or twice while a program reads it. */
const MAX_UPLOAD_BYTES = 2 ** 29;
/** What a teacher has written is opened, not put into the folder of programs. */
const LESSON_FILE = ".lesson.json";
/** A folder with more files than this was dropped by mistake. */
const MAX_UPLOADS = 500;

/** What the page has asked for: nothing else is saved on the reader's disk. @type {Set<string>} */
const awaited = new Set();

/** @param {Extract<FromWorker, {type: "files"}>} message */
export function showFiles({ files: entries, unkept }) {
  files.set({ files: entries, unkept: unkept && new Set(unkept) });
}

/** @param {string} name */
export function askForFile(name) {
  awaited.add(name);
  python().send({ type: "read-file", name });
}

/** @param {Extract<FromWorker, {type: "file"}>} message */
export function takeFile({ name, data }) {
  if (awaited.delete(name) || awaited.delete(name.replace(/\.zip$/, ""))) {
    saveFile(name, data);
  }
}

/** @param {string} name */
export function deleteFile(name) {
  python().send({ type: "delete-file", name });
  toast("toast.fileDeleted", { name }, () => python().send({ type: "undelete-file", name }));
}

/**
 * Saves a file where the browser puts downloads.
 *
 * @param {string} name
 * @param {Uint8Array | string | Blob} data
 */
export function saveFile(name, data) {
  const contents = /** @type {Uint8Array<ArrayBuffer> | string | Blob} */ (data);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([contents]));
  link.download = name;
  link.click();
  // The browser has taken the address by the time the click is handled.
  setTimeout(() => URL.revokeObjectURL(link.href));
}

/** @param {File[]} chosen */
export function uploadFiles(chosen) {
  return upload(chosen.map((file) => ({ name: file.name, file })));
}

/** @param {{name: string, file: File}[]} chosen Names are paths, where a folder was dropped. */
async function upload(chosen) {
  if (chosen.length > MAX_UPLOADS) {
    tell("notice.tooManyFiles", { count: chosen.length, limit: MAX_UPLOADS });
    return;
  }
  const [lesson] = chosen.filter(({ name }) => name.endsWith(LESSON_FILE));
  if (lesson) {
    openLessonFile(lesson.file);
    return;
  }
  await pythonIsThere();
  for (const { name, file } of chosen) {
    if (file.size > MAX_UPLOAD_BYTES) {
      const limit = formatSize(MAX_UPLOAD_BYTES);
      tell("notice.fileTooLarge", { name, size: formatSize(file.size), limit });
      continue;
    }
    files.set({ arriving: [...files.values.arriving, name] });
    try {
      const data = new Uint8Array(await file.arrayBuffer());
      python().send({ type: "write-file", name, data }, [data.buffer]);
    } catch {
      endUpload();
      tell("notice.fileUnreadable", { name });
    }
  }
}

/** Python answers uploads in their order. */
export function endUpload() {
  files.set({ arriving: files.values.arriving.slice(1) });
}

/** Python begins anew, and has forgotten what it was asked. */
export function forgetRequests() {
  awaited.clear();
  files.set({ arriving: [] });
}

/** @param {Extract<FromWorker, {type: "written"}>} message */
export function endWriting({ name, replaced, dataSet }) {
  endUpload();
  const undo = replaced ? () => python().send({ type: "undelete-file", name }) : null;
  if (dataSet !== null) {
    toast("toast.dataSet", { name: dataSet }, undo);
  } else {
    toast(replaced ? "toast.fileReplaced" : "toast.fileThere", { name }, undo);
  }
}

/** @param {Extract<FromWorker, {type: "not-restored"}>} message */
export function tellNotRestored({ moved, lost }) {
  const names = moved.map(({ name, now }) => t("toast.movedFile", { name, now }));
  if (lost.length > 0) {
    tell("notice.lostFiles", { names: listed(lost) });
  }
  if (moved.length > 0) {
    toast("toast.movedFiles", { names: listed(names) });
  }
}

/** @param {string[]} names */
function listed(names) {
  const shown = names.slice(0, 5);
  return [...shown, ...(names.length > shown.length ? ["…"] : [])].join(", ");
}

/** Files may be dropped anywhere on the page; what is dropped on these is theirs. */
const TAKERS = "code-editor, draw-pad";

/** @param {DragEvent} event */
function takesFiles(event) {
  return event.composedPath().some((part) => part instanceof Element && part.matches(TAKERS));
}

/**
 * Files may be dropped anywhere on the page.
 *
 * @param {(notebooks: File[]) => void} openNotebooks Makes programs of them.
 */
export function listenForDrops(openNotebooks) {
  const { dataset } = document.documentElement;
  addEventListener(
    "dragover",
    (event) => {
      if (carriesFiles(event)) {
        event.preventDefault();
        if (takesFiles(event)) {
          delete dataset.dropping;
        } else {
          dataset.dropping = t("files.dropHere");
        }
      }
    },
    true,
  );
  addEventListener("dragleave", ({ relatedTarget }) => {
    if (relatedTarget === null) {
      delete dataset.dropping;
    }
  });
  addEventListener(
    "drop",
    async (event) => {
      delete dataset.dropping;
      if (!carriesFiles(event) || takesFiles(event)) {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
      const dropped = await droppedFiles(/** @type {DataTransfer} */ (event.dataTransfer));
      /** @param {{name: string}} one */
      const isOpened = (one) => isNotebookFile(one) && !one.name.includes("/"); // of no folder
      openNotebooks(dropped.filter(isOpened).map(({ file }) => file));
      upload(dropped.filter((one) => !isOpened(one)));
    },
    true,
  );
}

/** @param {DragEvent} event */
function carriesFiles({ dataTransfer }) {
  return dataTransfer?.types.includes("Files") ?? false;
}

/**
 * Folders are read with all that is in them.
 *
 * @param {DataTransfer} transfer
 */
async function droppedFiles(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  if (!entries.some((entry) => entry?.isDirectory)) {
    return [...transfer.files].map((file) => ({ name: file.name, file }));
  }
  /** @type {{name: string, file: File}[]} */
  const found = [];
  for (const entry of entries) {
    if (entry) {
      await readEntry(entry, found);
    }
  }
  return found;
}

/**
 * @param {FileSystemEntry} entry
 * @param {{name: string, file: File}[]} found
 */
async function readEntry(entry, found) {
  if (entry.isFile) {
    const { file } = /** @type {FileSystemFileEntry} */ (entry);
    found.push({
      name: entry.fullPath.slice(1),
      file: await new Promise((resolve, reject) => file.call(entry, resolve, reject)),
    });
    return;
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const inner = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (inner.length === 0 || found.length > MAX_UPLOADS) {
      return;
    }
    for (const one of inner) {
      await readEntry(one, found);
    }
  }
}

/** @returns {Promise<void>} Resolves once Python takes requests. */
function pythonIsThere() {
  return new Promise((resolve) => {
    const look = () => {
      const { state } = session.values;
      if (state !== "loading" && state !== "failed") {
        release();
        resolve();
      }
    };
    const release = session.subscribe(look);
    look();
  });
}
