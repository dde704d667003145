"""The static server: types, sub-paths, ports, and no more than a static host would answer."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path

import pytest
from tasks import server


@pytest.fixture
def base(tmp_path: Path) -> Iterator[str]:
    """Serve a folder with one file of each kind under a sub-path."""
    app = ["app/0123456789ab/a.js", "app/0123456789ab/a.js.br", "app/0123456789ab/a.js.gz"]
    app += ["runtime/0123456789ab/a.js", "data/x-0123456789ab.npz"]
    for name in ("index.html", "a.mjs", "a.wasm", "a.whl", "inside/a.js", *app):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(Path(name).name)
    with server.serving(tmp_path, "some/path") as address:
        yield address


def get(url: str) -> HTTPResponse:
    response: HTTPResponse = urllib.request.urlopen(url, timeout=10)
    return response


def status(url: str) -> int:
    try:
        with get(url) as response:
            return response.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("", "text/html; charset=utf-8"),
        ("a.mjs", "text/javascript; charset=utf-8"),
        ("a.wasm", "application/wasm"),
        ("a.whl", "application/zip"),
        ("inside/a.js", "text/javascript; charset=utf-8"),
    ],
)
def test_file_has_the_type_a_browser_insists_on(base: str, path: str, kind: str) -> None:
    with get(base + path) as response:
        assert response.headers["Content-Type"] == kind
        assert response.read().decode() == (Path(path).name or "index.html")


def get_as(url: str, accepted: str) -> HTTPResponse:
    request = urllib.request.Request(url, headers={"Accept-Encoding": accepted})
    response: HTTPResponse = urllib.request.urlopen(request, timeout=10)
    return response


@pytest.mark.parametrize(
    ("accepted", "encoding", "body"),
    [
        ("gzip, deflate, br, zstd", "br", "a.js.br"),
        ("gzip", "gzip", "a.js.gz"),
        ("br;q=0, gzip;q=0.5", "gzip", "a.js.gz"),
        ("identity", None, "a.js"),
        ("brotli", None, "a.js"),
    ],
)
def test_who_takes_compressed_files_is_given_the_copies_beside_them(
    base: str, accepted: str, encoding: str | None, body: str
) -> None:
    with get_as(base + "app/0123456789ab/a.js", accepted) as response:
        found = response.headers
        assert found["Content-Encoding"] == encoding
        assert response.read().decode() == body
        assert found["Content-Type"] == "text/javascript; charset=utf-8"
        assert found["Vary"] == "Accept-Encoding"
        assert found["Content-Length"] == str(len(body))
    with get_as(base + "a.mjs", accepted) as response:
        assert response.headers["Content-Encoding"] is None


def test_what_is_named_after_its_contents_is_kept_and_all_else_asked_for_again(base: str) -> None:
    for path in ("app/0123456789ab/a.js", "runtime/0123456789ab/a.js", "data/x-0123456789ab.npz"):
        with get(base + path) as response:
            assert "immutable" in response.headers["Cache-Control"]
    for path in ("", "index.html", "a.mjs", "inside/a.js"):
        with get(base + path) as response:
            assert response.headers["Cache-Control"] == "no-cache"
    with pytest.raises(urllib.error.HTTPError) as gone:
        get(base + "app/0123456789ab/gone.js")
    with gone.value as error:
        assert error.headers["Cache-Control"] == "no-cache"


def test_no_header_asks_the_browser_for_isolation(base: str) -> None:
    with get(base) as response:
        assert not [name for name in response.headers if name.startswith("Cross-Origin")]


def test_prefix_without_its_slash_leads_to_the_site(base: str) -> None:
    with get(base.removesuffix("/")) as response:
        assert response.url == base


@pytest.mark.parametrize("path", ["", "index.html", "other/path/index.html"])
def test_nothing_lies_outside_the_prefix(base: str, path: str) -> None:
    assert status(base.removesuffix("some/path/") + path) == 404


@pytest.mark.parametrize("path", ["inside/", "none.js", "../../../../../../etc/passwd"])
def test_folders_and_missing_files_are_not_found(base: str, path: str) -> None:
    assert status(base + path) == 404


def test_taken_port_leads_to_the_next_free_one(tmp_path: Path) -> None:
    with server.site_server(tmp_path, port=0) as first:
        taken = first.server_address[1]
        with server.site_server(tmp_path, port=taken) as second:
            assert taken < second.server_address[1] < taken + server.PORTS_TRIED


def test_address_that_is_not_ours_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(server.TaskError, match=r"Cannot listen on 192\.0\.2\.1"):
        server.site_server(tmp_path, host="192.0.2.1")
