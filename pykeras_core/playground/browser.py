"""Binds a `Session` to the web worker it runs in; the only module here that knows JavaScript."""

import signal
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from pykeras_core.compat import install
from pykeras_core.datasets.sources import set_site
from pykeras_core.playground.errors import LateModuleError, NotFetchedError
from pykeras_core.playground.figures import use_backend
from pykeras_core.playground.files import Workspace
from pykeras_core.playground.h5 import page_codec
from pykeras_core.playground.hints.modules import offer
from pykeras_core.playground.imports import LateFinder
from pykeras_core.playground.session import Session
from pykeras_core.playground.showing import describe_built_in
from pykeras_core.playground.time_zone import find_time_zone
from pykeras_core.playground.warming import import_all, settle
from pykeras_core.saving.h5 import set_h5_codec

FOLDER = "/home/pyodide/files"
"""Where programs run, and where the files that they leave are."""


def prepare() -> None:
    """Does all that needs neither a page nor kernels; a page's Python goes on from there."""
    install()
    import_all()
    describe_built_in()
    settle()


def connect(
    post_message: Callable[[Any], None],
    next_task: Callable[[], Any],
    next_mail: Callable[[], Any],
    take_mail: Callable[[], Any],
    keep_files: Callable[[Any, Any, Any], None],
    keep_checkpoint: Callable[[str, Any, Any], None],
    data_sets: Any,
    h5: Any,
    imports: Any,
) -> Session:
    """Makes the session of a worker, in a Python for which `prepare` was called.

    Args:
        post_message: JavaScript function that sends an object to the page.
        next_task: JavaScript function whose promise resolves once waiting messages have arrived.
        next_mail: JavaScript function whose promise resolves once there is a request.
        take_mail: JavaScript function that hands over the requests that have arrived.
        keep_files: JavaScript function that keeps files, as `FileRequests` says.
        keep_checkpoint: JavaScript function that keeps a state, as `Checkpoints` says.
        data_sets: JavaScript object that knows which data sets the site `has`, and fetches them:
            `fetch` gives a promise of the bytes, `fetchNow` the bytes.
        h5: JavaScript object whose `library` is `h5.js` once its `load` has fetched it.
        imports: JavaScript object that knows which modules the site has beside what is there:
            `offered` names them, `has` says whether one comes, `fetch` gives a promise of it.

    Returns:
        The session that the worker calls from now on.
    """
    ffi, js = import_module("pyodide.ffi"), import_module("js")
    find_time_zone()
    to_js = partial(ffi.to_js, dict_converter=js.Object.fromEntries)

    def receive() -> list[dict[str, Any]]:
        # Without stack switching (or below a JavaScript callback) Python cannot wait here; the
        # page then stops a program by other means.
        if ffi.can_run_sync():
            ffi.run_sync(next_task())
        messages: list[dict[str, Any]] = _replaced(take_mail().to_py(), ffi.jsnull, None)
        return messages

    def h5_library() -> Any:
        if not h5.library:
            if not ffi.can_run_sync():
                raise OSError(
                    "the page's HDF5 library is not loaded, and this browser cannot wait for it "
                    "here. Name the file in the program itself, as in `model.save('m.keras')`."
                )
            try:
                ffi.run_sync(h5.load())
            except ffi.JsException as error:
                raise NotFetchedError(
                    f"the page's HDF5 library could not be loaded: {error}"
                ) from None
        return h5.library

    set_h5_codec(page_codec(h5_library, to_js, ffi.JsException))
    session = Session(
        lambda message: post_message(to_js(_replaced(message, None, ffi.jsnull))),
        receive,
        workspace=Workspace(FOLDER),
        keep=lambda *files: keep_files(*map(to_js, files)),
        next_message=lambda: ffi.run_sync(next_mail()),
        can_wait=ffi.can_run_sync,
        keep_checkpoint=lambda name, data, message: keep_checkpoint(
            name, to_js(data), to_js(_replaced(message, None, ffi.jsnull))
        ),
    )
    use_backend()
    offer(imports.offered.to_py())
    sys.meta_path.append(LateFinder(imports.has, partial(_fetch_module, ffi, imports, session)))
    set_site(partial(_read_data, ffi, data_sets, session), Path(FOLDER))
    signal.signal(signal.SIGINT, partial(_interrupt, session))
    return session


def _replaced(value: Any, old: Any, new: Any) -> Any:
    """A plain value with another for one that is not plain on the other side.

    JavaScript's `null` is no None to Pyodide, and its None is JavaScript's `undefined`.
    """
    if isinstance(value, dict):
        return {key: _replaced(inner, old, new) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, old, new) for inner in value]
    return new if value is old else value


def _interrupt(session: Session, number: int, frame: Any) -> None:
    """Ends a busy program; between programs, Stop comes too late and must not end Python."""
    if session.interruptible:
        raise KeyboardInterrupt


def _fetch_module(ffi: Any, imports: Any, session: Session, name: str) -> None:
    """Fetch a module of this site in the middle of a program."""
    if not ffi.can_run_sync():
        raise LateModuleError(
            f"No module named {name!r} yet: it has to come, and this browser cannot wait for it "
            f"here. Write `import {name}` into the program itself.",
            name=name,
        )
    try:
        ffi.run_sync(imports.fetch(name))
    except ffi.JsException as error:
        session.mailbox.attend()  # it may be Stop that has ended it
        raise NotFetchedError(f"The module {name!r} could not be fetched: {error}") from None


def _read_data(ffi: Any, data_sets: Any, session: Session, name: str) -> bytes | None:
    """Fetch a data set of this site; the program waits, because `load_data` is not asynchronous."""
    if not data_sets.has(name):
        return None
    try:
        if ffi.can_run_sync():
            contents = ffi.run_sync(data_sets.fetch(name))
        else:
            contents = data_sets.fetchNow(name)
    except ffi.JsException as error:
        session.mailbox.attend()  # it may be Stop that has ended it
        raise NotFetchedError(f"The data set {name!r} could not be fetched: {error}") from None
    data: bytes = contents.to_bytes()
    return data
