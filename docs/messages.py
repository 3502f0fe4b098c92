"""The catalogue of messages: `python -m docs.messages [--chosen 20 --seed 5] [FOLDER]`.

Every text that the package shows to people when something is refused, fails or is asked for: what
an error says, why a rule is not met and what to do next, what a command prints, and its help. The
texts are written beside their reasons, in the code; here they are read out of it, so that they can
be reviewed, or handed to a translator, without it. What is filled in is shown as {its expression}.
"""

import argparse
import ast
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parent.parent
_PRINTED: Final = frozenset({"echo", "print_progress"})
_JUDGED: Final = frozenset(
    {"finding_if", "_wrong_order", "_contradiction", "Finding", "Unchecked"}
)
_HELPED: Final = frozenset({"option", "argument", "command", "group", "Option", "Argument"})
_FEWEST: Final = 3
"""Words of a message; fewer are a name or a label."""


class Message(NamedTuple):
    """A text that people are shown.

    Attributes:
        place: the file and the function, and which text of the function it is, from 1.
        kind: the error's class, the verdict, "printed" or "help".
        text: what it says; what is filled in is in braces.
    """

    place: str
    kind: str
    text: str


def catalogue(root: Path) -> list[Message]:
    """Return every message of the package under a folder, in the order of the files."""
    package = root / "src" / "rapid_review"
    found: list[Message] = []
    for file in sorted(package.rglob("*.py")):
        seen: dict[str, int] = {}
        name = str(file.relative_to(package))
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for function, kind, text in _messages_in(tree, ""):
            seen[function] = seen.get(function, 0) + 1
            found.append(Message(f"{name}:{function or 'module'}:{seen[function]}", kind, text))
    return found


def chosen(messages: list[Message], many: int, seed: int) -> list[Message]:
    """Return so many of the messages, chosen by a seed: the same ones each time."""
    return Random(seed).sample(messages, many)  # noqa: S311 - no secret


def _messages_in(node: ast.AST, function: str) -> Iterator[tuple[str, str, str]]:
    """Yield each message below a node: its function, its kind, its text."""
    for child in ast.iter_child_nodes(node):
        inner = function
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = f"{function}.{child.name}".lstrip(".")
        if isinstance(child, ast.Call):
            kind = _kind_of(child)
            for value in (*child.args, *(one.value for one in child.keywords)) if kind else ():
                text = _text_of(value)
                if len(text.split()) >= _FEWEST:
                    yield inner, kind, text
        yield from _messages_in(child, inner)


def _kind_of(call: ast.Call) -> str:
    """Return what kind of message a call makes; empty if it makes none."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    name = call.func.id if isinstance(call.func, ast.Name) else name
    if name.endswith("Error") or name == "Refused":
        return name
    if name in _PRINTED:
        return "printed"
    if name in _HELPED:
        return "help"
    return name if name in _JUDGED else ""


def _text_of(value: ast.expr) -> str:
    """Return a text as it is written, on one line; empty where it is none."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return " ".join(value.value.split())
    if isinstance(value, ast.JoinedStr):
        parts = (
            str(part.value) if isinstance(part, ast.Constant) else f"{{{ast.unparse(part.value)}}}"
            for part in value.values
            if isinstance(part, ast.Constant | ast.FormattedValue)
        )
        return " ".join("".join(parts).split())
    return ""


def _printed() -> Iterator[str]:
    given = argparse.ArgumentParser(description="Print the messages of the package.")
    given.add_argument("--chosen", type=int, help="only so many of them, chosen by the seed")
    given.add_argument("--seed", type=int, default=0, help="which ones are chosen")
    given.add_argument("folder", nargs="?", type=Path, default=ROOT, help="the project's folder")
    asked = given.parse_args()
    messages = catalogue(asked.folder)
    for one in chosen(messages, asked.chosen, asked.seed) if asked.chosen else messages:
        yield f"{one.place}\t{one.kind}\t{one.text}"


if __name__ == "__main__":
    for line in _printed():
        print(line)  # noqa: T201 - its output
