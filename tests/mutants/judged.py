"""What came of each mutant, and whether it only says otherwise why something is refused."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

SURVIVED: Final = 0
NOTICED: Final = frozenset({1, 3, 36, 24, -24, 152, 255})
"""A test failed, or none came to its end in many times its usual time."""


class Mutant(NamedTuple):
    """A mutant that was tried.

    Attributes:
        name: as `mutmut` calls it.
        is_noticed: whether a test failed.
        is_wording: whether all that changed is what an error says.
        change: what was so, and what is so instead.
    """

    name: str
    is_noticed: bool
    is_wording: bool
    change: str


def mutants_in(folder: Path) -> Iterator[Mutant]:
    """Yield every mutant that was tried in a folder of `mutmut`."""
    for told, codes in _told(folder):
        if not codes:
            continue
        functions = _functions(told.with_suffix("").read_text(encoding="utf-8"))
        for name, code in codes.items():
            if code is None:
                continue
            mutated = name.rpartition(".")[2]
            was = functions[f"{mutated.rpartition('_')[0]}_orig"]
            now = functions[mutated]
            is_wording = _without_wording(was) == _without_wording(now)
            yield Mutant(name, code in NOTICED, is_wording, _change(was, now))


def names_in(folder: Path) -> Iterator[str]:
    """Yield the name of every mutant that was made in a folder of `mutmut`, tried or not."""
    for _, codes in _told(folder):
        yield from codes


def _told(folder: Path) -> Iterator[tuple[Path, dict[str, int | None]]]:
    for told in sorted(folder.rglob("*.py.meta")):
        yield told, json.loads(told.read_text(encoding="utf-8"))["exit_code_by_key"]


def _functions(source: str) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    return {
        node.name: node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "__mutmut_" in node.name
    }


class _Unworded(ast.NodeTransformer):
    """Takes away what errors say, which tests need not know to the letter."""

    def visit_Raise(self, node: ast.Raise) -> ast.Raise:
        kind = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        return ast.Raise(exc=kind, cause=node.cause)


def _without_wording(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    return ast.dump(_Unworded().visit(ast.parse(_nameless(function))))


def _nameless(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Return what a function says, under the name that it has before it is mutated."""
    name, _, _ = function.name.partition("__mutmut_")
    return ast.unparse(function).replace(function.name, name, 1)


def _change(
    was: ast.FunctionDef | ast.AsyncFunctionDef, now: ast.FunctionDef | ast.AsyncFunctionDef
) -> str:
    before, after = (_nameless(one).splitlines() for one in (was, now))
    lost = [one.strip() for one in before if one not in after]
    made = [one.strip() for one in after if one not in before]
    return f"{' '.join(lost) or '(nothing)'} -> {' '.join(made) or '(nothing)'}"
