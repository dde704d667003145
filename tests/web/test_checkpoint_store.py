"""What is kept of fits, under faults: run by Node, on a store that fails as browsers' do."""

from typing import Any

from tests.web.node import run_js

# As much of IndexedDB as is used: requests end in later tasks, a transaction that fails changes
# nothing, and what is put there is a copy.
FAKE = """
const data = new Map();
let opens = true, room = Infinity, cut = false;
const byOrder = (a, b) => JSON.parse(a)[0] - JSON.parse(b)[0];
const later = (act) => {
  const request = {};
  setTimeout(() => {
    try { request.result = act(); request.onsuccess?.(); }
    catch (error) { request.error = error; request.onerror?.(); }
  });
  return request;
};
const transaction = () => {
  const changes = [];
  const self = {
    objectStore: () => ({
      transaction: self,
      put: (bytes, key) => changes.push(() => next.set(JSON.stringify(key), bytes.slice())),
      delete: (key) => changes.push(() => next.delete(JSON.stringify(key))),
      get: (key) => later(() => {
        if (data.get(JSON.stringify(key)) === "damaged") throw new Error("cannot be read");
        return data.get(JSON.stringify(key));
      }),
      getAllKeys: () => later(() => [...data.keys()].sort(byOrder).map(JSON.parse)),
    }),
    commit() {
      setTimeout(() => {
        if (cut) return; // the tab is gone
        next = new Map(data);
        changes.forEach((change) => change());
        const size = [...next.values()].reduce((sum, bytes) => sum + bytes.length, 0);
        if (size > room) { self.error = new Error("QuotaExceededError"); self.onabort(); return; }
        data.clear(); next.forEach((bytes, key) => data.set(key, bytes)); self.oncomplete();
      });
    },
    abort() { setTimeout(() => self.onabort()); },
  };
  let next = new Map();
  return self;
};
globalThis.indexedDB = { open: () => {
  if (!opens) throw new Error("SecurityError");
  return later(() => ({ transaction, close() {}, createObjectStore() {} }));
} };
const { CheckpointStore } = await import("../worker/checkpoint-store.js");
const bytes = (...values) => new Uint8Array(values);
const read = async (run, store = new CheckpointStore()) =>
  (await store.read(run)).map((found) => [...found]);
const failed = (promise) => promise.then(() => false, () => true);
const store = new CheckpointStore();
await store.begin("a");
"""


def stored(code: str) -> Any:
    return run_js(FAKE + code)


def test_the_last_two_states_of_a_fit_and_those_of_fits_that_are_over_are_kept() -> None:
    found = stored(
        """for (const value of [1, 2, 3]) await store.keep("now", bytes(value));
        await store.keep("fit 1", bytes(9)); await store.keep("now", bytes(4));
        answer([await read("a"), data.size]);"""
    )
    assert found == [[[4], [9], [3]], 3]


def test_a_write_that_is_cut_off_or_finds_no_room_leaves_what_there_was() -> None:
    found = stored(
        """await store.keep("now", bytes(1)); await store.keep("now", bytes(2));
        room = 2; const refused = await failed(store.keep("now", bytes(3, 3, 3)));
        const afterQuota = await read("a");
        room = Infinity; cut = true; store.keep("now", bytes(4));
        await new Promise((resolve) => setTimeout(resolve, 20));
        cut = false; const next = new CheckpointStore(); await next.begin("a");
        await next.keep("now", bytes(5));
        answer([refused, afterQuota, await read("a")]);"""
    )
    assert found == [True, [[2], [1]], [[5], [2]]]


def test_a_state_that_cannot_be_read_gives_way_to_the_one_before() -> None:
    found = stored(
        """await store.keep("now", bytes(1)); await store.keep("now", bytes(2));
        data.set([...data.keys()].at(-1), "damaged"); answer(await read("a"));"""
    )
    assert found == [[1]]


def test_where_storage_is_denied_it_says_so_and_tries_again() -> None:
    found = stored(
        """opens = false; const denied = new CheckpointStore(); await denied.begin("b");
        const refused = await failed(denied.keep("now", bytes(1)));
        const nothing = await read("b", denied); await denied.forget(["b"]);
        opens = true; await denied.begin("b"); await denied.keep("now", bytes(2));
        answer([refused, nothing, await read("b")]);"""
    )
    assert found == [True, [], [[2]]]


def test_two_tabs_keep_their_own_states_whatever_the_clock_says() -> None:
    found = stored(
        """const other = new CheckpointStore(); await other.begin("b");
        Date.now = () => -1; // a clock that jumps
        await store.keep("now", bytes(1)); await other.keep("now", bytes(7));
        await store.keep("now", bytes(2)); await other.keep("now", bytes(8));
        await store.keep("now", bytes(3)); await store.forget(["a"]);
        answer([await read("a"), await read("b")]);"""
    )
    assert found == [[], [[8], [7]]]


def test_of_more_than_five_runs_the_states_of_the_oldest_go() -> None:
    found = stored(
        """for (const run of ["a", "b", "c", "d", "e", "f"]) {
          await store.begin(run); await store.keep("now", bytes(1)); }
        answer([await read("a"), await read("b"), await read("f")]);"""
    )
    assert found == [[], [[1]], [[1]]]
