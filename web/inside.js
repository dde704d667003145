/** All that shows a model from the inside: fetched when its view is first opened. */

import "./widgets/inside/inside-panel.js";
import "./widgets/inside/map-grid.js";
import "./widgets/inside/series-lines.js";
import "./widgets/inside/inside-activations.js";
import "./widgets/inside/inside-boundary.js";
import "./widgets/inside/inside-browser.js";
import "./widgets/inside/inside-calibration.js";
import "./widgets/inside/inside-embeddings.js";
import "./widgets/inside/inside-forecast.js";
import "./widgets/inside/inside-landscape.js";
import "./widgets/inside/inside-residuals.js";
import "./widgets/inside/inside-saliency.js";
import "./widgets/inside/inside-step.js";
import "./widgets/inside/inside-tokens.js";
import "./widgets/inside/inside-weights.js";
