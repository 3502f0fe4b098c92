"""Change the code in one place after another, and see whether a test notices: `make mutants`.

`python -m tests.mutants` tries every group of `table.py`, or those that are named. It works on a
copy, two mutants at a time, and takes hours for all; what is not noticed is listed at the end.
The changes are made by `mutmut`.
"""

import random
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.mutants.judged import TIMED_OUT, Mutant, forget_survivors, leave_out, mutants_in
from tests.mutants.table import GROUPS, SEED, Group

ROOT: Final = Path(__file__).parents[2]
SOURCE: Final = "src/rapid_review"
HASTE: Final = "tests.mutants.in_haste"
NAMED_AGAIN: Final = "tests.mutants.named_again"
NOTHING: Final = "nothing.at.all"
CHILDREN: Final = "2"
SETTINGS: Final = (
    # Each try begins in a process in which no test ran. Else what is kept in a cache by then is
    # never asked again, and a mutant of it seems to survive.
    "process_isolation=forkserver",
    "use_git_change_detection=false",
    "track_dependencies=false",
)


def main(arguments: Sequence[str]) -> int:
    """Try groups, and print the score and the survivors of each; 1 if too little is noticed."""
    parser = ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="group", help=f"any of {', '.join(GROUPS)}")
    parser.add_argument("--sample", type=int, help="try so many of each group, drawn by the seed")
    parser.add_argument("--seed", type=int, default=SEED, help=f"another seed than {SEED}")
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FOLDER",
        help="work in FOLDER and keep it; from then on, try there only what no test noticed",
    )
    given = parser.parse_args(arguments)
    short = False
    for name in given.groups or GROUPS:
        group = GROUPS[name]
        if given.sample is not None:
            group = group._replace(sample=given.sample)
        with TemporaryDirectory() as passing:
            folder = given.keep / name if given.keep else Path(passing)
            made = tried(group, folder, given.seed)
        short |= reported(name, group, made, given.seed)
    return int(short)


def tried(group: Group, folder: Path, seed: int) -> list[Mutant]:
    """Try the mutants of a group on a copy of the tree, and return all that were made.

    Those that only change prose are not tried, nor those that no sample drew. What was noticed in
    the same folder before is not tried again.
    """
    made = folder / "mutants"
    is_first = all(one.code is None for one in mutants_in(made))
    _copied(folder)
    (folder / "setup.cfg").write_text(_settings(group), encoding="utf-8")
    _must_be_named_again(folder, group)
    if is_first:
        _run(folder, NOTHING)  # it makes them, and tries none
        chosen = [one.name for one in mutants_in(made) if not one.is_wording]
        if group.sample is not None:
            many = min(group.sample, len(chosen))
            chosen = random.Random(seed).sample(sorted(chosen), many)  # noqa: S311 - no secret
        leave_out(made, but=set(chosen))
    else:
        (made / "mutmut-stats.json").unlink(missing_ok=True)  # other tests reach other functions
        forget_survivors(made)
    _run(folder)
    return list(mutants_in(made))


def reported(name: str, group: Group, made: Sequence[Mutant], seed: int) -> bool:
    """Print what came of a group; say whether too little was noticed."""
    were_tried = [one for one in made if not one.is_wording and one.code is not None]
    noticed = sum(one.is_noticed for one in were_tried)
    sys.stdout.write(f"{name}: {summary(group, made, seed)}\n")
    for one in were_tried:
        if not one.is_noticed:
            sys.stdout.write(f"  {one.name} ({one.code})\n    {one.change}\n")
    return group.demanded is not None and 100 * noticed < group.demanded * len(were_tried)


def summary(group: Group, made: Sequence[Mutant], seed: int) -> str:
    """Say in sentences how many mutants of a group were tried, and how many were noticed."""
    counted = [one for one in made if not one.is_wording]
    were_tried = [one for one in counted if one.code is not None]
    noticed = sum(one.is_noticed for one in were_tried)
    endless = sum(one.code in TIMED_OUT for one in were_tried)
    tenths = 1000 * noticed // max(1, len(were_tried))  # never more than it is
    share = f"{tenths // 10}.{tenths % 10} %"
    said = [f"The tests noticed {noticed} of {len(were_tried)} mutants, which is {share}."]
    if group.sample is not None:
        said.append(f"They are a sample of {len(counted)}, drawn with the seed {seed}.")
    if endless:
        said.append(f"Of those noticed, {endless} made a test run without end.")
    if len(counted) < len(made):
        left = len(made) - len(counted)
        said.append(f"Another {left} change only the words of a message, and were not tried.")
    return " ".join(said)


def _copied(folder: Path) -> None:
    git = shutil.which("git") or "git"
    listed = subprocess.run(  # noqa: S603 - our own tree
        [git, "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (source := ROOT / name).is_file():
            copy = folder / name
            if not copy.exists() or copy.read_bytes() != source.read_bytes():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, copy)


def _settings(group: Group) -> str:
    others = (one for one in GROUPS.values() if one.sample is None)
    kept = [one for other in others for one in other.modules if one not in group.modules]
    lists = {
        "source_paths": ["src"],
        "only_mutate": [f"{SOURCE}/{one}" for one in group.modules],
        "do_not_mutate": [f"{SOURCE}/{one}" for one in kept],
        "also_copy": ["docs", "examples", "benchmarks", "release", "CONTRIBUTING.md", "README.md"],
        "pytest_add_cli_args": _arguments(group),
        "pytest_add_cli_args_test_selection": [f"tests/{one}" for one in group.tests],
    }
    lines = [f"{key}=\n    " + "\n    ".join(some) for key, some in lists.items() if some]
    return "\n".join(["[mutmut]", *lines, *SETTINGS, ""])


def _arguments(group: Group) -> list[str]:
    """Return what pytest is given for each try, besides the tests."""
    return [
        *("-p", "no:xdist", "-p", "no:cacheprovider", "-p", HASTE),
        *(f"--deselect=tests/{one}" for one in group.without),
    ]


def _must_be_named_again(folder: Path, group: Group) -> None:
    """Stop where a try would not find a test by its name, and would count as noticed."""
    tests = [f"tests/{one}" for one in group.tests]
    collected = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", NAMED_AGAIN, *_arguments(group), *tests],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if collected.returncode:
        sys.exit(
            "these tests have another name when they are collected a second time:\n"
            f"{collected.stdout}{collected.stderr}"
        )


def _run(folder: Path, *names: str) -> None:
    log, stats = folder / "mutmut.log", folder / "mutants" / "mutmut-stats.json"
    with log.open("wb") as out:
        subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "mutmut", "run", "--max-children", CHILDREN, *names],
            cwd=folder,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,  # it ends with 1 where a mutant survives
        )
    if not stats.exists():
        sys.exit(f"a test fails though nothing is changed:\n{log.read_text(encoding='utf-8')}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
