"""Advice on what is no Python: punctuation, indentation, and what was pasted along."""

from __future__ import annotations

import ast
import re
import unicodedata

from pykeras_core.playground.hints.program import Advice, Mend, Program, misspelt

PROMPT = re.compile(r"\s*(?:>>>|\.\.\.|(?:In|Out)\s*\[\d*\]:)(?:\s|$)")
"""What a notebook or a terminal writes before a line."""

_OPERATORS = (("&&", "and"), ("||", "or"), ("else if", "elif"))
_INCREMENT = re.compile(r"(\w+)(\+\+|--)\s*$")
_SIGNS = dict(
    zip(
        "\u201c\u201d\u201e\u2018\u2019\u3001\u3002\u3010\u3011\u2013\u2014\u2212\u00d7\u00f7\u3000",
        '"""\'\',.[]---*/ ',
        strict=True,
    )
)
_CLOSING = dict(
    zip(
        "\u201c\u201d\u201e\u2018\u2019",
        ("\u201d", "\u201d", "\u201c\u201d", "\u2019", "\u2019"),
        strict=True,
    )
)
"""What ends a text that one of the curly quotation marks begins."""


def advise_on_syntax(error: BaseException, text: str, program: Program) -> Advice | None:
    """Advice on an error in the text of the program itself."""
    if not isinstance(error, SyntaxError) or error.filename != program.file_name:
        return None
    if is_notebook(program):
        return Advice({"code": "notebook-file"})
    if PROMPT.match(program.text()):
        return advise_on_prompt(program)
    return (
        _advise_on_character(error, program)
        or _advise_on_indentation(error, program)
        or _advise_on_other_languages(program)
        or _advise_on_punctuation(error, program)
    )


def is_notebook(program: Program) -> bool:
    """Whether the program is the file of a notebook."""
    start = "\n".join(program.lines).lstrip()
    return start.startswith("{") and '"cells"' in start and '"cell_type"' in start


def advise_on_prompt(program: Program) -> Advice:
    """Advice to take out the prompt of the line."""
    found = PROMPT.match(program.text())
    end = found.end() if found else 0
    return Advice({"code": "prompt"}, program.replace(program.line or 1, 0, end, ""))


def _advise_on_character(error: SyntaxError, program: Program) -> Advice | None:
    line, text = program.line or 1, program.text()
    if "invalid character" in error.msg:
        mended = _in_ascii(text)
        at = (error.offset or 1) - 1
        found = text[at : at + 1]
        if mended != text and found:
            hint = {"code": "full-width", "found": found, "insert": _ascii_of(found)}
            return Advice(hint, _replace_line(program, line, mended))
    if "invalid non-printable character" in error.msg:
        spaces = re.sub(r"[\u00a0\u2000-\u200a\u202f\u205f]", " ", text)
        mended = "".join(c for c in spaces if c == "\t" or _is_visible(c))
        mend = _replace_line(program, line, mended) if mended != text else None
        return Advice({"code": "invisible-character"}, mend)
    return None


def _replace_line(program: Program, line: int, mended: str) -> Mend:
    """The smallest mend that makes a line into another."""
    text = program.text(line)
    start = _common(text, mended)
    end = _common(text[start:][::-1], mended[start:][::-1])
    return program.replace(line, start, len(text) - end, mended[start : len(mended) - end])


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with together."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _ascii_of(character: str) -> str:
    if character in _SIGNS:
        return _SIGNS[character]
    if "\uff01" <= character <= "\uff5e":
        return chr(ord(character) - 0xFEE0)
    return character


def _in_ascii(line: str) -> str:
    """The line with ASCII punctuation in its code; quoted texts and comments stay as they are."""
    written, closing = [], ""
    for at, character in enumerate(line):
        if closing:
            if character in closing:
                written.append(_ascii_of(character))
                closing = ""
            else:
                written.append(character)
        elif character == "#":
            return "".join(written) + line[at:]
        else:
            written.append(_ascii_of(character))
            closing = _CLOSING.get(character, character if character in "\"'" else "")
    return "".join(written)


def _advise_on_indentation(error: SyntaxError, program: Program) -> Advice | None:
    if isinstance(error, TabError):
        return Advice({"code": "tabs"})
    if not isinstance(error, IndentationError):
        return None
    line, text = program.line or 1, program.text()
    before = next((t for t in reversed(program.lines[: line - 1]) if t.strip()), "")
    wanted = re.match(r"\s*", before)[0]  # type: ignore[index]
    if "expected an indented block" in error.msg:
        wanted += "    "
    elif "unexpected indent" not in error.msg:
        return Advice({"code": "indentation"})
    has = len(text) - len(text.lstrip())
    mend = program.replace(line, 0, has, wanted) if text.strip() else None
    return Advice({"code": "indentation"}, mend)


def _advise_on_punctuation(error: SyntaxError, program: Program) -> Advice | None:
    line, text, message = program.line or 1, program.text(), error.msg
    if "forgot a comma" in message:
        return Advice({"code": "comma"}, _mend_of_comma(error, program))
    if "expected ':'" in message:
        at = (error.offset or 1) - 1
        at_end = not text[at:].strip() or text[at:].lstrip().startswith("#")
        end = len(text[:at].rstrip())
        return Advice({"code": "colon"}, program.replace(line, end, end, ":") if at_end else None)
    if "never closed" in message or "unmatched" in message or "does not match" in message:
        bracket = re.search(r"'([()\[\]{}])'", message)
        return Advice({"code": "brackets", "bracket": bracket[1] if bracket else ""})
    if "unterminated" in message or "EOL while scanning" in message:
        return Advice({"code": "quotes"})
    if "Maybe you meant '=='" in message and re.match(r"\s*(if|elif|while)\b", text):
        sign = re.search(r"(?<![=!<>:])=(?!=)", text)
        return Advice({"code": "equals"}, sign and program.replace(line, *sign.span(), "=="))
    if "Missing parentheses in call to 'print'" in message:
        found = re.search(r"\bprint\b\s*([^#]*?)(?=\s*(?:#|$))", text)
        mend = found and program.replace(line, *found.span(), f"print({found[1]})")
        return Advice({"code": "print"}, mend)
    return None


def _mend_of_comma(error: SyntaxError, program: Program) -> Mend | None:
    """A comma in the gap that has an expression on both sides."""
    first, last = error.lineno or 1, error.end_lineno or error.lineno or 1
    lines = [program.text(number) for number in range(first, last + 1)]
    lines[-1] = lines[-1][: (error.end_offset or 1) - 1]
    start = (error.offset or 1) - 1
    text = "\n".join(lines)[start:]
    for gap in re.finditer(r"\s+", text):
        if _is_expression(text[: gap.start()]) and _is_expression(text[gap.end() :]):
            before = ("\n".join(lines)[: start + gap.start()]).split("\n")
            at = len(before[-1])
            return program.replace(first + len(before) - 1, at, at, ",")
    return None


def _is_expression(text: str) -> bool:
    try:
        ast.parse(f"({text})", mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return bool(text.strip())


def _advise_on_other_languages(program: Program) -> Advice | None:
    line, text = program.line or 1, program.text()
    for sign, word in _OPERATORS:
        at = text.find(sign)
        if at >= 0:
            return misspelt(sign, word, program.replace(line, at, at + len(sign), word))
    found = _INCREMENT.search(text)
    if found is not None:
        better = f"{found[1]} {found[2][0]}= 1"
        return misspelt(found[0].rstrip(), better, program.replace(line, *found.span(), better))
    return None
