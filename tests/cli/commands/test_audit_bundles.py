"""`audit bundle`: what an auditor is given, at a terminal."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.a_terminal import RECEIPT, REPORT, document, lines, typed
from tests.cli.commands.an_audited_store import (
    KEY,
    NAMELESS,
    ORIGIN,
    PUBLIC,
)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("output", ["bundle", "bundle.zip"])
@pytest.mark.parametrize("case", ["KM-1", None])
def test_a_bundle_is_verified_without_the_store(output: str, case: str | None) -> None:
    """A folder or one file, of a case or of the whole log; a checkpoint is made for it."""
    made = typed(
        "audit", "bundle", *([case] if case else ["--with-proof"]), "-o", output, "--sink", "sink"
    )
    assert made.exit_code == 0
    assert "proved by the checkpoint over 5 entries" in made.stdout
    Path("rapid-review.db").unlink()
    told = document(
        typed(
            *("audit", "verify-bundle", output, "--key", PUBLIC),
            *("--held", "sink/checkpoint.5", "--json"),
        )
    )
    assert (told["verified"], told["size"], told["checked"]["events"]) == (True, 5, 5)


@pytest.mark.usefixtures("here")
def test_a_log_that_holds_words_is_given_only_by_whoever_says_so() -> None:
    """Its digests allow guesses: it is refused with the reason, and given with a warning."""
    at = ("--store", "open.db")
    typed("apply", "-", *at, "--unsealed", stdin=lines(RECEIPT, REPORT))
    typed("audit", "key", "--origin", ORIGIN, *at)
    refused = typed("audit", "bundle", "-o", "log", *at)
    assert (refused.exit_code, refused.stdout) == (5, "")
    assert "contains words and names that are not sealed" in refused.stderr
    assert "--with-proof" in refused.stderr
    assert not Path("log").exists()
    given = typed("audit", "bundle", "-o", "log", "--with-proof", *at)
    assert given.exit_code == 0
    assert (
        "The bundle contains all words, and digests of entries whose words are not" in given.stderr
    )
    case = typed("audit", "bundle", "KM-1", "-o", "case", *at)
    assert case.exit_code == 0
    assert "in its proofs, for other cases too, digests of entries whose words" in case.stderr


def test_a_log_without_words_is_given_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is nothing in it to guess; the register of exports holds no words."""
    monkeypatch.chdir(tmp_path)
    typed("apply", "-", "--unsealed", stdin=lines({**RECEIPT, "children": NAMELESS}))
    typed("audit", "key", "--origin", ORIGIN)
    assert typed("audit", "bundle", "-o", "log").exit_code == 0
    assert typed("audit", "verify-bundle", "log", "--key", PUBLIC).exit_code == 0


@pytest.mark.usefixtures("here")
def test_a_private_key_that_others_may_read_signs_nothing() -> None:
    """A fault of the machine: exit code 1, and what to do."""
    Path(KEY).chmod(0o640)
    for asked in (("checkpoint",), ("bundle", "KM-1", "-o", "out")):
        result = typed("audit", *asked)
        assert (result.exit_code, result.stdout) == (1, "")
        assert f"Run `chmod 600 {KEY}`" in result.stderr
    Path(KEY).chmod(0o600)
    assert typed("audit", "checkpoint").exit_code == 0


@pytest.mark.usefixtures("here")
def test_a_cases_bundle_holds_what_its_entries_name_and_nothing_of_another_case() -> None:
    """The terms, the rule set, the calendar, and what the rules make of the case."""
    typed("apply", "-", stdin=lines({**RECEIPT, "case": "KM-2", "reference": "PRN-OTHER"}))
    typed("audit", "bundle", "KM-1", "-o", "bundle")
    names = sorted(str(one.relative_to("bundle")) for one in Path("bundle").rglob("*.*"))
    assert [one for one in names if not one.startswith("proof/")] == [
        "calendars/england-and-wales/2026-11-26.json",
        "replay/case.json",
        "terms/kent-and-medway-2020-05.toml",
        "terms/rule_sets/working-together-2018.toml",
    ]
    replayed = json.loads(Path("bundle/replay/case.json").read_text())
    assert (replayed["case"], replayed["days"][-1]["entries"]) == ("KM-1", 5)
    assert len(replayed["timeline"]) == 5
    assert not any(b"PRN-OTHER" in one.read_bytes() for one in Path("bundle").rglob("*.*"))


@pytest.mark.usefixtures("here")
def test_two_runs_give_the_same_bundle_byte_for_byte() -> None:
    """On other days, in processes whose sets and dictionaries of texts lie in another order."""
    typed("audit", "checkpoint")
    program = "from rapid_review.cli import main; main()"
    for seed in ("1", "2"):
        words = ["audit", "bundle", "KM-1", "-o", f"{seed}.zip", "--size", "5"]
        subprocess.run(  # noqa: S603 - our own interpreter, our own words
            [sys.executable, "-c", program, *words],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
        )
    typed("audit", "bundle", "KM-1", "-o", "today.zip", "--size", "5")
    made = [Path(f"{name}.zip").read_bytes() for name in ("1", "2", "today")]
    assert b"replay/case.json" in made[0]
    assert made[0] == made[1] == made[2]


@pytest.mark.usefixtures("here")
def test_a_bundle_by_an_older_checkpoint_holds_what_that_covers() -> None:
    """What was recorded later is not in it, and a case that is newer cannot be proved by it."""
    typed("audit", "checkpoint")
    typed("apply", "-", stdin=lines({**REPORT, "agency": "police"}, {**RECEIPT, "case": "KM-2"}))
    old = typed("audit", "bundle", "KM-1", "-o", "old", "--size", "5", "--json")
    assert document(old) == {"bundle": "old", "case": "KM-1", "size": 5}
    assert typed("audit", "verify-bundle", "old", "--key", PUBLIC).exit_code == 0
    new = typed("audit", "bundle", "KM-2", "-o", "new", "--size", "5")
    assert (new.exit_code, "older than the newest entry of this case" in new.stderr) == (5, True)
    assert typed("audit", "bundle", "KM-3", "-o", "no").exit_code == 3
    assert typed("audit", "bundle", "-o", "no", "--size", "4", "--with-proof").exit_code == 5
    assert typed("audit", "bundle", "-o", "old", "--with-proof").exit_code == 2
    for nonsense in (["--size", "-1"], ["--held-size", "-1"]):
        assert typed("audit", "bundle", "KM-1", "-o", "no", *nonsense).exit_code == 2
    assert not Path("new").exists()
    assert not Path("no").exists()


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--held-size", "3"), "--held-size works only with CASE"),
        (("KM-1", "--with-proof"), "--with-proof works only without CASE"),
    ],
)
def test_an_option_of_the_other_bundle_is_refused(options: tuple[str, ...], said: str) -> None:
    """One proves older checkpoints in a case's bundle, the other gives a whole log away."""
    result = typed("audit", "bundle", "-o", "bundle", *options)
    assert (result.exit_code, said in result.stderr) == (2, True)
    assert not Path("bundle").exists()


@pytest.mark.usefixtures("here")
def test_a_bundle_that_was_altered_or_is_none() -> None:
    """Exit code 4 for one altered byte; 2 where there is nothing to verify, or no key."""
    typed("audit", "bundle", "KM-1", "-o", "bundle")
    replay = Path("bundle/replay/case.json")
    replay.write_bytes(replay.read_bytes().replace(b"KM-1", b"KM-7"))
    found = typed("audit", "verify-bundle", "bundle", "--key", PUBLIC)
    assert (found.exit_code, "replay/case.json" in found.stdout) == (4, True)
    assert typed("audit", "verify-bundle", "bundle").exit_code == 2
    assert typed("audit", "verify-bundle", "none", "--key", PUBLIC).exit_code == 2
    assert typed("audit", "verify-bundle", PUBLIC, "--key", PUBLIC).exit_code == 2
    typed("audit", "bundle", "KM-1", "-o", "bundle.zip")
    archive = Path("bundle.zip")
    archive.write_bytes(archive.read_bytes()[:-100])
    cut = typed("audit", "verify-bundle", "bundle.zip", "--key", PUBLIC)
    assert (cut.exit_code, "the archive: is truncated" in cut.stdout) == (4, True)
