"""How each command and question grows with the store: `python -m benchmarks.growth [ENTRIES ...]`.

A store in a file has so many entries, of whole cases of 48 entries each; 1,000, 10,000 and 100,000
of them unless others are named. Every question of `questions` is a process of its own, from its
start to its end, as somebody at a terminal asks it. It prints the processor's seconds, of all the
processes that a question starts, and the most memory that one of them had. The floor is
`rapid-review --version`.

With `--into FILE` each figure is kept as soon as it is measured, and the table has all that the
file holds. `--without QUESTION` leaves one out, which the table marks with a dash.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.questions import BEFORE, QUESTIONS, Question

SIZES: Final = (1_000, 10_000, 100_000)
MAKING: Final = "benchmarks.grown"
LEFT: Final = "\N{EN DASH} | \N{EN DASH}"
"""The two columns of a question that was left out."""
ROOT: Final = Path(__file__).parents[1]


class Cost(NamedTuple):
    """What a process cost, and those that it started.

    Attributes:
        seconds: of the processor.
        megabytes: the most memory that one of them had.
        status: with which it ended.
    """

    seconds: float
    megabytes: float
    status: int

    def __str__(self) -> str:
        """Return the two columns of the table."""
        seconds = f"{self.seconds:.2f}" if self.status == 0 else f"ended with {self.status}"
        return f"{seconds} | {self.megabytes:.0f}"


def cost(command: Sequence[str], environment: Mapping[str, str]) -> Cost:
    """Return what a process costs, from its start to its end; what it prints is thrown away."""
    nothing = os.open(os.devnull, os.O_RDWR)
    into = [(os.POSIX_SPAWN_DUP2, nothing, stream) for stream in (0, 1, 2)]
    pid = os.posix_spawn(command[0], tuple(command), environment, file_actions=into)
    _, status, used = os.wait4(pid, 0)
    os.close(nothing)
    return Cost(
        used.ru_utime + used.ru_stime,
        used.ru_maxrss / 1_000,
        os.waitstatus_to_exitcode(status),
    )


def costs(entries: int, without: Sequence[str]) -> Iterator[tuple[str, Cost]]:
    """Yield what each question costs of a store of so many entries, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="rapid-review-", dir="/var/tmp") as folder:
        os.chdir(folder)
        # Modules are compiled beforehand, as an installer does it: by what is not measured.
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": "bytecode"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        program = (sys.executable, "-m", "rapid_review")

        def asked(question: Question) -> Cost:
            return cost([*program, *question.asked], environment)

        cost([sys.executable, "-m", MAKING], environment)
        for question in BEFORE:
            asked(question)
        yield "import of all", cost([sys.executable, "-m", MAKING, str(entries)], environment)
        yield "floor: `--version`", cost([*program, "--version"], environment)
        for question in QUESTIONS:
            if question.name not in without:
                yield question.name, asked(question)
        os.chdir(ROOT)


def table(figures: Mapping[tuple[str, int], str]) -> str:
    """Return the figures as a table: a row for each question, two columns for each size."""
    sizes = sorted({size for _, size in figures})
    names = dict.fromkeys(name for name, _ in figures)
    head = "| question |" + "".join(f" {size:,}: s | MB |" for size in sizes)
    rows = (
        f"| {name} | {' | '.join(figures.get((name, size), LEFT) for size in sizes)} |"
        for name in names
    )
    return "\n".join((head, "|---|" + "--:|--:|" * len(sizes), *rows))


def main() -> None:
    """Ask, keep each figure, and print the table of all that are kept."""
    asked = argparse.ArgumentParser(description="How each command grows with the store.")
    asked.add_argument("entries", type=int, nargs="*", default=SIZES)
    asked.add_argument("--into", type=Path, metavar="FILE")
    asked.add_argument("--without", action="append", default=[], metavar="QUESTION")
    given = asked.parse_args()
    figures: dict[tuple[str, int], str] = {}
    kept: Path | None = given.into and given.into.absolute()
    if kept is not None and kept.exists():
        for line in kept.read_text("utf-8").splitlines():
            name, size, told = json.loads(line)
            figures[name, size] = told
    for entries in given.entries:
        for name, one in costs(entries, given.without):
            figures[name, entries] = str(one)
            if kept is not None:
                with kept.open("a", encoding="utf-8") as file:
                    file.write(f"{json.dumps([name, entries, str(one)])}\n")
    print(table(figures))


if __name__ == "__main__":
    main()
