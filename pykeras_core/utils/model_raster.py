"""Draws a `ModelPlot` with matplotlib, for those who want pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pykeras_core.checks import checked

__all__ = ["write_png"]

PIXELS_PER_INCH = 100
SCALE = 2
HEAD = 23.0
LINE = 18.0


@checked
def write_png(plot: Any, path: Path) -> None:
    """Writes a drawing of a model as a PNG with two pixels for each of the SVG's.

    Args:
        plot: The `ModelPlot`.
        path: The file.

    Raises:
        ImportError: If matplotlib is not there.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.patches import FancyBboxPatch
    except ImportError:
        raise ImportError(
            f"`plot_model` draws a PNG with matplotlib, which is not installed. Write '{path.stem}"
            ".svg' instead, or run `pip install matplotlib`."
        ) from None
    width, height = plot.size
    figure = Figure((width / PIXELS_PER_INCH, height / PIXELS_PER_INCH), dpi=PIXELS_PER_INCH)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    for points in plot.layout.paths:
        places = [plot.place(point) for point in points]
        axes.plot(*zip(*places, strict=True), color="#6b737b", linewidth=0.8)
        axes.annotate(
            "", places[-1], places[-2], arrowprops={"arrowstyle": "-|>", "color": "#6b737b"}
        )
    for box, center in zip(plot.boxes, plot.layout.centers, strict=True):
        x, y = plot.place(center)
        across, down = box.size
        corner = (x - across / 2, y - down / 2)
        style = "round,pad=0,rounding_size=5"
        for extent, face in ((down, "white"), (min(HEAD, down), "#e7edfb")):
            patch = FancyBboxPatch(
                corner, across, extent, boxstyle=style, facecolor=face, edgecolor="none", zorder=2
            )
            axes.add_patch(patch)
        frame = FancyBboxPatch(
            corner, across, down, boxstyle=style, facecolor="none", edgecolor="#6b737b", zorder=3
        )
        axes.add_patch(frame)
        for row, line in enumerate(box.lines):
            axes.text(
                x,
                corner[1] + LINE * (row + 1) - 4,
                line,
                family="monospace",
                size=8.6,
                weight="bold" if row == 0 else "normal",
                ha="center",
                va="baseline",
                zorder=4,
            )
    figure.savefig(path, dpi=PIXELS_PER_INCH * SCALE, facecolor="white")
