"""Owns `model_to_dot`: a model's layers and how they are connected, in Graphviz's language."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pykeras_core.checks import BuiltLike, PathLike, PositiveInt, checked
from pykeras_core.utils.model_plot import ModelPlot, Options, read_model

__all__ = ["Dot", "model_to_dot"]


class Dot:
    """A graph in Graphviz's language; notebooks show it, drawn without Graphviz.

    Args:
        text: The graph.
        plot: The drawing.
    """

    def __init__(self, text: str, plot: ModelPlot) -> None:
        self._text = text
        self._plot = plot

    def to_string(self) -> str:
        """Returns the graph in Graphviz's language."""
        return self._text

    def __str__(self) -> str:
        return self._text

    @checked
    def write(self, path: PathLike, format: str = "dot") -> None:
        """Writes the graph to a file.

        Args:
            path: The file's path.
            format: "dot" or "raw" for the text, "svg" for the drawing.

        Raises:
            ValueError: If `format` is another word.
        """
        if format not in ("dot", "raw", "svg"):
            raise ValueError(f"`format` expected 'dot', 'raw' or 'svg', received {format!r}.")
        content = self._plot.to_svg() if format == "svg" else self._text
        Path(path).write_text(content, encoding="utf-8")

    def _repr_svg_(self) -> str:
        return self._plot.to_svg()


@checked
def model_to_dot(
    model: BuiltLike,
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = True,
    rankdir: Literal["TB", "LR"] = "TB",
    expand_nested: bool = False,
    dpi: PositiveInt = 200,
    subgraph: bool = False,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
) -> Dot:
    """Returns a model's layers and how they are connected in Graphviz's language.

    Args:
        model: A built model.
        show_shapes: Whether to say the shapes that go in and come out.
        show_dtype: Whether to say the type of what comes out.
        show_layer_names: Whether to say the layers' names.
        rankdir: `"TB"` draws from top to bottom, `"LR"` from left to right.
        expand_nested: Whether to draw the layers of models inside the model.
        dpi: Dots an inch, for Graphviz.
        subgraph: Whether it is to be a part of another graph.
        show_layer_activations: Whether to say the layers' activations.
        show_trainable: Whether to say which layers are trained.
        splines: How Graphviz draws lines.

    Returns:
        A `Dot` with `to_string()` and `write(path)`; notebooks show its drawing.

    Raises:
        ValueError: If the model is not built.

    Example:
        >>> import pykeras_core as keras
        >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
        >>> print(model_to_dot(model, show_layer_names=False).to_string().splitlines()[-3])
          n1 [label="Dense"];
    """
    options = Options(
        shapes=show_shapes,
        dtype=show_dtype,
        names=show_layer_names,
        activations=show_layer_activations,
        trainable=show_trainable,
        expand=expand_nested,
    )
    boxes, edges = read_model("model_to_dot", model, options)
    kind, name = ("subgraph", f"cluster_{model.name}") if subgraph else ("digraph", model.name)
    settings = (
        [f"style=dashed; label={_quoted(model.name)};"]
        if subgraph
        else [f"rankdir={rankdir}; concentrate=true; dpi={dpi}; splines={_quoted(splines)};"]
    )
    lines = [f"{kind} {_quoted(name)} {{", *(f"  {setting}" for setting in settings)]
    lines.append("  node [shape=box];")
    for number, box in enumerate(boxes):
        lines.append(f"  n{number} [label={_quoted(chr(10).join(box.lines))}];")
    lines += [f"  n{source} -> n{target};" for source, target in edges]
    plot: Any = ModelPlot(boxes, edges, rankdir, model.name)
    return Dot("\n".join([*lines, "}"]), plot)


def _quoted(text: str) -> str:
    """A string of Graphviz's language."""
    safe = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{safe}"'
