/** Keeps runs in this browser's IndexedDB. Where it keeps nothing, runs last as long as the page. */

/** @typedef {import("./runs.js").Run} Run */

const DATABASE = "pykeras.runs";
const STORE = "runs";

/** @type {Promise<IDBDatabase | null> | null} */
let opening = null;

/** @returns {Promise<Run[]>} In the order in which they ran. */
export async function readRuns() {
  const database = await open();
  if (!database) {
    return [];
  }
  /** @type {Run[]} */
  const runs = await answer(database.transaction(STORE).objectStore(STORE).getAll());
  return runs.filter(isRun).sort((a, b) => a.number - b.number);
}

/**
 * One run as it is kept now; another tab may have changed it.
 *
 * @param {string} id
 * @returns {Promise<Run | null>}
 */
export async function readRun(id) {
  const database = await open();
  const run = database && (await answer(database.transaction(STORE).objectStore(STORE).get(id)));
  return run && isRun(run) ? run : null;
}

/** @param {Run} run */
function isRun({ curves }) {
  return curves?.version === 1;
}

/**
 * @param {Run} run
 * @returns {Promise<boolean>} Whether the browser keeps it.
 */
export async function writeRun(run) {
  return change((store) => store.put(run));
}

/** @param {string[]} ids */
export async function forgetRuns(ids) {
  return change((store) => {
    for (const id of ids) {
      store.delete(id);
    }
  });
}

/** @param {(store: IDBObjectStore) => void} act */
async function change(act) {
  const database = await open();
  if (!database) {
    return false;
  }
  try {
    const transaction = database.transaction(STORE, "readwrite");
    act(transaction.objectStore(STORE));
    return await new Promise((resolve) => {
      transaction.oncomplete = () => resolve(true);
      transaction.onabort = () => resolve(false); // there is no room
    });
  } catch {
    return false;
  }
}

function open() {
  opening ??= openDatabase();
  return opening;
}

async function openDatabase() {
  try {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    const database = await answer(request);
    const letGo = () => {
      database.close();
      opening = null;
    };
    database.onversionchange = letGo; // another tab deletes all data
    database.onclose = letGo;
    return database;
  } catch {
    return null;
  }
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
