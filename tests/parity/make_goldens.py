"""Writes ``tests/parity/goldens/<family>.json`` by running every case on real Keras.

Real Keras is needed only here, never to run the tests. Make an environment outside the
repository and run this module in it from the repository's root::

    python3 -m venv ~/keras-venv
    ~/keras-venv/bin/pip install keras tensorflow-cpu scipy
    ~/keras-venv/bin/python -m tests.parity.make_goldens            # every family
    ~/keras-venv/bin/python -m tests.parity.make_goldens losses     # only these families
    ~/keras-venv/bin/python -m tests.parity.make_goldens --check    # compare, write nothing

``--check`` runs the cases on real Keras and compares them with the goldens in the repository:
it shows whether a newer Keras behaves differently.
"""

from __future__ import annotations

import argparse
import os
import sys

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# The last bits of a float32 sum depend on the order of additions that oneDNN picks per machine.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

from tests.parity import golden


def main(arguments: list[str]) -> int:
    """Makes or checks the goldens named on the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="make_goldens", description=__doc__.splitlines()[0])
    parser.add_argument("families", nargs="*", help="families to run (default: all)")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args(arguments)
    known = golden.families()
    unknown = sorted(set(options.families) - set(known))
    if unknown:
        parser.error(f"unknown families {unknown}; the tables here are {known}")
    failed = False
    for family in options.families or known:
        failed |= _check(family) if options.check else _make(family)
    return int(failed)


def _framework() -> golden.Framework:
    import keras
    import tensorflow as tf

    return golden.Framework(keras, tf.GradientTape)


def _run(family: str) -> dict[str, object]:
    framework = _framework()
    results: dict[str, object] = {}
    for case in golden.cases(family):
        framework.keras.utils.clear_session()
        results[case.name] = golden.plain(case.run(framework))
    return results


def _make(family: str) -> bool:
    import keras

    results = _run(family)
    path = golden.save(family, results, keras.__version__)
    print(f"{path.name}: {len(results)} cases, {path.stat().st_size} bytes")
    return False


def _check(family: str) -> bool:
    results = _run(family)
    stored = golden.load(family)
    lines = [f"{name} is not in the goldens" for name in results.keys() - stored.keys()]
    for case in golden.cases(family):
        if case.name in stored:
            found = golden.differences(results[case.name], stored[case.name], case.rtol)
            lines += [f"{case.name}{line}" for line in found]
    print(f"{family}: {len(results)} cases, {len(lines)} differ")
    for line in lines:
        print(f"  {line}")
    return bool(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
