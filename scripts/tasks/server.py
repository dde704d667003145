"""A plain static server for the built site: right types, any sub-path, no special headers.

It does what a good static host does: what lies in a folder named after its contents may be kept for
ever, all else is asked for again, and whoever takes compressed files is given the copies that the
build has put beside them.
"""

import errno
import functools
import http.server
import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from urllib.parse import urlsplit

from tasks.console import TaskError

PORTS_TRIED = 50
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".whl": "application/zip",
    ".woff": "font/woff",
    ".zip": "application/zip",
}


_FOR_EVER = re.compile(r"/(app|runtime)/[0-9a-f]{12}/|/data/[^/]+-[0-9a-f]{12}\.")
_ENCODINGS = {"br": ".br", "gzip": ".gz"}


class SiteHandler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder below a prefix, as a static host would."""

    protocol_version = "HTTP/1.1"
    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | TYPES

    def __init__(
        self, *args: object, prefix: str = "/", directory: str | None = None, **kwargs: object
    ) -> None:
        self._prefix = prefix
        self._encoding = ""
        self._status = 0
        super().__init__(*args, directory=directory, **kwargs)  # type: ignore[arg-type] # what socketserver passes on

    def send_head(self):  # type: ignore[no-untyped-def] # typeshed names a private type
        """Answer below the prefix; the bare prefix without its slash is redirected."""
        self._encoding = ""
        path = urlsplit(self.path).path
        if f"{path}/" == self._prefix:
            self.send_response(301)
            self.send_header("Location", self._prefix)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        if not path.startswith(self._prefix):
            self.send_error(404, f"The site is at {self._prefix}")
            return None
        self.path = "/" + path.removeprefix(self._prefix)
        self._choose_encoding()
        return super().send_head()

    def _choose_encoding(self) -> None:
        """Turn to the compressed copy of what is asked for, if there is one and it is taken."""
        page = f"{self.path}index.html" if self.path.endswith("/") else self.path
        for name, ending in _ENCODINGS.items():
            if _takes(self.headers, name) and Path(self.translate_path(page + ending)).is_file():
                self.path = page + ending
                self._encoding = name
                return

    def guess_type(self, path: str | os.PathLike[str]) -> str:
        """The type of what is asked for, not of its compressed copy."""
        name = os.fspath(path)
        return super().guess_type(name.removesuffix(_ENCODINGS.get(self._encoding, "")))

    def end_headers(self) -> None:
        """Say how long the answer may be kept, and how it is compressed."""
        is_kept = self._status in (200, 304) and _FOR_EVER.search(self.path)
        lasting = "public, max-age=31536000, immutable"
        self.send_header("Cache-Control", lasting if is_kept else "no-cache")
        if self._status in (200, 304):
            self.send_header("Vary", "Accept-Encoding")
            if self._encoding:
                self.send_header("Content-Encoding", self._encoding)
        super().end_headers()

    def send_response(self, code: int, message: str | None = None) -> None:
        """Note how it ends, for the headers."""
        self._status = code
        super().send_response(code, message)

    def list_directory(self, path: object) -> None:
        """A static host does not list folders."""
        self.send_error(404, "There is no page here")

    def log_message(self, format: str, *args: object) -> None:
        """Keep the console for the address."""


def _takes(headers: Message, encoding: str) -> bool:
    """Whether `Accept-Encoding` names an encoding, other than to refuse it."""
    for entry in headers.get("Accept-Encoding", "").split(","):
        name, _, quality = entry.partition(";")
        if name.strip() == encoding:
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


class SiteServer(http.server.ThreadingHTTPServer):
    """Answers each request in a thread; a browser that goes away early is no error."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Report errors of the server, not of the connection."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type] # what socketserver passes on


def site_server(
    folder: Path, host: str = "127.0.0.1", port: int = 8000, prefix: str = "/"
) -> SiteServer:
    """Return a bound server of `folder`; call `serve_forever` on it.

    Args:
        folder: The folder to serve.
        host: The address to listen on.
        port: The port to try first; 0 takes any free one.
        prefix: The path under which the folder appears.

    Raises:
        TaskError: Neither the port nor the ones after it are free, or the host is not ours.
    """
    prefix = "/" + prefix.strip("/") + "/" if prefix.strip("/") else "/"
    handler = functools.partial(SiteHandler, directory=str(folder), prefix=prefix)
    for candidate in range(port, port + PORTS_TRIED if port else 1):
        try:
            return SiteServer((host, candidate), handler)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise TaskError(
                    f"Cannot listen on {host}:{candidate} ({error}).",
                    "Name an address of this machine with --host, such as 127.0.0.1.",
                ) from error
    raise TaskError(
        f"The ports {port} to {port + PORTS_TRIED - 1} of {host} are taken.",
        "Name a free one with --port.",
    )


@contextmanager
def serving(folder: Path, prefix: str = "/") -> Iterator[str]:
    """Serve a folder from a thread, on any free port; yield its address."""
    with site_server(folder, port=0, prefix=prefix) as http:
        thread = threading.Thread(target=http.serve_forever, daemon=True)
        thread.start()
        try:
            yield address(http, prefix)
        finally:
            http.shutdown()
            thread.join()


def address(server: http.server.HTTPServer, prefix: str = "/") -> str:
    """Return the URL at which a server shows its folder."""
    host, port = server.server_address[:2]
    shown = "127.0.0.1" if host in ("0.0.0.0", "") else host
    prefix = prefix.strip("/")
    return f"http://{shown!s}:{port}/{prefix}{'/' if prefix else ''}"
