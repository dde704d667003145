"""Event files that `TensorBoard` writes, read back by hand."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core.callbacks import tensorboard


def fields(data: bytes) -> list[tuple[int, Any]]:
    """Numbers and contents of a protocol buffer's fields."""
    found, at = [], 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        number, kind = divmod(varint(), 8)
        size = {1: 8, 5: 4}.get(kind)
        if kind == 0:
            found.append((number, varint()))
            continue
        length = varint() if size is None else size
        found.append((number, data[at : at + length]))
        at += length
    return found


def events(folder: Path) -> list[tuple[int, dict[str, float]]]:
    """Steps and values of the only file in a folder."""
    (path,) = folder.iterdir()
    data, at, found = path.read_bytes(), 0, []
    while at < len(data):
        head = data[at : at + 8]
        (length,) = struct.unpack("<Q", head)
        assert data[at + 8 : at + 12] == tensorboard._checksum(head)
        record = data[at + 12 : at + 12 + length]
        assert data[at + 12 + length : at + 16 + length] == tensorboard._checksum(record)
        at += 16 + length
        parts = dict(fields(record))
        values = {}
        for _, value in fields(parts[5]) if 5 in parts else ():
            inner = dict(fields(value))
            (values[inner[1].decode()],) = struct.unpack("<f", inner[2])
        found.append((parts.get(2, 0), values))
    return found


def test_checksum_is_castagnoli_s() -> None:
    # RFC 3720, appendix B.4: 32 bytes of zeros give 0x8A9136AA.
    crc = 0x8A9136AA
    rotated = ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
    assert tensorboard._checksum(bytes(32)) == struct.pack("<I", rotated)


def test_metrics_of_epochs_and_batches_are_written(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    x = np.ones((12, 2), np.float32)
    board = keras.callbacks.TensorBoard(tmp_path, update_freq=2, write_steps_per_second=True)
    history = model.fit(
        x, x[:, :1], batch_size=3, epochs=2, validation_data=(x, x[:, :1]), verbose=0,
        callbacks=[board],
    ).history  # fmt: skip
    train, validation = events(tmp_path / "train"), events(tmp_path / "validation")
    epochs = [(step, values) for step, values in train if "epoch_loss" in values]
    assert [step for step, _ in epochs] == [0, 1]
    for (_, values), loss, mae in zip(epochs, history["loss"], history["mae"], strict=True):
        assert values["epoch_loss"] == pytest.approx(loss)
        assert values["epoch_mae"] == pytest.approx(mae)
        assert values["epoch_learning_rate"] == pytest.approx(0.01)
        assert values["epoch_steps_per_second"] > 0
    assert [step for step, values in train if "batch_loss" in values] == [1, 3, 5, 7]
    assert [values["epoch_loss"] for _, values in validation[1:]] == pytest.approx(
        history["val_loss"]
    )


def test_another_frequency_is_refused() -> None:
    with pytest.raises(ValueError, match="received 'often'"):
        keras.callbacks.TensorBoard(update_freq="often")
