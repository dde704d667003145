"""Owns `plot_model`: a model's layers and how they are connected, drawn as SVG."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from pykeras_core.checks import BuiltLike, PathLike, PositiveInt, checked
from pykeras_core.utils.graph_layout import Layout, lay_out
from pykeras_core.utils.pictures import Picture, show_picture

__all__ = ["Box", "ModelPlot", "Options", "plot_model", "read_model"]

MARGIN = 16.0
LINE = 18.0
"""Height of a line of text."""

PADDING = 10.0
CHARACTER = 7.2
"""Width of a character of the code font at 12 pixels; Chinese ones take two."""

LABELS_SHOWN = 12
"""Layers named to readers who do not see the drawing."""

HEADING = ' class="head"'

_STYLE = (
    "text{font:12px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#1d2226}"
    ".head{font-weight:600}.box{fill:#fff;stroke:#6b737b}.band{fill:#e7edfb}"
    ".edge{fill:none;stroke:#6b737b}"
    ".arrow{fill:#6b737b}"
)


@dataclass(frozen=True)
class Options:
    """What the boxes say; as in `plot_model`."""

    shapes: bool
    dtype: bool
    names: bool
    activations: bool
    trainable: bool
    expand: bool


@dataclass(frozen=True)
class Box:
    """A layer's box: lines of text, the first its heading."""

    lines: tuple[str, ...]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height that the text needs."""
        widest = max(map(_width, self.lines))
        return widest + 2 * PADDING, LINE * len(self.lines) + PADDING


class ModelPlot:
    """A drawing of a model; notebooks show it by themselves.

    Args:
        boxes: The layers.
        edges: Pairs of indices of boxes, from and to.
        rankdir: `"TB"`, or `"LR"` for a drawing from left to right.
        name: The model's name.
    """

    @checked
    def __init__(
        self, boxes: Sequence[Box], edges: Sequence[tuple[int, int]], rankdir: str, name: str
    ) -> None:
        self.boxes = list(boxes)
        self.name = name
        self.sideways = rankdir == "LR"
        sizes = [box.size[::-1] if self.sideways else box.size for box in boxes]
        self.layout: Layout = lay_out(sizes, edges)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        across, along = self.layout.width + 2 * MARGIN, self.layout.height + 2 * MARGIN
        return (round(along), round(across)) if self.sideways else (round(across), round(along))

    def place(self, point: tuple[float, float]) -> tuple[float, float]:
        """Where a point of the layout is in the drawing."""
        across, along = point[0] + MARGIN, point[1] + MARGIN
        return (along, across) if self.sideways else (across, along)

    def to_svg(self) -> str:
        """The drawing as an SVG file."""
        width, height = self.size
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img">',
            f"<title>{escape(self.name)}</title><style>{_STYLE}</style>",
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
            *(self._edge(path) for path in self.layout.paths),
            *(
                self._box(box, center)
                for box, center in zip(self.boxes, self.layout.centers, strict=True)
            ),
            "</svg>",
        ]
        return "\n".join(parts) + "\n"

    def _repr_svg_(self) -> str:
        return self.to_svg()

    def _box(self, box: Box, center: tuple[float, float]) -> str:
        width, height = box.size
        x, y = (
            middle - side / 2 for middle, side in zip(self.place(center), box.size, strict=True)
        )
        frame = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" rx="5"'
        head = LINE + PADDING / 2
        texts = "".join(
            f'<text x="{x + width / 2:.1f}" y="{y + LINE * (row + 1):.1f}" text-anchor="middle"'
            f"{HEADING if row == 0 else ''}>{escape(line)}</text>"
            for row, line in enumerate(box.lines)
        )
        band = f'<rect class="band" {frame} height="{min(head, height):.1f}"/>'
        return f'{band}<rect class="box" style="fill:none" {frame} height="{height:.1f}"/>{texts}'

    def _edge(self, path: list[tuple[float, float]]) -> str:
        points = [self.place(point) for point in path]
        steps = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
        for (x0, y0), (x1, y1) in itertools.pairwise(points):
            if self.sideways:
                half = (x0 + x1) / 2
                bend = f"{half:.1f} {y0:.1f} {half:.1f} {y1:.1f}"
            else:
                half = (y0 + y1) / 2
                bend = f"{x0:.1f} {half:.1f} {x1:.1f} {half:.1f}"
            steps.append(f"C{bend} {x1:.1f} {y1:.1f}")
        x, y = points[-1]
        wings = ((-8, -4), (-8, 4)) if self.sideways else ((-4, -8), (4, -8))
        corners = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in ((0, 0), *wings))
        return (
            f'<path class="edge" d="{" ".join(steps)}"/><polygon class="arrow" points="{corners}"/>'
        )


@checked
def plot_model(
    model: BuiltLike,
    to_file: PathLike | None = "model.svg",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: PositiveInt = 200,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
) -> ModelPlot:
    """Draws a model's layers and how they are connected.

    Args:
        model: A built model. One whose `call` is ordinary code is drawn as a single box.
        to_file: Where to write it: `*.svg`, or `*.png` where matplotlib is installed; None for
            nowhere. (Keras's own default is `"model.png"`.)
        show_shapes: Whether to say the shapes that go in and come out.
        show_dtype: Whether to say the type of what comes out.
        show_layer_names: Whether to say the layers' names.
        rankdir: `"TB"` draws from top to bottom, `"LR"` from left to right.
        expand_nested: Whether to draw the layers of models inside the model.
        dpi: Accepted; a drawing of lines has no resolution, and a PNG gets twice the pixels.
        show_layer_activations: Whether to say the layers' activations.
        show_trainable: Whether to say which layers are trained.

    Returns:
        The drawing, which notebooks show; the page shows it in the console.

    Raises:
        ValueError: If the model is not built, or an argument is none of those above.
        ImportError: If a PNG is asked for and matplotlib is not there.

    Example:
        >>> import pykeras_core as keras
        >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
        >>> plot_model(model, to_file=None, show_shapes=True).to_svg().count("(None, 2)")
        1
    """
    if rankdir not in ("TB", "LR"):
        raise ValueError(f'`rankdir` expected "TB" or "LR", received {rankdir!r}.')
    options = Options(
        shapes=show_shapes,
        dtype=show_dtype,
        names=show_layer_names,
        activations=show_layer_activations,
        trainable=show_trainable,
        expand=expand_nested,
    )
    boxes, edges = read_model("plot_model", model, options)
    plot = ModelPlot(boxes, edges, rankdir, model.name)
    if to_file is not None:
        _write(plot, Path(to_file))
    width, height = plot.size
    labels = tuple(box.lines[0] for box in boxes[:LABELS_SHOWN])
    show_picture(Picture("svg", plot.to_svg().encode(), width, height, labels, model.name))
    return plot


def _write(plot: ModelPlot, path: Path) -> None:
    if path.suffix == ".svg":
        path.write_text(plot.to_svg(), encoding="utf-8")
    elif path.suffix == ".png":
        from pykeras_core.utils.model_raster import write_png

        write_png(plot, path)
    else:
        raise ValueError(f"`to_file` expected a name that ends in .svg or .png, received '{path}'.")


def read_model(name: str, model: Any, options: Options) -> tuple[list[Box], list[tuple[int, int]]]:
    """Returns the boxes of a model and the edges between them.

    Args:
        name: The function that asks, for the message.
        model: The model.
        options: What boxes say.

    Raises:
        ValueError: If the model is not built.
    """
    if not model.built:
        raise ValueError(
            f"`{name}` expected a built model, and '{model.name}' is not. Call it on data, or "
            "call `fit` or `build(input_shape)` first."
        )
    boxes: list[Box] = []
    edges: list[tuple[int, int]] = []

    def add(box: Box, sources: Sequence[int]) -> int:
        boxes.append(box)
        edges.extend((source, len(boxes) - 1) for source in dict.fromkeys(sources))
        return len(boxes) - 1

    def visit(inner: Any, graph: Any, sources: Sequence[int] | None) -> list[int]:
        """Adds a model's calls; returns the boxes of its outputs."""
        comes_from: dict[int, int] = {}
        if sources is not None:
            comes_from = {id(t): box for t, box in zip(graph.inputs, sources, strict=True)}
        for node in graph.nodes:
            tensors = node.output_tensors
            if all(id(tensor) in comes_from for tensor in tensors):
                continue
            before = [comes_from[id(tensor)] for tensor in node.input_tensors]
            nested = _graph(node.operation) if options.expand else None
            if nested is not None:
                after = visit(node.operation, nested, before)
            else:
                after = [add(_describe(node, options), before)] * len(tensors)
            comes_from |= {id(tensor): box for tensor, box in zip(tensors, after, strict=True)}
        return [comes_from[id(tensor)] for tensor in graph.outputs]

    graph = _graph(model)
    if graph is None:
        add(Box(_heading(model, options)), ())
    else:
        visit(model, graph, None)
    return boxes, edges


def _graph(operation: Any) -> Any:
    """The calls inside a functional or sequential model; None for anything else."""
    inner = getattr(operation, "_functional", None) or operation
    return getattr(inner, "_graph", None)


def _heading(operation: Any, options: Options) -> tuple[str, ...]:
    kind = type(operation).__name__
    return (f"{operation.name} ({kind})" if options.names else kind,)


def _describe(node: Any, options: Options) -> Box:
    operation = node.operation
    lines = [*_heading(operation, options)]
    activation = getattr(operation, "activation", None)
    if options.activations and activation is not None:
        lines.append(f"activation: {getattr(activation, '__name__', activation)}")
    if options.shapes:
        if node.input_tensors:
            lines.append(f"in: {_shapes(node.input_tensors)}")
        lines.append(f"out: {_shapes(node.output_tensors)}")
    if options.dtype:
        lines.append(f"dtype: {', '.join(tensor.dtype for tensor in node.output_tensors)}")
    if options.trainable and getattr(operation, "weights", None):
        lines.append("trainable" if operation.trainable_weights else "frozen")
    return Box(tuple(lines))


def _shapes(tensors: Sequence[Any]) -> str:
    return ", ".join(f"({', '.join(map(str, tensor.shape))})" for tensor in tensors)


def _width(text: str) -> float:
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return CHARACTER * (len(text) + wide)
