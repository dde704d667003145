"""What each example comes to in the page: what its picture in the gallery is drawn from."""

import json
import math
from pathlib import Path
from typing import Any

from tasks import browser, server
from tasks.paths import DIST, WEB

RESULTS = WEB / "examples" / "results.json"

_PATIENCE_MS = 300_000
_MOST_LINES = 4
_MOST_VALUES = 24
_MOST_POINTS = 60
_MOST_IMAGES = 4
_SIDE = 14
"""Images are kept so small, in 16 shades."""

_RECORD = """
globalThis.recorded = [];
const { set } = Object.getOwnPropertyDescriptor(MessagePort.prototype, "onmessage");
Object.defineProperty(MessagePort.prototype, "onmessage", {
  set(listener) {
    set.call(this, (event) => {
      const kinds = ["begin", "epoch", "steps", "predictions", "finished"];
      if (kinds.includes(event.data?.type)) {
        globalThis.recorded.push(event.data);
      }
      return listener(event);
    });
  },
});
"""
_TAKE = """() => JSON.stringify(globalThis.recorded, (key, value) =>
  value instanceof Uint8Array ? [...value] : value)"""

Message = dict[str, Any]


def record() -> Path:
    """Run every example in the built site, and write what came of each.

    Returns:
        The file.
    """
    names = [path.stem.partition("-")[2] for path in sorted((WEB / "examples").glob("*.py"))]
    with server.serving(DIST, "/") as url, browser.launched() as chromium:
        tab = chromium.new_page(locale="en-US", viewport={"width": 1280, "height": 800})
        tab.set_default_timeout(_PATIENCE_MS)
        tab.add_init_script(_RECORD)
        tab.goto(url)
        tab.locator("load-status .dot").wait_for()
        found = {name: _run(tab, name) for name in names}
    lines = [f"  {json.dumps(name)}: {json.dumps(found[name])}" for name in names]
    RESULTS.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    return RESULTS


def _run(tab: Any, name: str) -> dict[str, Any]:
    tab.locator("program-menu .opener").click()
    tab.locator(f"program-menu #entry-{name}").click()
    tab.evaluate("() => { globalThis.recorded = []; }")
    tab.locator("run-controls .run").click()
    tab.locator("run-controls .run[aria-disabled=true]").wait_for()
    tab.locator("run-controls .run[aria-disabled=false]").wait_for()
    tab.wait_for_timeout(500)
    messages: list[Message] = json.loads(tab.evaluate(_TAKE))
    (finished,) = [one for one in messages if one["type"] == "finished"]
    if finished["status"] != "completed":
        raise RuntimeError(f"the example {name!r} {finished['status']}")
    return {"seconds": _short(finished["seconds"], 2), **_picture(messages)}


def _picture(messages: list[Message]) -> dict[str, Any]:
    reports = [one["report"] for one in messages if one["type"] == "predictions" and one["final"]]
    report: Message = reports[-1] if reports else {"kind": "nothing"}
    if report["kind"] == "pairs" and report["inputs"]["images"] and report["outputs"]["images"]:
        return _images(report)
    if report["kind"] == "regression":
        return _points(report)
    return _lines(messages)


def _images(report: Message) -> dict[str, Any]:
    """Some samples above what the model makes of them."""
    rows = []
    for images in (report["inputs"]["images"], report["outputs"]["images"]):
        height, width = images["height"], images["width"]
        size = height * width
        rows.append(
            [
                _shades(images["pixels"][at * size : (at + 1) * size], width)
                for at in range(_MOST_IMAGES)
            ]
        )
    return {"kind": "images", "rows": rows}


def _shades(pixels: list[int], width: int) -> str:
    """An image of half the size, a hexadecimal digit a pixel."""
    step = width // _SIDE
    shades = []
    for row in range(_SIDE):
        for column in range(_SIDE):
            places = [
                (row * step + down) * width + column * step + right
                for down in range(step)
                for right in range(step)
            ]
            mean = sum(pixels[place] for place in places) / len(places)
            shades.append(f"{round(mean / 17):x}")
    return "".join(shades)


def _points(report: Message) -> dict[str, Any]:
    """The truth and what the model says, along the one input or against each other."""
    known = [
        (x, actual, predicted)
        for x, actual, predicted in zip(
            report["input"] or report["actual"], report["actual"], report["predicted"], strict=True
        )
        if None not in (x, actual, predicted)
    ]
    chosen = sorted(known[:: max(len(known) // _MOST_POINTS, 1)][:_MOST_POINTS])
    columns = [[_short(value) for value in column] for column in zip(*chosen, strict=True)]
    return {"kind": "points", "along": report["input"] is not None,
            "x": columns[0], "actual": columns[1], "predicted": columns[2]}  # fmt: skip


def _lines(messages: list[Message]) -> dict[str, Any]:
    """The curve that says most of each fit; of one fit, on validation data too."""
    curves: dict[int, dict[str, list[float]]] = {}
    loops = {one["fit"] for one in messages if one["type"] == "begin" and one["mode"] == "loop"}
    for one in messages:
        if one["type"] == "epoch" or (one["type"] == "steps" and one["fit"] in loops):
            for name, value in one["logs"].items():
                if value is not None:
                    curves.setdefault(one["fit"], {}).setdefault(name, []).append(value)
    fits = [curve for curve in curves.values() if max(map(len, curve.values())) > 1]
    lines = []
    for curve in fits[:_MOST_LINES]:
        own = next((name for name in ("accuracy", "acc") if name in curve), "loss")
        own = own if own in curve else next(iter(curve))
        names = [own, f"val_{own}"] if len(fits) == 1 else [f"val_{own}"]
        known = [name for name in names if name in curve] or [own]
        lines += [{"name": name, "values": _thinned(curve[name])} for name in known]
    return {"kind": "lines", "lines": lines}


def _thinned(values: list[float]) -> list[float]:
    step = max(math.ceil(len(values) / _MOST_VALUES), 1)
    kept = values[::-1][::step][::-1]  # the last one stays
    return [_short(value) for value in kept]


def _short(value: float, digits: int = 3) -> float:
    return float(f"{value:.{digits}g}")
