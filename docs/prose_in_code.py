"""What people read of the program itself: docstrings, messages, and the help of each command."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from docs.messages import catalogue
from rapid_review.cli import main

_FILLED_IN: Final = re.compile(r"\{[^{}]*\}")
_WRAPPED: Final = re.compile(r"(?<![.:\n])\n(?!\n)\s*")
"""The end of a line within a paragraph: neither of a sentence, nor before a list."""
_DOCUMENTED: Final = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def docstrings_in(folder: Path) -> dict[str, str]:
    """Return the docstrings of each package under a folder of the project, as one text."""
    package = folder / "src" / "rapid_review"
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted(package.rglob("*.py")):
        tree = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        texts = (ast.get_docstring(node) for node in tree if isinstance(node, _DOCUMENTED))
        found[_package_of(file.relative_to(package))] += [
            _WRAPPED.sub(" ", text) for text in texts if text
        ]
    return {f"docstrings of {name}": "\n\n".join(texts) for name, texts in found.items()}


def messages_in(folder: Path) -> dict[str, str]:
    """Return the messages of each package under a folder of the project, as one text."""
    found: dict[str, list[str]] = defaultdict(list)
    for message in catalogue(folder):
        if message.kind != "help":
            name = _package_of(Path(message.place.partition(":")[0]))
            found[name].append(_FILLED_IN.sub("X", message.text))
    return {f"messages of {name}": "\n\n".join(texts) for name, texts in found.items()}


def helps() -> dict[str, str]:
    """Return what the help of each command says: what it is for, and what each option does."""
    return {
        f"{context.command_path} --help": "\n\n".join(
            [
                _WRAPPED.sub(" ", context.command.help or ""),
                *(getattr(one, "help", None) or "" for one in context.command.params),
            ]
        )
        for context in contexts(main, click.Context(main, info_name="rapid-review"))
    }


def contexts(group: click.Group, context: click.Context) -> Iterator[click.Context]:
    """Yield every command below a group, in a context that knows its whole name."""
    for name, command in group.commands.items():
        inner = click.Context(command, parent=context, info_name=name)
        yield inner
        if isinstance(command, click.Group):
            yield from contexts(command, inner)


def _package_of(file: Path) -> str:
    """Return the package that holds a file; for a module that no package holds, the root."""
    return file.parts[0] if len(file.parts) > 1 else "rapid_review"
