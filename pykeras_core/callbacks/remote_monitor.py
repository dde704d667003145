"""Owns `RemoteMonitor`, which sends the logs of each epoch to a server."""

from __future__ import annotations

import json
import warnings
from typing import Any

import numpy as np

from pykeras_core.callbacks.base import Callback
from pykeras_core.checks import checked

__all__ = ["RemoteMonitor"]

_SECONDS = 10.0
"""How long the server may take to answer."""


class RemoteMonitor(Callback):
    """Sends the logs of each epoch to a server. A page may send to its own address only.

    Args:
        root: The server's address.
        path: What is asked for there.
        field: Name of the form's field that holds the logs as JSON.
        headers: Dict of further headers, or `None`.
        send_as_json: Whether the logs are sent as JSON themselves, instead of a form.
    """

    @checked
    def __init__(
        self,
        root: str = "http://localhost:9000",
        path: str = "/publish/epoch/end/",
        field: str = "data",
        headers: dict[str, str] | None = None,
        send_as_json: bool = False,
    ) -> None:
        super().__init__()
        self.root = root
        self.path = path
        self.field = field
        self.headers = headers
        self.send_as_json = send_as_json

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Sends the epoch's number and its logs."""
        found = {"epoch": epoch, **(logs or {})}
        text = json.dumps({name: _plain(value) for name, value in found.items()})
        try:
            self._send(text)
        except (OSError, ValueError) as error:
            warnings.warn(
                f"`RemoteMonitor` could not reach {self.root}{self.path} ({error}). Training goes "
                "on; `CSVLogger` keeps the logs in a file.",
                stacklevel=2,
            )

    def _send(self, text: str) -> None:
        import urllib.parse
        import urllib.request

        kind, body = "application/json", text
        if not self.send_as_json:
            kind = "application/x-www-form-urlencoded"
            body = urllib.parse.urlencode({self.field: text})
        request = urllib.request.Request(
            self.root + self.path,
            data=body.encode(),
            headers={"Content-Type": kind, **(self.headers or {})},
            method="POST",
        )
        with urllib.request.urlopen(request, timeout=_SECONDS):
            pass


def _plain(value: Any) -> Any:
    """A value that JSON has."""
    return value.item() if isinstance(value, np.ndarray | np.generic) else value
