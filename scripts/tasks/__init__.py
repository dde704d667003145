"""What the commands beside this package do: set up, build, check, test, serve, bench.

Only the standard library is imported here, because the commands start under whatever Python the
user has and move into the repository's own virtual environment by themselves.
"""

import sys

OLDEST_PYTHON = (3, 11)

if sys.version_info < OLDEST_PYTHON:
    sys.exit(
        "PyKeras Playground needs Python {}.{} or newer, this is Python {}.{}.\n"
        "Start the command with a newer one, for example `python3.12 scripts/serve`.".format(
            *OLDEST_PYTHON, *sys.version_info[:2]
        )
    )
