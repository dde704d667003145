"""The guide for hosts, followed: the site trains from the servers and under the policy it names."""

import http.server
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tasks import server, site, site_check
from tasks.console import TaskError
from tasks.paths import DIST, WEB

from tests.build.test_site import pages

GUIDE = (WEB / "docs" / "host.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    site.build()


def _snippet(language: str, part: str) -> str:
    """The block of the guide with something in it."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.M | re.S)
    (found,) = [block for block in blocks if part in block]
    return str(found)


def test_a_folder_that_does_not_train_is_refused_with_what_the_browser_says(
    browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text(
        '<script src="gone.js"></script><load-status><i class="dot">.</i></load-status>'
        '<run-controls><b class="run">Run</b></run-controls>'
        '<progress-line><b class="line">Finished in no time</b></progress-line>'
        '<console-output><b class="lines">accuracy</b></console-output>'
    )
    with (
        server.serving(tmp_path) as address,
        pytest.raises(TaskError, match=r"does not train: Failed to load .* 404"),
    ):
        site_check.train(browser, address)


def test_the_site_trains_from_the_web_server_of_python_below_a_path(browser: Browser) -> None:
    (command,) = [
        line for line in _snippet("sh", "http.server").splitlines() if "http.server" in line
    ]
    assert command == "python -m http.server 8000 --directory dist"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = ["-m", "http.server", str(port), "--directory", str(DIST.parent)]
    served = subprocess.Popen(
        [sys.executable, *arguments, "--bind", "127.0.0.1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}/{DIST.name}/"
        _wait_for(address)
        assert "Finished in" in site_check.train(browser, address)
    finally:
        served.kill()
        served.wait()


def _wait_for(address: str) -> None:
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"nobody answers at {address}")


def test_the_site_trains_under_the_policy_that_the_guide_names_for_every_file(
    browser: Browser,
) -> None:
    policy = _snippet("text", "default-src").strip()
    assert policy == pages()["index.html"].policy
    with _serving_with("Content-Security-Policy", policy) as address:
        assert "Finished in" in site_check.train(browser, address)


@contextmanager
def _serving_with(name: str, value: str) -> Iterator[str]:
    class Handler(server.SiteHandler):
        def end_headers(self) -> None:
            self.send_header(name, value)
            super().end_headers()

    def handler(*args: object) -> Handler:
        return Handler(*args, prefix="/inside/", directory=str(DIST))

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield server.address(running, "/inside/")
        running.shutdown()
        thread.join()
