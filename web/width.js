/** Tells a widget how wide it is, for drawings in pixels of the screen. */

/** @typedef {import("lit").ReactiveControllerHost & HTMLElement} Host */

export class WidthController {
  /** @param {Host} host */
  constructor(host) {
    this.host = host;
    /** Width of the widget in pixels; 0 before it is shown. */
    this.width_px = 0;
    this.resizes = new ResizeObserver(([entry]) => {
      this.width_px = Math.floor(entry.contentRect.width);
      host.requestUpdate();
    });
    host.addController(this);
  }

  hostConnected() {
    this.resizes.observe(this.host);
  }

  hostDisconnected() {
    this.resizes.disconnect();
  }
}
