"""The five tutorials this project began with: where they lie, their typos, what they presume.

Their texts stay in the folder beside the repository; only what a reader has to mend is here. Both
the tests under CPython and those in the page run `program()`.
"""

from dataclasses import dataclass, field
from pathlib import Path

from tests.tutorials.extraction import extract

SHARED = Path(__file__).parents[3] / "shared"
SEEDS = SHARED / "seeds"
DATA_DIR = SHARED / "datasets"
"""A data folder with Fashion-MNIST, 800 images to train on and 100 to test with."""


@dataclass(frozen=True)
class Tutorial:
    """A tutorial.

    Attributes:
        number: Its file's name begins with it.
        presumed: Code for what its text takes for granted.
        repairs: What replaces what: its plain typos.
        needs_data: Whether it loads Fashion-MNIST.
    """

    number: str
    presumed: str = ""
    repairs: dict[str, str] = field(default_factory=dict)
    needs_data: bool = False

    @property
    def path(self) -> Path | None:
        """Its text; None where the folder beside the repository is missing."""
        return next(iter(SEEDS.glob(f"{self.number}_*.txt")), None)

    @property
    def lacks(self) -> str | None:
        """What is missing to run it, None for nothing."""
        if self.path is None:
            return "the tutorial's text is not in ../shared/seeds"
        if self.needs_data and not (DATA_DIR / "fashion_mnist.npz").is_file():
            return "Fashion-MNIST is not in ../shared/datasets"
        return None

    def program(self) -> str:
        """Return its code, ready to run."""
        assert self.path is not None
        # One text was damaged on its way, in comments and prose.
        text = self.path.read_text(encoding="utf-8", errors="replace")
        return self.presumed + extract(text, self.repairs)


SEQUENTIAL_AND_FUNCTIONAL = Tutorial(
    "000",
    presumed="""\
import tensorflow as tf
from types import SimpleNamespace

(_x, _y), (_x_test, _y_test) = tf.keras.datasets.fashion_mnist.load_data()
data_loader = SimpleNamespace(
    train_data=_x[..., None] / 255.0, train_label=_y,
    test_data=_x_test[..., None] / 255.0, test_label=_y_test)
num_epochs, batch_size = 5, 50

""",
    needs_data=True,
)
SEQUENTIAL_GUIDE = Tutorial(
    "001",
    presumed="import keras\n\n",
    repairs={
        "(784,))\n   Activation('relu')\n   Dense(10)\n": (
            "(784,)),\n   Activation('relu'),\n   Dense(10),\n"
        ),
        "Sequential O": "Sequential()",
        "''rmsprop'": "'rmsprop'",
        "input_dim=100)\n": "input_dim=100))\n",
        "activation=sigmoid'": "activation='sigmoid'",
    },
)
OVERVIEW = Tutorial("002", presumed="import tensorflow as tf\n\n")
CLASSIFICATION = Tutorial("003", needs_data=True)
KERAS_GUIDE = Tutorial("004")

TUTORIALS = (SEQUENTIAL_AND_FUNCTIONAL, SEQUENTIAL_GUIDE, OVERVIEW, CLASSIFICATION, KERAS_GUIDE)
