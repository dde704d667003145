"""Owns `TensorBoard`, which writes metrics to files that the program TensorBoard shows."""

from __future__ import annotations

import functools
import os
import struct
import time
from typing import IO, Any, Literal

from pykeras_core.callbacks.base import Callback, default
from pykeras_core.callbacks.learning_rate import learning_rates
from pykeras_core.checks import NonNegativeInt, PathLike, PositiveInt, checked

__all__ = ["TensorBoard"]


@functools.cache
def _crc_table() -> tuple[int, ...]:
    """CRC-32C (Castagnoli, reflected polynomial 0x82F63B78) of each byte."""
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return tuple(table)


def _checksum(data: bytes) -> bytes:
    """The checksum of a record, rotated by 15 bits and shifted, as the format wants it."""
    table, crc = _crc_table(), 0xFFFFFFFF
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def _varint(number: int) -> bytes:
    """A protocol buffer's integer: 7 bits a byte, the lowest first."""
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def _field(number: int, data: bytes) -> bytes:
    """A protocol buffer's field of bytes."""
    return _varint(number << 3 | 2) + _varint(len(data)) + data


class _EventFile:
    """A file of events: each record its length, a checksum of that, data, and their checksum.

    Source: TensorFlow, `core/util/event.proto`, `core/framework/summary.proto` and
    `core/lib/io/record_writer.h`.
    """

    def __init__(self, folder: str) -> None:
        os.makedirs(folder, exist_ok=True)
        name = f"events.out.tfevents.{int(time.time())}.{os.getpid()}.{time.monotonic_ns()}.v2"
        self._file: IO[bytes] = open(os.path.join(folder, name), "wb")
        self._write(_field(3, b"brain.Event:2"))

    def _write(self, event: bytes) -> None:
        data = struct.pack("<Bd", 1 << 3 | 1, time.time()) + event
        length = struct.pack("<Q", len(data))
        self._file.write(length + _checksum(length) + data + _checksum(data))
        self._file.flush()

    def scalars(self, values: dict[str, float], step: int) -> None:
        """Writes values of one step, each under its name."""
        parts = [
            _field(1, _field(1, name.encode()) + struct.pack("<Bf", 2 << 3 | 5, value))
            for name, value in values.items()
        ]
        self._write(_varint(2 << 3) + _varint(step) + _field(5, b"".join(parts)))

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


class TensorBoard(Callback):
    """Writes the loss and metrics of every epoch where the program TensorBoard finds them.

    On a desktop `tensorboard --logdir LOG_DIR` shows them; a page lists the folder among its
    files. Graphs, histograms, images, profiles and embeddings are not written.

    Args:
        log_dir: Folder; training goes into `train`, validation into `validation` below it.
        histogram_freq: Accepted as in Keras; nothing is written for it.
        write_graph: Accepted as in Keras; nothing is written for it.
        write_images: Accepted as in Keras; nothing is written for it.
        write_steps_per_second: Whether to write how many steps a second an epoch made.
        update_freq: `"epoch"` (default), `"batch"`, or an int: metrics after every so many
            batches too.
        profile_batch: Accepted as in Keras; nothing is written for it.
        embeddings_freq: Accepted as in Keras; nothing is written for it.
        embeddings_metadata: Accepted as in Keras; nothing is written for it.

    Raises:
        ValueError: If `update_freq` is something else.
    """

    @checked
    def __init__(
        self,
        log_dir: PathLike = "logs",
        histogram_freq: NonNegativeInt = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: Literal["epoch", "batch"] | PositiveInt = "epoch",
        profile_batch: Any = 0,
        embeddings_freq: NonNegativeInt = 0,
        embeddings_metadata: Any = None,
    ) -> None:
        super().__init__()
        batches = 1 if update_freq == "batch" else update_freq
        self.log_dir = os.fspath(log_dir)
        self.write_steps_per_second = write_steps_per_second
        self.update_freq = update_freq
        self._every = None if batches == "epoch" else batches
        self._files: dict[str, _EventFile] = {}
        self._steps = 0
        self._epoch_began: tuple[float, int] = (0.0, 0)

    @property
    def wants_batches(self) -> bool:
        """Whether training has to stop after every batch."""
        return self._every is not None

    def _file(self, part: str) -> _EventFile:
        if part not in self._files:
            self._files[part] = _EventFile(os.path.join(self.log_dir, part))
        return self._files[part]

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Begins new files."""
        self._steps = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Notes when the epoch began."""
        self._epoch_began = (time.perf_counter(), self._iterations())

    def _iterations(self) -> int:
        return int(self.model.optimizer.iterations)

    @default
    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Writes the metrics so far, if they are wanted after batches."""
        self._steps += 1
        if self._every is not None and self._steps % self._every == 0:
            values = {f"batch_{name}": float(value) for name, value in (logs or {}).items()}
            self._file("train").scalars(values, self._steps - 1)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Writes the epoch's metrics."""
        logs = {name: float(value) for name, value in (logs or {}).items()}
        train = {name: v for name, v in logs.items() if not name.startswith("val_")}
        rest = {name[4:]: v for name, v in logs.items() if name.startswith("val_")}
        values = {f"epoch_{name}": value for name, value in train.items()}
        for name, rate in learning_rates(self.model.optimizer).items():
            values[f"epoch_{name}"] = rate
        if self.write_steps_per_second:
            began, steps = self._epoch_began
            passed = max(time.perf_counter() - began, 1e-9)
            values["epoch_steps_per_second"] = (self._iterations() - steps) / passed
        self._file("train").scalars(values, epoch)
        if rest:
            validation = {f"epoch_{name}": value for name, value in rest.items()}
            self._file("validation").scalars(validation, epoch)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Closes the files."""
        for file in self._files.values():
            file.close()
        self._files = {}
