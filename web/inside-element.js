/** What every view of a model's inside is: it draws the report that it is given. */

import { LitElement, unsafeCSS } from "lit";
import { LanguageController } from "./locale.js";
import controls from "./styles/controls.css";
import figures from "./styles/figures.css";
import inside from "./styles/inside.css";
import tiles from "./styles/tiles.css";

/** @template {import("./protocol.js").Inspected} Report */
export class InsideElement extends LitElement {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { report: { attribute: false } };

  /** @type {import("lit").CSSResultGroup} */
  static styles = [unsafeCSS(controls), unsafeCSS(figures), unsafeCSS(tiles), unsafeCSS(inside)];

  constructor() {
    super();
    /** @type {Report | null} */
    this.report = null;
    new LanguageController(this);
  }
}
