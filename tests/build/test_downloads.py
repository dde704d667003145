"""Downloads: the cache by hash, members of remote archives, and what a bad one says."""

import hashlib
import http.server
import io
import re
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tasks import cache, remote
from tasks.console import TaskError
from tasks.server import SiteServer

NAME = "wheel.whl"
CONTENTS = b"the contents of a wheel" * 50_000
SHA256 = hashlib.sha256(CONTENTS).hexdigest()


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Give each test an empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def never() -> bytes:
    raise AssertionError("this must not be downloaded")


class ArchiveHandler(http.server.BaseHTTPRequestHandler):
    """Serves one file, by ranges under /ranges and only whole under /whole."""

    archive = b""
    sent_bytes = 0

    def do_GET(self) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if asked and self.path == "/ranges":
            first, last = int(asked[1]), int(asked[2])
            body = self.archive[first : last + 1]
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(self.archive)}")
        else:
            body = self.archive
            self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        type(self).sent_bytes += len(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def archive_url() -> Iterator[str]:
    """Serve a zip whose members before and after the wanted one are large."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("before", bytes(3_000_000))
        archive.writestr(f"folder/{NAME}", CONTENTS, zipfile.ZIP_DEFLATED)
        archive.writestr("after", bytes(3_000_000))
    ArchiveHandler.archive = buffer.getvalue()
    ArchiveHandler.sent_bytes = 0
    with SiteServer(("127.0.0.1", 0), ArchiveHandler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_cached_file_is_downloaded_once() -> None:
    first = cache.fetch(SHA256, NAME, lambda: CONTENTS)
    assert first.read_bytes() == CONTENTS
    assert cache.fetch(SHA256, NAME, never) == first


def test_damaged_cached_file_is_downloaded_again() -> None:
    path = cache.fetch(SHA256, NAME, lambda: CONTENTS)
    path.write_bytes(b"cut")
    assert cache.fetch(SHA256, NAME, lambda: CONTENTS).read_bytes() == CONTENTS


def test_download_with_another_hash_is_refused_and_not_kept() -> None:
    with pytest.raises(TaskError, match=f"wheel.whl has SHA-256 .*, expected {SHA256}"):
        cache.fetch(SHA256, NAME, lambda: b"something else")
    assert not cache.has(SHA256, NAME)


def test_member_of_a_remote_archive_is_read_without_the_rest(
    archive_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source = remote.RemoteFile(f"{archive_url}/ranges")
    with zipfile.ZipFile(io.BufferedReader(source, buffer_size=1 << 16)) as archive:
        assert remote.read_member(archive, f"folder/{NAME}") == CONTENTS
    assert ArchiveHandler.sent_bytes < 500_000
    assert f"{NAME}: 1.1 MB of 1.1 MB" in capsys.readouterr().out


def test_server_without_ranges_is_told_apart(archive_url: str) -> None:
    with pytest.raises(remote.RangesRefusedError, match="does not serve byte ranges"):
        remote.RemoteFile(f"{archive_url}/whole")


def test_whole_file_is_read_with_progress(
    archive_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert remote.read_url(f"{archive_url}/whole", "archive") == ArchiveHandler.archive
    assert "archive: 6.0 MB of 6.0 MB" in capsys.readouterr().out


def test_failing_read_is_tried_again_and_then_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = []

    def refuse(url: str, name: str) -> bytes:
        attempts.append(url)
        raise ConnectionResetError("cut off")

    monkeypatch.setattr(remote, "_read_whole", refuse)
    with pytest.raises(ConnectionResetError):
        remote.read_url("http://127.0.0.1:9/x", "x")
    assert len(attempts) == remote.ATTEMPTS
