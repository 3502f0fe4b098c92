"""How each command and question grows with the store: `python -m benchmarks.growth [ENTRIES ...]`.

A store in a file has so many entries, of whole cases of 48 entries each; 1,000, 10,000 and 100,000
of them unless others are named. Every question is a process of its own, from its start to its end,
as somebody at a terminal asks it. Told are the processor's seconds and the most memory that it
had. The floor is `rapid-review --version`.
"""

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

SIZES: Final = (1_000, 10_000, 100_000)
MAKING: Final = """
import sys
from pathlib import Path
from benchmarks.whole_cases import store_of
store_of(Path(sys.argv[1]), int(sys.argv[2]))
"""
BY: Final = "u-1:coordinator:partnership-team"
COMMAND: Final = (
    '{{"case": "KM-1", "command": "LogPanelCorrespondence", "at": "2026-11-01T09:00:00Z", '
    '"correspondence": "{name}", "sent": true, "words": "w", '
    '"by": {{"id": "u-1", "role": "coordinator", "agency": "partnership-team"}}}}\n'
)
GIVEN_OUT: Final = ("--to", "university", "--purpose", "research", "--by", BY, "--unsealed")
QUESTIONS: Final = {
    "one command": ("apply", "{commands}", "--unsealed"),
    "`show`, one case": ("show", "KM-1"),
    "`timeline`, one case": ("timeline", "KM-1"),
    "`compliance`, one case": ("compliance", "KM-1"),
    "`verdicts`, one case": ("verdicts", "KM-1"),
    "`db rebuild`": ("db", "rebuild"),
    "`board`, from the read model": ("board",),
    "`stats`, from the read model": ("stats",),
    "`diary`": ("diary",),
    "`compliance`, all cases": ("compliance",),
    "`learning`": ("learning",),
    "`duplicates`": ("duplicates",),
    "`export ocel`": ("export", "ocel", "--output", "{new}", *GIVEN_OUT),
    "`export xes`": ("export", "xes", "--output", "{new}", *GIVEN_OUT),
    "`export cloudevents`": ("export", "cloudevents", "--output", "{new}", *GIVEN_OUT),
    "`audit verify`": ("audit", "verify"),
}
"""Each question, and how it is asked; `--store` is put behind it."""


class Cost(NamedTuple):
    """What a process cost.

    Attributes:
        seconds: of the processor.
        megabytes: the most memory that it had.
        status: with which it ended.
    """

    seconds: float
    megabytes: float
    status: int


def cost(command: Sequence[str]) -> Cost:
    """Return what a process costs, from its start to its end; what it prints is thrown away."""
    nothing = os.open(os.devnull, os.O_RDWR)
    into = [(os.POSIX_SPAWN_DUP2, nothing, stream) for stream in (0, 1, 2)]
    pid = os.posix_spawn(command[0], tuple(command), os.environ, file_actions=into)
    _, status, used = os.wait4(pid, 0)
    os.close(nothing)
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1_000, status)


def costs(entries: int, folder: Path) -> Iterator[tuple[str, Cost]]:
    """Yield what each question costs of a store of so many entries."""
    store = folder / f"{entries}.db"
    yield "import of all", cost([sys.executable, "-c", MAKING, str(store), str(entries)])
    program = (sys.executable, "-m", "rapid_review")
    yield "floor: `--version`", cost([*program, "--version"])
    commands = folder / "commands.jsonl"
    for name, words in QUESTIONS.items():
        commands.write_text(COMMAND.format(name=f"L-{entries}"), encoding="utf-8")
        new = folder / f"{entries} {name}"
        asked = [one.format(commands=commands, new=new) for one in words]
        yield name, cost([*program, *asked, "--store", str(store)])


def main(sizes: Sequence[int]) -> None:
    """Print a table: a row for each question, two columns for each size."""
    rows: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory(prefix="rapid-review-", dir="/var/tmp") as folder:
        for entries in sizes:
            for name, one in costs(entries, Path(folder)):
                told = f"{one.seconds:.2f}" if one.status == 0 else f"ended with {one.status}"
                rows.setdefault(name, []).extend([told, f"{one.megabytes:.0f}"])
    print("| question |" + "".join(f" {size:,}: s | MB |" for size in sizes))
    print("|---|" + "--:|--:|" * len(sizes))
    for name, figures in rows.items():
        print(f"| {name} | {' | '.join(figures)} |")


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
