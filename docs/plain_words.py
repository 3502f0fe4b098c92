"""Look for words and phrases that must not come back: `python -m docs.plain_words`.

The table is `docs/words.toml`. It is held against what people read: messages, help texts,
docstrings and comments of the package, its pages for a browser, and the documentation. What is in
`code` is a name and is left alone, as is a string without a blank: it is a key or a code.
"""

import ast
import io
import re
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parent.parent
TABLE: Final = Path(__file__).with_name("words.toml")
_MADE_FROM: Final = Path("docs/reference/python.md")
"""Made from docstrings, which are read where they are written; its headings are names."""
_CODE: Final = re.compile(r"^(`{3,}).*?^\1[ ]*$|``.+?``|`[^`\n]*`", re.DOTALL | re.MULTILINE)
_TEMPLATE: Final = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}|<(style|script)\b.*?</\1>|<[^>]*>", re.DOTALL
)
_LINK: Final = re.compile(r"\]\([^)\s]*\)")


class Row(NamedTuple):
    """A phrase that must not come back.

    Attributes:
        phrase: what is looked for, in either case; a blank is any white space.
        instead: what to write instead.
        why: the reason.
        example: a text in which it is found.
        allowed: one in which it is not.
    """

    phrase: re.Pattern[str]
    instead: str
    why: str
    example: str
    allowed: str


class Prose(NamedTuple):
    """A text that people read, and the line on which it begins."""

    line: int
    text: str


class Found(NamedTuple):
    """A phrase that came back: the file, the line, what is written there, and its row."""

    file: Path
    line: int
    written: str
    row: Row


def table() -> tuple[Row, ...]:
    """Return the rows of the table."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["row"]
    return tuple(
        Row(re.compile(row.pop("phrase").replace(" ", r"\s+"), re.IGNORECASE), **row)
        for row in rows
    )


def files() -> Iterator[Path]:
    """Yield every file of which people read something, but for the changelog: it is history."""
    package = ROOT / "src" / "rapid_review"
    for ending in ("py", "html", "md"):
        yield from sorted(package.rglob(f"*.{ending}"))
    yield from sorted((ROOT / "docs").rglob("*.py"))
    for page in sorted((ROOT / "docs").rglob("*.md")):
        if "_build" not in page.parts and page != ROOT / _MADE_FROM:
            yield page
    yield from (one for one in sorted(ROOT.glob("*.md")) if one.name != "CHANGELOG.md")


def prose_of(name: str, text: str) -> Iterator[Prose]:
    """Yield what people read of a file, each with the line on which it begins.

    Args:
        name: the file's name, whose ending says what it is.
        text: what it holds.
    """
    if name.endswith(".py"):
        yield from _strings(text)
        yield from _comments(text)
    else:
        away = _TEMPLATE if name.endswith(".html") else _CODE
        yield Prose(1, _LINK.sub("]()", away.sub(_blank, text)))


def phrases_in(name: str, text: str, rows: tuple[Row, ...]) -> Iterator[tuple[int, str, Row]]:
    """Yield each phrase of the table in a file: the line, what is written, and the row."""
    for prose in prose_of(name, text):
        for row in rows:
            for match in row.phrase.finditer(prose.text):
                line = prose.line + prose.text.count("\n", 0, match.start())
                yield line, re.sub(r"\s+", " ", match[0]), row


def found() -> Iterator[Found]:
    """Yield every phrase that came back."""
    rows = table()
    for file in files():
        for line, written, row in phrases_in(file.name, file.read_text(encoding="utf-8"), rows):
            yield Found(file.relative_to(ROOT), line, written, row)


def _strings(text: str) -> Iterator[Prose]:
    """Yield the strings of a program that hold a blank; of an f-string, what is written in it."""
    nodes = list(ast.walk(ast.parse(text)))
    joined = [one for one in nodes if isinstance(one, ast.JoinedStr)]
    parts = {part for one in joined for part in one.values}
    for one in joined:
        pieces = (each.value if isinstance(each, ast.Constant) else "{}" for each in one.values)
        yield _without_code(one, "".join(map(str, pieces)))
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in parts:
            yield _without_code(node, node.value if " " in node.value else "")


def _without_code(node: ast.expr, text: str) -> Prose:
    return Prose(node.lineno, _CODE.sub(_blank, text))


def _comments(text: str) -> Iterator[Prose]:
    """Yield the comments of a program; those on lines below each other are one text."""
    block: list[tokenize.TokenInfo] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        if block and token.start[0] != block[-1].start[0] + 1:
            yield _joined(block)
            block = []
        block.append(token)
    if block:
        yield _joined(block)


def _joined(block: list[tokenize.TokenInfo]) -> Prose:
    lines = (token.string.lstrip("#") for token in block)
    return Prose(block[0].start[0], _CODE.sub(_blank, "\n".join(lines)))


def _blank(match: re.Match[str]) -> str:
    """Return a gap in place of what is no prose, of as many lines."""
    return " … " + "\n" * match[0].count("\n")


if __name__ == "__main__":
    came_back = list(found())
    for one in came_back:
        print(f"{one.file}:{one.line}: “{one.written}”: write {one.row.instead}. {one.row.why}")  # noqa: T201 - its output
    sys.exit(1 if came_back else 0)
