"""Writes what later releases must be able to read: `python -m release.stores [--to FOLDER]`.

Two stores, one sealed and one not, each with cases of `examples/`, its log's key, a checkpoint
that was put elsewhere, a bundle of the whole log and one of a case. And their rows, at the end of
`releases.toml`. All of it is made by commands, as a person would.

Run by hand, from the project's folder, once before the tag of a release is set; what is there is
never written again. The keys are there to be used by tests; they guard nothing.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from click.testing import CliRunner

from rapid_review import __version__
from rapid_review.cli import main

OLDER: Final = Path("tests/older")
EXAMPLES: Final = Path("examples").absolute()
RECORDED: Final = ("first_review", "team_record", "the_same_again", "linked_as_duplicate")
CASES: Final = ("KM-2020-007", "KM-2020-008", "KM-2020-031")
CHECKPOINTS: Final = "checkpoints"


def write() -> None:
    """Write the stores of this release, and their rows."""
    parser = argparse.ArgumentParser(prog="python -m release.stores", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--to", type=Path, default=OLDER, help="the folder (tests/older)")
    for folder in written(parser.parse_args().to):
        print(folder)


def written(older: Path) -> Iterator[Path]:
    """Write both stores into a folder and their rows into its table, and yield the new folders."""
    for name, sealed in ((__version__, False), (f"{__version__}-sealed", True)):
        folder = older / name
        folder.mkdir()
        write_store(folder, sealed=sealed)
        with (older / "releases.toml").open("a", encoding="utf-8", newline="\n") as table:
            table.write(f"\n{row_of(folder, sealed=sealed)}")
        yield folder


def write_store(folder: Path, *, sealed: bool) -> None:
    """Record the examples, sign what was recorded, and disclose it."""
    how = [] if sealed else ["--unsealed"]
    proof = [] if sealed else ["--with-proof"]
    sink: list[str | Path] = ["--sink", folder / CHECKPOINTS]
    for name in RECORDED:
        ran(folder, "apply", EXAMPLES / f"{name}.jsonl", *how)
    ran(folder, "import", EXAMPLES / "legacy_case.jsonl", *how)
    ran(folder, "audit", "key", "--origin", f"older.example/{folder.name}")
    ran(folder, "audit", "checkpoint", *sink)
    ran(folder, "audit", "bundle", "-o", folder / "log-bundle", *proof, *sink)
    ran(folder, "audit", "bundle", CASES[0], "-o", folder / "case-bundle.zip", *sink)


def row_of(folder: Path, *, sealed: bool) -> str:
    """Return the row of a store: who wrote it, and what is to be found in it."""
    counts = {
        case: len(json.loads(ran(folder, "timeline", case, "--json"))["entries"]) for case in CASES
    }
    told = [json.loads(ran(folder, "compliance", case, "--json"))["cases"][0] for case in CASES]
    calendars = {
        clock["calendar"]["version"]
        for one in told
        for clock in one["clocks"]
        if clock["calendar"]
    }
    (checkpoint,) = (folder / CHECKPOINTS).iterdir()
    cases = ", ".join(f"{case} = {count}" for case, count in counts.items())
    return (
        "[[store]]\n"
        f'folder = "{folder.name}"\n'
        f'written_by = "{__version__}"\n'
        f"sealed = {str(sealed).lower()}\n"
        f'edition = "{told[0]["asked"]["edition"]}"\n'
        f"calendars = {json.dumps(sorted(calendars))}\n"
        f"entries = {checkpoint.suffix.removeprefix('.')}\n"
        f"cases = {{ {cases} }}\n"
    )


def ran(folder: Path, *asked: str | Path) -> str:
    """Type a command of this release, of the store in a folder; return its standard output."""
    typed = [*map(str, asked), "--store", str(folder / "store.db")]
    done = CliRunner().invoke(main, typed)
    if done.exit_code:
        sys.exit(f"rapid-review {' '.join(typed)}\n{done.output}")
    return done.stdout


if __name__ == "__main__":
    write()
