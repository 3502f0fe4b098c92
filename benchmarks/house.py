"""The figures of the house: how many modules, how long, and how many lie on the way of a command.

Run `python -m benchmarks.house` in the project's folder, before and after a change of structure.
"""

import ast
import contextlib
import io
import json
import shutil
import sys
import tempfile
import tokenize
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from types import FrameType
from typing import Final, NamedTuple

from click.testing import CliRunner

import rapid_review
from rapid_review.cli import main

PACKAGE: Final = Path(rapid_review.__file__).parent
ROOT: Final = PACKAGE.parent.parent
OLDER: Final = ROOT / "tests" / "older" / "2026-11"


class Function(NamedTuple):
    """A function: where it is, how many lines it has, and whether it says what it does."""

    where: str
    lines: int
    is_public: bool
    is_documented: bool


class Spread(NamedTuple):
    """The middle, the 95th percentile and the largest of some lengths."""

    middle: float
    high: float
    largest: int

    @classmethod
    def of(cls, lengths: list[int]) -> "Spread":
        """Return the spread of some lengths."""
        return cls(median(lengths), quantiles(lengths, n=20)[-1], max(lengths))

    def __str__(self) -> str:
        return f"{self.middle:.0f} / {self.high:.0f} / {self.largest}"


def functions_in(path: Path) -> Iterator[Function]:
    """Yield the functions of a module, methods and inner functions among them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            where = f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}"
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            documented = ast.get_docstring(node) is not None
            yield Function(where, lines, not node.name.startswith("_"), documented)


def comments_in(path: Path) -> int:
    """Return how many lines of a module hold a comment."""
    with path.open("rb") as file:
        return sum(token.type == tokenize.COMMENT for token in tokenize.tokenize(file.readline))


class OnTheWay(NamedTuple):
    """The functions of our own that a command calls, and the files that they are in."""

    functions: int
    files: int

    def __str__(self) -> str:
        return f"{self.functions} functions in {self.files} files"


def on_the_way(work: Callable[[], object]) -> OnTheWay:
    """Return which of our functions are called while some work is done, each counted once."""
    seen: set[tuple[str, int]] = set()

    def called(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        is_ours = code.co_filename.startswith(str(PACKAGE)) and code.co_name != "<module>"
        if event == "call" and is_ours:
            seen.add((code.co_filename, code.co_firstlineno))

    sys.setprofile(called)
    try:
        work()
    finally:
        sys.setprofile(None)
    return OnTheWay(len(seen), len({file for file, _ in seen}))


LINE: Final = {
    "case": "KM-2020-007",
    "command": "RecordImmediateAction",
    "at": "2020-05-20T10:00:00+01:00",
    "by": {"id": "u-17", "role": "business-support", "agency": "partnership-team"},
    "action": "safety-plan",
    "words": "A safety plan was agreed.",
}


WAYS: Final = {
    "apply": ("apply", "line.jsonl", "--unsealed"),
    "stats": ("stats",),
    "audit verify": ("audit", "verify", "--sink", "checkpoints"),
}


def ways() -> dict[str, OnTheWay]:
    """Return what lies on the way of a line of `apply`, of `stats` and of `audit verify`.

    Each is run once before: what runs only because a module is imported is on nobody's way.
    """
    once()
    return once()


def once() -> dict[str, OnTheWay]:
    """Return what lies on each way, on a fresh copy of the older store."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(OLDER, folder, dirs_exist_ok=True)
        (folder / "store.audit-key").chmod(0o600)
        (folder / "line.jsonl").write_text(json.dumps(LINE) + "\n", encoding="utf-8")
        with contextlib.chdir(folder):
            return {name: on_the_way(partial(run, *words)) for name, words in WAYS.items()}


def run(*words: str) -> None:
    """Run a command on the store; it must succeed."""
    result = CliRunner().invoke(main, [*words, "--store", "store.db"], catch_exceptions=False)
    if result.exit_code:
        raise SystemExit(f"{' '.join(words)} ended with {result.exit_code}\n{result.output}")


def figures() -> Iterator[tuple[str, object]]:
    """Yield each figure with its name."""
    modules = sorted(PACKAGE.rglob("*.py"))
    lengths = [len(path.read_text(encoding="utf-8").splitlines()) for path in modules]
    functions = [one for path in modules for one in functions_in(path)]
    public = [one for one in functions if one.is_public]
    flattest = max((path.parent for path in modules), key=lambda it: len([*it.glob("*.py")]))
    yield "modules", len(modules)
    yield "lines", sum(lengths)
    yield "module: median / 95th percentile / longest", Spread.of(lengths)
    yield "function: median / 95th percentile / longest", Spread.of([it.lines for it in functions])
    yield (
        "public functions with a docstring",
        (f"{100 * sum(one.is_documented for one in public) / len(public):.0f} %"),
    )
    yield "lines with a comment", f"{100 * sum(map(comments_in, modules)) / sum(lengths):.1f} %"
    yield (
        "most modules in one folder",
        (f"{len([*flattest.glob('*.py')])} ({flattest.relative_to(PACKAGE)})"),
    )
    for name, way in ways().items():
        yield f"on the way of `{name}`", way
    for one in sorted(functions, key=lambda one: -one.lines)[:3]:
        yield "among the longest functions", f"{one.lines} {one.where}"


if __name__ == "__main__":
    out = io.StringIO()
    for what, figure in figures():
        print(f"{what:<46} {figure}", file=out)
    print(out.getvalue(), end="")
