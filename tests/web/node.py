"""Modules of the page that need no page, run by Node."""

import json
import subprocess
from typing import Any

from tasks.paths import WEB


def run_js(code: str) -> Any:
    """The JSON that `code`, a module in web/state/, gives to `answer`."""
    prelude = "const answer = (value) => process.stdout.write(JSON.stringify(value));\n"
    result = subprocess.run(
        ["node", "--input-type=module", "--eval", prelude + code],
        cwd=WEB / "state",
        capture_output=True,
        check=True,
        text=True,
    )
    return json.loads(result.stdout)
