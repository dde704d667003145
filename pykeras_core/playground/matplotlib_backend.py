"""The page's matplotlib backend: Agg draws, `show()` puts the figures into the console.

matplotlib loads it by name (see `pykeras_core.playground.figures`), and it imports matplotlib.
"""

import io
from typing import Any

from matplotlib._pylab_helpers import Gcf
from matplotlib.axes import Axes
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from pykeras_core.utils.pictures import Picture, show_picture

PIXELS_PER_CSS_PIXEL = 2
"""How much finer than the page a figure is drawn, so that it is sharp on dense screens."""

LABELS_SHOWN = 12


class FigureManager(FigureManagerBase):
    """A figure of `matplotlib.pyplot`, shown in the console once."""

    def show(self) -> None:
        """Show the figure as it is now."""
        show_picture(draw(self.canvas.figure, int(self.num)))

    @classmethod
    def pyplot_show(cls, *, block: bool | None = None) -> None:
        """`plt.show()`: show the open figures in the order they were made, and close them.

        Args:
            block: Accepted; there is no window to wait for.
        """
        for manager in Gcf.get_all_fig_managers():
            manager.show()
        Gcf.destroy_all()


class FigureCanvas(FigureCanvasAgg):
    """What matplotlib draws on here."""

    manager_class = FigureManager


def draw(figure: Figure, number: int) -> Picture:
    """Draws a figure as a PNG."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=figure.dpi * PIXELS_PER_CSS_PIXEL)
    width, height = (round(float(inches) * figure.dpi) for inches in figure.get_size_inches())
    return Picture("png", buffer.getvalue(), width, height, _labels(figure), f"figure-{number}")


def _labels(figure: Figure) -> tuple[str, ...]:
    """The words of a figure, those of the whole first, each once."""
    found = [figure.get_suptitle()]
    for axes in figure.axes:
        found += _labels_of_axes(axes)
    return tuple(dict.fromkeys(text for text in found if text))[:LABELS_SHOWN]


def _labels_of_axes(axes: Axes) -> list[str]:
    legend: Any = axes.get_legend()
    entries = [text.get_text() for text in legend.get_texts()] if legend else []
    return [axes.get_title(), axes.get_xlabel(), axes.get_ylabel(), *entries]
