"""What came of each mutant, and whether it only says in other words what people read."""

import ast
import json
from collections.abc import Callable, Container, Iterator
from pathlib import Path
from typing import Final, NamedTuple

LEFT_OUT: Final = 34
TIMED_OUT: Final = frozenset({36, 24, -24, 152})
NOTICED: Final = TIMED_OUT | {1, 3, 255}
"""A test failed, a file of tests did not load, or a test ran many times as long as usual.

`mutmut` also ends with 255 where pytest does not find a test by its name: `named_again` sees first
that it does.
"""
SQL: Final = frozenset({"BEGIN", "CREATE", "DELETE", "INSERT", "PRAGMA", "SELECT", "UPDATE"})
"""With which a constant begins that is for a database, though it has several words."""


class Mutant(NamedTuple):
    """A mutant that was made.

    Attributes:
        name: as `mutmut` calls it.
        code: with what the try ended, as `mutmut` writes it; None if it was not tried.
        is_wording: whether all that changed is what an error says, or other prose.
        change: what was so, and what is so instead.
    """

    name: str
    code: int | None
    is_wording: bool
    change: str

    @property
    def is_noticed(self) -> bool:
        """Whether a test failed, or ran for ever."""
        return self.code in NOTICED


def mutants_in(folder: Path) -> Iterator[Mutant]:
    """Yield every mutant that was made in a folder of `mutmut`, tried or not."""
    for told in sorted(folder.rglob("*.py.meta")):
        codes = json.loads(told.read_text(encoding="utf-8"))["exit_code_by_key"]
        if not codes:
            continue
        functions = _functions(told.with_suffix("").read_text(encoding="utf-8"))
        for name, code in codes.items():
            mutated = name.rpartition(".")[2]
            was = functions[f"{mutated.rpartition('_')[0]}_orig"]
            now = functions[mutated]
            is_wording = _without_wording(was) == _without_wording(now)
            yield Mutant(name, None if code == LEFT_OUT else code, is_wording, _change(was, now))


def leave_out(folder: Path, *, but: Container[str]) -> None:
    """Mark all mutants as skipped, so that `mutmut` does not try them, but these."""
    _marked(folder, lambda name, _: None if name in but else LEFT_OUT)


def forget_survivors(folder: Path) -> None:
    """Mark the mutants that no test noticed as not tried, so that `mutmut` tries them again."""
    kept = NOTICED | {LEFT_OUT}
    _marked(folder, lambda _, code: code if code in kept else None)


def _marked(folder: Path, mark: Callable[[str, int | None], int | None]) -> None:
    for told in folder.rglob("*.py.meta"):
        said = json.loads(told.read_text(encoding="utf-8"))
        codes = said["exit_code_by_key"]
        said["exit_code_by_key"] = {name: mark(name, code) for name, code in codes.items()}
        told.write_text(json.dumps(said), encoding="utf-8")


def _functions(source: str) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    return {
        node.name: node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "__mutmut_" in node.name
    }


class _Unworded(ast.NodeTransformer):
    """Takes away what errors say, and all other prose, which tests need not know to the letter."""

    def visit_Raise(self, node: ast.Raise) -> ast.Raise:
        kind = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        return ast.Raise(exc=kind, cause=node.cause)

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("prose") if _is_prose(node.value) else node


def _is_prose(value: object) -> bool:
    """Say whether a constant is words for people: it has several, and is no SQL."""
    if not isinstance(value, str):
        return False
    first, *others = value.removeprefix("XX").split(" ")
    return bool(others) and first.upper() not in SQL


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
