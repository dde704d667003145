"""Each program finds the world as the first did; a cell as the one before it left it."""

import sys
from pathlib import Path

import pytest

from pykeras_core import compat, hosting
from pykeras_core.playground.files import Workspace
from pykeras_core.playground.world import World
from tests.core.worker_stub import Page


@pytest.fixture(autouse=True)
def _keras_importable() -> None:
    compat.install()


# What a program does, and a question that is answered otherwise after it.
CHANGES = {
    "a function of NumPy": ("import numpy as np\nnp.zeros = None", "np.zeros"),
    "a new name in NumPy": ("import numpy as np\nnp.mine = 1", "hasattr(np, 'mine')"),
    "a deleted name of NumPy": ("import numpy as np\ndel np.ones", "hasattr(np, 'ones')"),
    "a function of math": ("import math\nmath.sqrt = abs", "math.sqrt(4)"),
    "all of math": ("import math\nvars(math).clear()", "dir(math)[:3]"),
    "a function of random": ("import random\nrandom.random = lambda: 7", "random.random() == 7"),
    "a function of json": ("import json\njson.dumps = str", "json.dumps('a')"),
    "a function of os": ("import os\nos.getcwd = lambda: 'no'", "os.getcwd() == 'no'"),
    "a function of os.path": ("import os\nos.path.join = 1", "os.path.join == 1"),
    "the clock": ("import time\ntime.time = lambda: 0", "time.time() == 0"),
    "sleep": ("import time\ntime.sleep = print", "time.sleep"),
    "a layer": ("import keras\nkeras.layers.Dense = None", "keras.layers.Dense"),
    "a layer by its import": (
        "from keras import layers\nlayers.Dense = None",
        "keras.layers.Dense",
    ),
    "a layer of tf": (
        "import tensorflow as tf\ntf.keras.layers.Dense = None",
        "keras.layers.Dense",
    ),
    "an op of tf": ("import tensorflow as tf\ntf.reduce_sum = None", "tf.reduce_sum"),
    "a new name in keras": ("import keras\nkeras.mine = 3", "hasattr(keras, 'mine')"),
    "our own module": (
        "import pykeras_core\npykeras_core.layers.Dense = None",
        "pykeras_core.layers.Dense",
    ),
    "a deep module of ours": (
        "from pykeras_core.engine import autodiff\nautodiff.value_and_grad = None",
        "__import__('pykeras_core.engine.autodiff', fromlist=['a']).value_and_grad",
    ),
    "a method of Model": ("import keras\nkeras.Model.fit = print", "keras.Model.fit"),
    "a method of a layer": ("import keras\nkeras.layers.Dense.call = 0", "keras.layers.Dense.call"),
    "a new method": ("import keras\nkeras.Model.mine = 1", "hasattr(keras.Model, 'mine')"),
    "a method of ours that is deleted": (
        "import keras\ndel keras.layers.Dense.call",
        "keras.layers.Dense.call",
    ),
    "a method of Python's library": (
        "import pathlib\npathlib.PurePath.joinpath = 1",
        "pathlib.PurePath.joinpath",
    ),
    "a module loaded by the program itself": (
        "import colorsys\ncolorsys.hsv_to_rgb = None",
        "__import__('colorsys').hsv_to_rgb",
    ),
    "the search path": ("import sys\nsys.path.clear()", "len(sys.path)"),
    "another search path": ("import sys\nsys.path = ['nowhere']", "'nowhere' in sys.path"),
    "finders": ("import sys\nsys.meta_path.clear()", "len(sys.meta_path) > 1"),
    "arguments": ("import sys\nsys.argv[:] = ['mine']", "'mine' in sys.argv"),
    "the prompt": ("import sys\nsys.ps1 = 'mine'", "hasattr(sys, 'ps1')"),
    "exit": ("import sys\nsys.exit = print", "sys.exit"),
    "the display hook": ("import sys\nsys.displayhook = print", "sys.displayhook == print"),
    "the hook of errors": ("import sys\nsys.excepthook = print", "sys.excepthook == print"),
    "tracing": ("import sys\nsys.settrace(lambda *a: None)", "sys.gettrace() is None"),
    "profiling": ("import sys\nsys.setprofile(lambda *a: None)", "sys.getprofile() is None"),
    "the depth of recursion": ("import sys\nsys.setrecursionlimit(777)", "sys.getrecursionlimit()"),
    "digits": ("import sys\nsys.set_int_max_str_digits(0)", "sys.get_int_max_str_digits()"),
    "the garbage collector": ("import gc\ngc.disable()", "gc.isenabled()"),
    "its thresholds": ("import gc\ngc.set_threshold(9, 9, 9)", "gc.get_threshold()"),
    "its callbacks": ("import gc\ngc.callbacks.append(print)", "print in gc.callbacks"),
    "a builtin": ("import builtins\nbuiltins.mine = 1", "hasattr(builtins, 'mine')"),
    "a module": ("import sys\nsys.modules['json'] = None", "sys.modules['json'] is None"),
    "a module made up": ("import sys\nsys.modules['abcd'] = sys", "'abcd' in sys.modules"),
    "what is an error for NumPy": ("import numpy as np\nnp.seterr(all='raise')", "np.geterr()"),
    "how NumPy prints": (
        "import numpy as np\nnp.set_printoptions(precision=2, suppress=True)",
        "np.array([0.123456])",
    ),
    "epsilon": ("import keras\nkeras.config.set_epsilon(0.5)", "keras.config.epsilon()"),
    "the order of images": (
        "import keras\nkeras.backend.set_image_data_format('channels_first')",
        "keras.config.image_data_format()",
    ),
    "the policy of dtypes": (
        "import keras\nkeras.config.set_dtype_policy('float32')",
        "__import__('pykeras_core.dtype_policies').dtype_policies._global_policy",
    ),
    "the bound of epochs": (
        "import keras\nkeras.config.set_max_epochs(3)",
        "keras.config.max_epochs()",
    ),
    "registered objects": (
        "import keras\n@keras.saving.register_keras_serializable(package='me')\n"
        "class Mine(keras.layers.Layer): pass",
        "keras.saving.get_registered_object('me>Mine') is None",
    ),
    "custom objects": (
        "import keras\nkeras.saving.get_custom_objects()['mine'] = abs",
        "list(keras.saving.get_custom_objects())",
    ),
    "traceback filtering": (
        "import keras\nkeras.config.disable_traceback_filtering()",
        "keras.config.is_traceback_filtering_enabled()",
    ),
    "environment": ("import os\nos.environ['MINE'] = '1'", "os.environ.get('MINE')"),
    "environment, cleared": ("import os\nos.environ.clear()", "'PATH' in os.environ"),
    "filters of warnings": (
        "import warnings\nwarnings.filterwarnings('ignore', 'mine')",
        "any('mine' in str(f) for f in warnings.filters)",
    ),
    "how warnings are shown": (
        "import warnings\nwarnings.showwarning = print",
        "warnings.showwarning == print",
    ),
    "handlers of signals": (
        "import signal\nsignal.signal(signal.SIGTERM, print)",
        "signal.getsignal(signal.SIGTERM) == print",
    ),
    "decimal numbers": (
        "import decimal\ndecimal.getcontext().prec = 3",
        "str(__import__('decimal').Decimal(1) / 3)",
    ),
    "the level of logs": (
        "import logging\nlogging.basicConfig(level=logging.DEBUG, force=True)",
        "logging.getLogger().level, len(logging.getLogger().handlers)",
    ),
    "a logger": (
        "import logging\nlogging.getLogger('mine').setLevel(1)",
        "logging.getLogger('mine').level",
    ),
    "no logs": ("import logging\nlogging.disable(99)", "logging.root.manager.disable"),
    "the place of numbers' commas": (
        "import locale\nlocale.localeconv = dict",
        "locale.localeconv == dict",
    ),
}
IMPORTS = (
    "import builtins, gc, json, keras, locale, logging, math, os, pathlib, pykeras_core, random\n"
    "import signal, sys, time, warnings\nimport numpy as np\nimport tensorflow as tf\n"
)


def answer(page: Page, question: str, *, in_cell: bool = False) -> str:
    page.messages.clear()
    source = f"{IMPORTS}print({question})"
    page.cell(source) if in_cell else page.run(source, page.session.mailbox.run_id + 1)
    assert page.one("finished")["error"] is None
    return page.printed()


@pytest.mark.parametrize(("harm", "question"), CHANGES.values(), ids=CHANGES)
def test_a_program_does_not_notice_what_the_last_one_changed(harm: str, question: str) -> None:
    page = Page()
    before = answer(page, question)
    page.run(harm, page.session.mailbox.run_id + 1)
    assert page.error() is None
    assert answer(page, question) == before


LOST = ("a module", "environment, cleared", "all of math", "finders", "another search path")


@pytest.mark.parametrize(
    ("harm", "question"),
    [pair for name, pair in CHANGES.items() if name not in LOST],
    ids=[name for name in CHANGES if name not in LOST],
)
def test_a_cell_finds_what_the_last_one_changed(harm: str, question: str) -> None:
    page = Page()
    before = answer(page, question)
    page.run(harm, page.session.mailbox.run_id + 1)
    assert page.error() is None
    assert answer(page, question, in_cell=True) != before
    assert answer(page, question, in_cell=True) != before
    assert answer(page, question) == before


def test_the_world_of_the_page_is_whole_between_two_cells() -> None:
    page = Page().run("import numpy as np\nnp.zeros = None\ndel np.ones")
    import numpy as np

    assert np.zeros(1)[0] + np.ones(1)[0] == 1
    page.cell("print(np.zeros, hasattr(np, 'ones'))")
    assert page.printed() == "None False\n"


def test_predictions_after_a_run_are_made_in_the_page_s_world() -> None:
    page = Page().run(
        "import keras, numpy as np\n"
        "x_test, y_test = np.ones((8, 3)), np.ones(8)\n"
        "model = keras.Sequential([keras.layers.Dense(1)])\n"
        "model.compile('sgd', 'mse')\n"
        "model.fit(x_test, y_test, verbose=0)\n"
        "np.concatenate = np.asarray = np.abs = keras.Model.predict = None\n"
    )
    assert page.of("request-failed") == []
    assert page.one("predictions")["report"]["kind"] == "regression"


def test_random_numbers_without_a_seed_differ_from_run_to_run() -> None:
    source = (
        "import random, keras, numpy as np\n"
        "print(random.random(), np.random.rand(), keras.random.uniform((1,)))\n"
        "random.seed(1); np.random.seed(1); keras.utils.set_random_seed(1)"
    )
    page = Page().run(source).run(source, run_id=2).run(source, run_id=3)
    assert len(set(page.printed().splitlines())) == 3


def test_a_cell_goes_on_with_the_random_numbers_of_the_last() -> None:
    draw = "print(random.random(), np.random.rand())"
    page = Page().run(f"import random, numpy as np\nrandom.seed(1); np.random.seed(1)\n{draw}")
    page.cell(draw)
    whole = Page().run(
        f"import random, numpy as np\nrandom.seed(1); np.random.seed(1)\n{draw}\n{draw}"
    )
    assert page.printed() == whole.printed()


def test_a_generator_of_another_kind_is_put_back() -> None:
    page = Page().run("import numpy as np\nnp.random.set_bit_generator(np.random.PCG64())")
    page.run("import numpy as np\nnp.random.seed(3)\nprint(np.random.get_state()[0])", run_id=2)
    assert page.printed() == "MT19937\n"


def test_a_module_in_the_folder_is_imported_anew_in_every_run(tmp_path: Path) -> None:
    page = Page(workspace=Workspace(tmp_path))
    source = "import sys; sys.path.insert(0, '.'); import my_part_of_it\nprint(my_part_of_it.x)"
    (tmp_path / "my_part_of_it.py").write_text("x = 1")
    page.run(source)
    (tmp_path / "my_part_of_it.py").write_text("x = 22")
    page.run(source, run_id=2)
    page.cell("import my_part_of_it\nprint(my_part_of_it.x)")
    assert page.printed() == "1\n22\n22\n"


def test_library_modules_stay_loaded() -> None:
    page = Page().run("import colorsys")
    loaded = sys.modules["colorsys"]
    page.run("import colorsys", run_id=2)
    assert sys.modules["colorsys"] is loaded


def test_a_submodule_that_a_program_imports_stays_reachable() -> None:
    source = "import xml.dom.minidom\nprint(xml.dom.minidom.parseString('<a/>').nodeName)"
    page = Page().run(source).run(source, run_id=2).cell(source)
    assert page.printed() == "#document\n" * 3


def test_a_program_that_fails_or_is_stopped_is_undone_too() -> None:
    page = Page().run("import math\nmath.pi = 3\n1 / 0")
    page.run("import math\nmath.pi = 3\nraise KeyboardInterrupt", run_id=2)
    assert answer(page, "math.pi") == "3.141592653589793\n"


def test_a_stop_while_the_world_is_put_back_leaves_no_half_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import math

    world = World()
    restore = world._restore
    calls = []

    def interrupted(*args: object) -> None:
        calls.append(args)
        if len(calls) == 1:
            raise KeyboardInterrupt
        restore(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(world, "_restore", interrupted)
    with pytest.raises(KeyboardInterrupt), world.of_program():
        math.pi = 3  # type: ignore[misc]
    assert math.pi > 3


def test_training_changes_nothing_that_must_be_put_back() -> None:
    page = Page().run(
        "import keras, numpy as np\n"
        "model = keras.Sequential([keras.layers.Dense(1)])\n"
        "model.compile('adam', 'mse', metrics=['mae'])\n"
        "model.fit(np.ones((4, 2)), np.ones(4), verbose=0)\n"
    )
    # What searches for examples in these tests times the collector of garbage in its own module.
    changed = [one for one in page.session._world._redo if "_gc_" not in str(one.args[:1])]
    assert changed == []


def test_the_time_for_which_training_was_held_is_not_undone() -> None:
    before = hosting.held_s()
    Page().run("from pykeras_core import hosting\nhosting.held(3.0)")
    assert hosting.held_s() == before + 3
    hosting.held(-3.0)


def test_a_seed_of_the_page_holds_for_all_random_numbers_of_the_run() -> None:
    source = "import random, numpy as np, keras\n"
    source += "print(random.random(), np.random.rand(), keras.random.uniform((1,)))"
    page = Page().run(source, seed=3).run(source, run_id=2, seed=3)
    first, second = page.printed().splitlines()
    assert first == second
