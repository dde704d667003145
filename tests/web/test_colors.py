"""The colours of curves: seen on their background, and told apart with any colour vision."""

import itertools
import math
import re

import pytest
from tasks.paths import WEB

Color = tuple[float, ...]

# What of linear light is left without one kind of cone (Machado, Oliveira and Fernandes, 2009).
CONES = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no long": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "no medium": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "no short": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
# In Oklab, where black and white are 1 apart.
APART = 0.1


def tokens() -> dict[str, dict[str, str]]:
    """The colour tokens of both schemes."""
    light, dark = (WEB / "styles" / "tokens.css").read_text().split("@media (prefers-color-scheme")
    found = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", text)) for text in (light, dark)]
    return {"light": found[0], "dark": {**found[0], **found[1]}}


TOKENS = tokens()


def linear(color: str) -> Color:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)


def luminance(color: str) -> float:
    red, green, blue = linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def times(matrix: tuple[Color, ...], color: Color) -> Color:
    return tuple(sum(a * b for a, b in zip(row, color, strict=True)) for row in matrix)


def oklab(color: Color) -> Color:
    to_cones = (
        (0.4122214708, 0.5363325363, 0.0514459929),
        (0.2119034982, 0.6806995451, 0.1073969566),
        (0.0883024619, 0.2817188376, 0.6299787005),
    )
    to_lab = (
        (0.2104542553, 0.7936177850, -0.0040720468),
        (1.9779984951, -2.4285922050, 0.4505937099),
        (0.0259040371, 0.7827717662, -0.8086757660),
    )
    inside = tuple(min(max(part, 0.0), 1.0) for part in color)
    return times(to_lab, tuple(part ** (1 / 3) for part in times(to_cones, inside)))


def series(scheme: str) -> list[str]:
    return [TOKENS[scheme][f"series-{number}"] for number in range(1, 9)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_curves_stand_out_from_their_background(scheme: str) -> None:
    background = TOKENS[scheme]["surface-panel"]
    assert min(contrast(color, background) for color in series(scheme)) >= 3


@pytest.mark.parametrize("cones", CONES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_two_of_eight_curves_look_alike(scheme: str, cones: str) -> None:
    seen = [oklab(times(CONES[cones], linear(color))) for color in series(scheme)]
    assert min(math.dist(a, b) for a, b in itertools.combinations(seen, 2)) > APART
