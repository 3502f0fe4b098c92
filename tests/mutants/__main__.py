"""Change the code in one place after another, and see whether a test notices: `make mutants`.

`python -m tests.mutants` tries every group of `table.py`, or those that are named. It works on a
copy, two mutants at a time, and takes hours for all; what is not noticed is listed at the end.
The changes are made by `mutmut`.
"""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.mutants.judged import Mutant, mutants_in, names_in
from tests.mutants.table import GROUPS, SEED, Group

ROOT: Final = Path(__file__).parents[2]
SOURCE: Final = "src/rapid_review"
NOTHING: Final = "nothing.at.all"
CHILDREN: Final = "2"


def main(names: Sequence[str]) -> int:
    """Try groups, and print the score and the survivors of each; 1 if too little is noticed."""
    short = False
    for name in names or GROUPS:
        group = GROUPS[name]
        with TemporaryDirectory() as folder:
            found = tried(group, Path(folder))
        short |= told(name, group, found)
    return int(short)


def tried(group: Group, folder: Path) -> list[Mutant]:
    """Try the mutants of a group on a copy of the tree, and return what came of each."""
    _copied(folder)
    (folder / "setup.cfg").write_text(_settings(group), encoding="utf-8")
    if group.sample is None:
        _run(folder)
    else:
        _run(folder, NOTHING)  # it makes them, and tries none
        every = sorted(names_in(folder / "mutants"))
        chosen = random.Random(SEED).sample(every, min(group.sample, len(every)))  # noqa: S311 - no secret
        _run(folder, *chosen)
    return list(mutants_in(folder / "mutants"))


def told(name: str, group: Group, found: Sequence[Mutant]) -> bool:
    """Print what came of a group; say whether too little was noticed."""
    counted = [one for one in found if not one.is_wording]
    noticed = sum(one.is_noticed for one in counted)
    share = 100 * noticed / max(1, len(counted))
    sys.stdout.write(
        f"{name}: {noticed} of {len(counted)} noticed, {share:.1f} %; beside these "
        f"{len(found) - len(counted)} that only change what an error says\n"
    )
    for one in counted:
        if not one.is_noticed:
            sys.stdout.write(f"  {one.name}\n    {one.change}\n")
    return group.demanded is not None and share < group.demanded


def _copied(folder: Path) -> None:
    git = shutil.which("git") or "git"
    listed = subprocess.run(  # noqa: S603 - our own tree
        [git, "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (source := ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, folder / name)


def _settings(group: Group) -> str:
    kept = [one for other in GROUPS.values() if other is not group for one in other.modules]
    lists = {
        "source_paths": ["src"],
        "only_mutate": [f"{SOURCE}/{one}" for one in group.modules],
        "do_not_mutate": [f"{SOURCE}/{one}" for one in kept] if group.sample else [],
        "also_copy": ["docs", "examples", "benchmarks", "release", "CONTRIBUTING.md", "README.md"],
        "pytest_add_cli_args": ["-p", "no:xdist", "-p", "no:cacheprovider"],
        "pytest_add_cli_args_test_selection": [f"tests/{one}" for one in group.tests],
    }
    lines = [f"{key}=\n    " + "\n    ".join(some) for key, some in lists.items() if some]
    return "\n".join(
        ["[mutmut]", *lines, "use_git_change_detection=false", "track_dependencies=false", ""]
    )


def _run(folder: Path, *names: str) -> None:
    subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "mutmut", "run", "--max-children", CHILDREN, *names],
        cwd=folder,
        env={**os.environ, "HYPOTHESIS_PROFILE": "dev"},
        stdout=subprocess.DEVNULL,
        check=False,  # it ends with 1 where a mutant survives
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
