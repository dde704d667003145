"""Curves as charts draw them: the columns of many points, their spread and their smoothed mean."""

import math
from itertools import pairwise
from typing import Any

import pytest

from tests.web.node import run_js

SHOWN = """
const { Columns } = await import("../chart-columns.js");
const { Smoothed } = await import("../chart-smoothing.js");
const { length, lengths, zoom, smoothing } = GIVEN;
const odd = new Map([[0, NaN], [7, Infinity], [900, NaN], [901, NaN], [1200, -Infinity]]);
const value = Float64Array.from({ length }, (_, at) =>
  odd.get(at) ?? Math.exp(-at / 700) + 0.3 * Math.sin(at * 1.7));
const x = Float64Array.from({ length }, (_, at) => at + 0.5);
const points = {
  length, step: x, epoch: x, time: x, value, low: null, high: null, merged: 1, revision: 0,
};
const columns = new Columns(points);
const smoothed = new Smoothed(points);
for (const part of lengths) {
  points.length = part;
  columns.points = smoothing > 0 ? smoothed.at(smoothing) : points;
  columns.show(zoom);
}
const drawn = (name) => [...columns[name].subarray(0, columns.count)].map((one) =>
  Number.isFinite(one) ? one : null);
const { dense, least, greatest } = columns;
answer({
  value: [...value].map((one) => Number.isFinite(one) ? one : null),
  x: drawn("x"), y: drawn("y"), low: drawn("low"), high: drawn("high"), dense, least, greatest,
});
"""


def shown(
    smoothing: float, lengths: list[int], zoom: tuple[float, float], width: int
) -> dict[str, Any]:
    where = f"{{axis: 'step', from: {zoom[0]}, to: {zoom[1]}, width: {width}}}"
    given = f"{{length: 3000, lengths: {lengths}, zoom: {where}, smoothing: {smoothing}}}"
    found = run_js(SHOWN.replace("GIVEN", given))
    assert isinstance(found, dict)
    return found


def means(values: list[float | None], smoothing: float) -> list[float | None]:
    """The mean of the values so far, each weighing `smoothing` times as much as the next."""
    found: list[float | None] = []
    total = weight = 0.0
    for value in values:
        if value is not None:
            total = smoothing * total + value
            weight = smoothing * weight + 1
        found.append(None if value is None else total / weight)
    return found


@pytest.mark.parametrize("smoothing", [0, 0.4, 0.97, 0.999])
@pytest.mark.parametrize(
    "lengths", [[3000], [10, 900, 901, 1203, 2999, 3000]], ids=["once", "grows"]
)
@pytest.mark.parametrize("zoom", [(0, 3000), (650.2, 2100.9)], ids=["all", "zoomed"])
def test_columns_have_the_last_value_and_the_extremes_of_their_points(
    smoothing: float, lengths: list[int], zoom: tuple[float, float]
) -> None:
    width = 50
    found = shown(smoothing, lengths, zoom, width)
    assert found["dense"]
    every = means(found["value"], smoothing)
    scale = width / (zoom[1] - zoom[0])
    columns: dict[int, list[float | None]] = {}
    first = max(math.ceil(zoom[0] - 0.5) - 1, 0)
    last = min(math.floor(zoom[1] - 0.5) + 1, 2999)
    for at in range(first, last + 1):
        columns.setdefault(math.floor((at + 0.5 - zoom[0]) * scale), []).append(every[at])
    numbers = [[one for one in column if one is not None] for column in columns.values()]
    assert found["y"] == pytest.approx([column[-1] for column in numbers], rel=1e-6)
    assert found["low"] == pytest.approx([min(column) for column in numbers], rel=1e-6)
    assert found["high"] == pytest.approx([max(column) for column in numbers], rel=1e-6)
    assert all(one < other for one, other in pairwise(found["x"]))


@pytest.mark.parametrize("smoothing", [0, 0.4, 0.97])
def test_few_points_are_drawn_each_and_what_is_no_number_breaks_the_line(smoothing: float) -> None:
    found = shown(smoothing, [895, 1000, 3000], (890, 910), 50)
    assert not found["dense"]
    every = means(found["value"], smoothing)[889:911]
    assert None in every
    assert [one is None for one in found["y"]] == [one is None for one in every]
    assert [one for one in found["y"] if one is not None] == pytest.approx(
        [one for one in every if one is not None], rel=1e-6
    )
