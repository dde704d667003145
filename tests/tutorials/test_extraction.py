"""Taking code out of a text."""

import pytest

from tests.tutorials.extraction import extract

FENCED = """\
Prose, and `inline` code.

```python
import keras
keras.__version__
3.1
```
> ```python
> fit(x, y)
> ```
```
def twice(x):
  return 2 * x

predictions[0]
array([-1.0,
        2.0], dtype=float32)
```
"""
INDENTED = """\
To begin:

import numpy as np
from keras import layers
print(np.pi)

*3.14*

Then:

    def half(x):
        return x / 2

    half(3)

*1.5*
"""


def test_fenced_blocks_are_joined_without_quotes_and_printed_output() -> None:
    program = extract(FENCED, {})
    assert program == (
        "import keras\nkeras.__version__\n\ndef twice(x):\n  return 2 * x\n\npredictions[0]\n"
    )


def test_indented_blocks_and_plain_imports_are_code() -> None:
    assert extract(INDENTED, {}) == (
        "import numpy as np\nfrom keras import layers\nprint(np.pi)\n\n"
        "def half(x):\n    return x / 2\n\nhalf(3)\n"
    )


def test_a_typo_is_replaced_and_one_that_is_not_there_is_told() -> None:
    assert extract("```\nx = 1 O\n```\n", {" O": ""}) == "x = 1\n"
    with pytest.raises(ValueError, match="has no 'Sequential O'"):
        extract("```\nx = 1\n```\n", {"Sequential O": "Sequential()"})
