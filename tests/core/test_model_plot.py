"""Drawings of models: what the boxes say, how they are connected, where they stand, the files."""

import re
import sys
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pykeras_core as keras
from pykeras_core import layers
from pykeras_core.utils import pictures, plot_model
from pykeras_core.utils.graph_layout import lay_out


def residual_model() -> keras.Model:
    inputs = keras.Input((8,), name="start")
    x = layers.Dense(8, activation="relu", name="inner")(inputs)
    x = layers.Add(name="sum")([inputs, x])
    return keras.Model(inputs, layers.Dense(2, activation="softmax", name="end")(x), name="small")


def words(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    return [text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text")]


def test_a_drawing_names_kinds_and_connects_every_call() -> None:
    svg = plot_model(residual_model(), to_file=None).to_svg()
    assert words(svg) == ["InputLayer", "Dense", "Add", "Dense"]
    assert svg.count('class="edge"') == 4


def test_boxes_say_what_is_asked_for() -> None:
    model = residual_model()
    model.get_layer("inner").trainable = False
    plot = plot_model(
        model,
        to_file=None,
        show_shapes=True,
        show_dtype=True,
        show_layer_names=True,
        show_layer_activations=True,
        show_trainable=True,
    )
    assert plot.boxes[1].lines == (
        *("inner (Dense)", "activation: relu", "in: (None, 8)", "out: (None, 8)"),
        *("dtype: float32", "frozen"),
    )
    assert plot.boxes[2].lines[1] == "in: (None, 8), (None, 8)"
    assert plot.boxes[3].lines[-1] == "trainable"


def test_a_model_inside_is_one_box_or_its_layers() -> None:
    inner = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.ReLU()], name="inner")
    inputs = keras.Input((3,))
    model = keras.Model(inputs, layers.Dense(1)(inner(inputs)))
    closed = plot_model(model, to_file=None)
    assert [box.lines[0] for box in closed.boxes] == ["InputLayer", "Sequential", "Dense"]
    opened = plot_model(model, to_file=None, expand_nested=True)
    assert [box.lines[0] for box in opened.boxes] == ["InputLayer", "Dense", "ReLU", "Dense"]
    assert len(opened.layout.paths) == 3


def test_a_drawing_from_left_to_right_is_wider_than_high() -> None:
    down = plot_model(residual_model(), to_file=None).size
    right = plot_model(residual_model(), to_file=None, rankdir="LR").size
    assert down[0] < down[1]
    assert right[0] > right[1]


def test_names_are_escaped() -> None:
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1, name="a<b>&c")], name="<m>")
    svg = plot_model(model, to_file=None, show_layer_names=True).to_svg()
    assert "a<b>&c (Dense)" in words(svg)


def test_a_subclassed_model_is_one_box() -> None:
    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = layers.Dense(1)

        def call(self, x: object) -> object:
            return self.dense(x)

    model = Own()
    model.build((None, 3))
    assert words(plot_model(model, to_file=None).to_svg()) == ["Own"]


def test_files_are_svg_and_png(tmp_path: Path) -> None:
    plot_model(residual_model(), to_file=tmp_path / "m.svg")
    ElementTree.parse(tmp_path / "m.svg")
    plot_model(residual_model(), tmp_path / "m.png")
    assert (tmp_path / "m.png").read_bytes().startswith(b"\x89PNG")


def test_a_png_without_matplotlib_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("matplotlib")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=re.escape("Write 'm.svg' instead")):
        plot_model(residual_model(), tmp_path / "m.png")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"to_file": "m.gif"}, "ends in .svg or .png"), ({"rankdir": "BT"}, 'expected "TB" or "LR"')],
)
def test_other_endings_and_directions_are_refused(arguments: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        plot_model(residual_model(), **arguments)  # type: ignore[arg-type]


def test_a_model_that_is_not_built_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a built model"):
        plot_model(keras.Sequential([layers.Dense(1)]), to_file=None)


def test_a_screen_is_shown_the_drawing() -> None:
    shown: list[pictures.Picture] = []
    pictures.set_screen(shown.append)
    try:
        plot_model(residual_model(), to_file=None)
    finally:
        pictures.set_screen(None)
    (picture,) = shown
    assert (picture.format, picture.name) == ("svg", "small")
    assert picture.labels == ("InputLayer", "Dense", "Add", "Dense")


graphs = st.integers(1, 9).flatmap(
    lambda count: st.tuples(
        st.lists(st.tuples(st.floats(10, 200), st.floats(10, 80)), min_size=count, max_size=count),
        st.sets(
            st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(
                lambda edge: edge[0] < edge[1]
            )
        ),
    )
)


@given(graphs)
def test_boxes_do_not_overlap_and_edges_run_down(
    graph: tuple[list[tuple[float, float]], set[tuple[int, int]]],
) -> None:
    sizes, edges = graph
    layout = lay_out(sizes, sorted(edges))
    frames = [
        (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
        for (x, y), (w, h) in zip(layout.centers, sizes, strict=True)
    ]
    for left, right in combinations(frames, 2):
        apart = (
            left[2] <= right[0] + 1e-6
            or right[2] <= left[0] + 1e-6
            or left[3] <= right[1] + 1e-6
            or right[3] <= left[1] + 1e-6
        )
        assert apart
    for frame in frames:
        assert frame[0] >= -1e-6
        assert frame[2] <= layout.width + 1e-6
        assert frame[3] <= layout.height + 1e-6
    for path in layout.paths:
        assert all(upper[1] <= lower[1] + 1e-6 for upper, lower in pairwise(path))
