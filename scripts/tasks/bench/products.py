"""Matrix products against what the machine can do, and a step against its own products."""

import base64
from pathlib import Path

from wheel_hook import kernels_module

from tasks import console
from tasks.bench.page import BENCH, FOLDER, Page, program
from tasks.bench.report import Row, Target, ratio
from tasks.paths import REPOSITORY

# Rows, depth and columns, with the least percentage of the ceiling.
SHAPES = {(512, 512, 512): 80.0, (32, 784, 128): 60.0}
STEP_AT_MOST = 1.35
STEP_TURNS = 5
"""Of each of the runs: turns are short, so that other work on the machine meets both sides."""


def measure_products(page: Page, runs: int) -> list[Row]:
    """Rows for the ceiling of this run and for each product, which take turns."""
    console.say("Matrix products and the ceiling of multiply-adds")
    code = program("programs/products", CEILING=ceiling(), SHAPES=tuple(SHAPES), RUNS=runs)
    found = page.run(code)
    most = [turn["ceiling"] for turn in found]
    rows = [Row("ceiling", "GFLOP/s", most, "wasm", note="12 chains, relaxed multiply-add")]
    for shape, percent in SHAPES.items():
        name = "x".join(map(str, shape))
        speeds = [turn[name] for turn in found]
        share = 100 * ratio(speeds, most)
        target = Target(percent, at_least=True)
        rows.append(
            Row(name, "GFLOP/s", speeds, figure=share, figure_unit="% of ceiling", target=target)
        )
    return rows


def measure_step(page: Page, runs: int) -> list[Row]:
    """A step of the dense model through `fit`, and nothing but its five products."""
    console.say("A step against its own products")
    parts, turns = ("models/mlp", "programs/step"), runs * STEP_TURNS
    found = page.run(program(*parts, SAMPLES=3968, BATCH=32, EPOCHS=4, TURNS=turns))
    steps = [turn["stepMs"] for turn in found]
    products = [turn["productsMs"] for turn in found]
    return [
        Row("its five products alone", "ms/step", products),
        Row(
            "MLP step, batch 32",
            "ms/step",
            steps,
            figure=ratio(steps, products),
            figure_unit="x products",
            target=Target(STEP_AT_MOST),
            note=f"median of {turns} turns",
        ),
    ]


def ceiling(folder: Path = FOLDER) -> str:
    """The probe, compiled into a folder as the kernels are, as base64."""
    build = kernels_module(REPOSITORY)
    target = folder / "ceiling.wasm"
    relaxed, _ = build.WASM_VARIANTS
    build.build(relaxed, target, [BENCH / "ceiling.c"])
    return base64.b64encode(target.read_bytes()).decode()
