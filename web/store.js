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
    this.assign(changes);
    this.touch();
  }

  /**
   * Changes some of the values; subscribers hear of it with the next touch.
   *
   * @param {Partial<Values>} changes
   */
  assign(changes) {
    this.values = { ...this.values, ...changes };
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

/** Draws its widget again when one of its stores changes; in a view that is hidden, once it is shown. */
export class StoreController {
  /**
   * @param {ReactiveControllerHost & Element} host
   * @param {...{subscribe: Store<object>["subscribe"]}} stores
   */
  constructor(host, ...stores) {
    this.host = host;
    this.stores = stores;
    /** The view that the widget stands in, if it stands in one. @type {HTMLElement | null} */
    this.view = null;
    /** Whether the widget shows what was before. */
    this.stale = false;
    this.turns = new MutationObserver(() => this.stale && this.redraw());
    this.rests = true;
    this.redraw = () => {
      this.stale = this.rests && Boolean(this.view?.hidden);
      if (!this.stale) {
        host.requestUpdate();
      }
    };
    /** @type {(() => void)[]} */
    this.releases = [];
    host.addController(this);
  }

  /** Has it drawn in a hidden view too: to draw all that has come at once would take too long. */
  always() {
    this.rests = false;
  }

  hostConnected() {
    this.releases = this.stores.map((store) => store.subscribe(this.redraw));
    this.view = viewOf(this.host);
    if (this.view) {
      this.turns.observe(this.view, { attributeFilter: ["hidden"] });
    }
    this.redraw();
  }

  hostDisconnected() {
    this.turns.disconnect();
    for (const release of this.releases) {
      release();
    }
  }
}

/**
 * The view around a widget, through the shadow roots that it stands in.
 *
 * @param {Element} widget
 * @returns {HTMLElement | null}
 */
function viewOf(widget) {
  const found = widget.closest("[data-view]");
  const root = widget.getRootNode();
  return found || !(root instanceof ShadowRoot)
    ? /** @type {HTMLElement | null} */ (found)
    : viewOf(root.host);
}
