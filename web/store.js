/**
 * The page's state: values by name, and who wants to know when they change. Each part of the page
 * keeps its own store in `state/`; a widget reads stores through a `StoreController`.
 */

/** @typedef {import("lit").ReactiveControllerHost} ReactiveControllerHost */
/** @typedef {() => void} Listener */

/** Whoever has news for the next frame. @type {Set<Listener>} */
const due = new Set();
let awaited = 0;

function tellAll() {
  awaited = 0;
  const listeners = [...due];
  due.clear();
  for (const listener of listeners) {
    listener();
  }
}

/** @template {object} Values */
export class Store {
  /** @param {Values} values What it holds at first. */
  constructor(values) {
    /** What it holds; changed by `set` alone. @type {Readonly<Values>} */
    this.values = values;
    /** @type {Set<Listener>} */
    this.listeners = new Set();
  }

  /**
   * Changes some of the values; subscribers hear of it in the next frame, once.
   *
   * @param {Partial<Values>} changes
   */
  set(changes) {
    this.values = { ...this.values, ...changes };
    this.touch();
  }

  /** Tells subscribers that something inside a value has changed. */
  touch() {
    for (const listener of this.listeners) {
      due.add(listener);
    }
    if (due.size > 0 && awaited === 0) {
      awaited = requestAnimationFrame(tellAll);
    }
  }

  /**
   * @param {Listener} listener Called in the first frame after a change.
   * @returns {() => void} Ends that.
   */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
      due.delete(listener);
    };
  }
}

/** Draws its widget again when one of its stores changes. */
export class StoreController {
  /**
   * @param {ReactiveControllerHost} host
   * @param {...{subscribe: Store<object>["subscribe"]}} stores
   */
  constructor(host, ...stores) {
    this.stores = stores;
    this.redraw = () => host.requestUpdate();
    /** @type {(() => void)[]} */
    this.releases = [];
    host.addController(this);
  }

  hostConnected() {
    this.releases = this.stores.map((store) => store.subscribe(this.redraw));
    this.redraw();
  }

  hostDisconnected() {
    for (const release of this.releases) {
      release();
    }
  }
}
