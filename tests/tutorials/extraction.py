"""Takes the code out of a tutorial's text: what a reader would paste, without what it printed.

Code stands in fenced blocks, in indented blocks, and in paragraphs of imports and prints alone.
Quoted blocks repeat or describe code and are left to the text.
"""

import re
from collections.abc import Iterator, Mapping

_FENCE = re.compile(r"^```\w*\s*\n(.*?)^```\s*$", re.MULTILINE | re.DOTALL)
_INDENT = " " * 4
# How lines begin that a notebook printed below its code.
_PRINTED = re.compile(r"\d|\(\d|array\(|Epoch \d|<tensorflow")
_PLAIN_CODE = re.compile(r"(import|from) [\w.]+|print\(")


def extract(text: str, repairs: Mapping[str, str]) -> str:
    """Return a tutorial's code as one program.

    Args:
        text: The tutorial, in Markdown.
        repairs: What replaces what: the tutorial's typos. Each must be there.

    Returns:
        Its blocks in their order, an empty line between two.

    Raises:
        ValueError: A typo is not in the code (any more).
    """
    program = "\n\n".join(_without_output(block) for block in blocks(text)) + "\n"
    for typo, right in repairs.items():
        if typo not in program:
            raise ValueError(f"the tutorial has no {typo!r} to repair")
        program = program.replace(typo, right)
    return program


def blocks(text: str) -> list[str]:
    """Return the blocks of code in a tutorial, as they stand there."""
    fenced = _FENCE.findall(text)
    return fenced if fenced else list(_paragraphs_of_code(text))


def _paragraphs_of_code(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*?\n", text):
        lines = [line for line in paragraph.splitlines() if line.strip()]
        if lines and all(line.startswith(_INDENT) for line in lines):
            yield "\n".join(line.removeprefix(_INDENT) for line in lines)
        elif lines and all(_PLAIN_CODE.match(line) for line in lines):
            yield "\n".join(lines)


def _without_output(block: str) -> str:
    lines = []
    for line in block.splitlines():
        if _PRINTED.match(line):
            break
        lines.append(line)
    return "\n".join(lines).strip("\n")
