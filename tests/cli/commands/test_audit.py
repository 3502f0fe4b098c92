"""`audit`: keys, checkpoints and verification at a terminal."""

import stat
from pathlib import Path

import pytest

from rapid_review.store.sql.read_model import LAYOUT
from tests.cli.a_terminal import document, typed
from tests.cli.commands.an_audited_store import (
    CUT,
    EDIT,
    KEY,
    ORIGIN,
    PUBLIC,
    altered,
)

# ------------------------------------------------------------------------------------ the key


def test_a_key_is_for_its_owner_alone_and_the_public_one_is_printed(here: Path) -> None:
    """The private key is in no output."""
    result = typed("audit", "key", "--origin", ORIGIN, "-o", "other", "--json")
    told = document(result)
    assert told["public"].startswith(f"{ORIGIN}+")
    assert (here / "other.pub").read_text() == f"{told['public']}\n"
    assert stat.S_IMODE((here / "other").stat().st_mode) == 0o600
    assert (here / "other").read_text().strip() not in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--origin", ORIGIN], "a key is never replaced"),
        (["--origin", "with space", "-o", "x"], "contains a space"),
        (["--origin", ORIGIN, "--store", "postgresql://u@h/d"], "name the key file with --key"),
    ],
)
def test_a_key_that_cannot_be_made(here: Path, arguments: list[str], words: str) -> None:
    """Usage: exit code 2; nothing that was there is written over."""
    before = (here / KEY).read_bytes()
    result = typed("audit", "key", *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert (here / KEY).read_bytes() == before


# -------------------------------------------------------------------- checkpoints, and verifying


def test_a_checkpoint_says_what_was_signed_and_where_copies_are(here: Path) -> None:
    """Without a sink nobody else holds it, and that is said."""
    alone = typed("audit", "checkpoint")
    assert "nobody else has a copy of this checkpoint" in alone.stderr
    assert f"{KEY}.signed now records what this key signed last" in alone.stderr
    told = document(typed("audit", "checkpoint", "--sink", "sink", "--json"))
    assert (told["origin"], told["size"]) == (ORIGIN, 5)
    assert told["receipts"] == ["sink/checkpoint.5"]
    assert alone.stdout == f"5 entries, root {told['root']}, signed by {ORIGIN}\n"
    assert len(list((here / "sink").iterdir())) == 1


def test_a_checkpoint_needs_a_key_and_a_store(here: Path) -> None:
    """Exit code 3, and how to make either; a file that is not there or holds no key is usage."""
    assert typed("audit", "checkpoint", "--key", "none").exit_code == 2
    Path(KEY).rename("elsewhere")
    alone = typed("audit", "checkpoint")
    assert (alone.exit_code, "make one with `rapid-review audit key`" in alone.stderr) == (3, True)
    Path("elsewhere").rename(KEY)
    assert typed("audit", "checkpoint", "--store", "none.db", "--key", KEY).exit_code == 3
    wrong = typed("audit", "checkpoint", "--key", PUBLIC)
    assert (wrong.exit_code, "contains no private key" in wrong.stderr) == (2, True)
    (here / "binary").write_bytes(b"\xff\xfe")
    assert typed("audit", "checkpoint", "--key", "binary").exit_code == 2


@pytest.mark.usefixtures("here")
def test_a_mark_of_windows_before_a_key_or_a_policy_is_no_part_of_it() -> None:
    """An editor puts it there, and it cannot be seen."""
    Path("policy").write_text("quorum none\n", encoding="utf-8")
    for name in (KEY, PUBLIC, "policy"):
        Path(name).write_text(Path(name).read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert typed("audit", "checkpoint").exit_code == 0
    assert typed("audit", "verify", "--key", PUBLIC).exit_code == 0
    typed("audit", "bundle", "KM-1", "-o", "bundle")
    verify = ("audit", "verify-bundle", "bundle", "--key", PUBLIC, "--policy", "policy")
    assert typed(*verify).exit_code == 0


@pytest.mark.usefixtures("here")
def test_a_store_that_is_as_it_was_is_verified() -> None:
    """Its own checkpoint, a copy in a folder, one in a file; and every due date once more."""
    typed("audit", "checkpoint", "--sink", "sink")
    told = document(
        typed(
            *("audit", "verify", "--key", PUBLIC, "--sink", "sink"),
            *("--held", "sink/checkpoint.5", "--recount", "--json"),
            *("--keys", "rapid-review.keys", "--key-file", "rapid-review.key-file"),
        )
    )
    assert told["verified"]
    assert told["checked"]["checkpoints"] == 3
    assert told["checked"]["due dates that, counted again, came out the same"] == 3
    assert told["unchecked"] == []


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (EDIT, "case 'KM-1', version 1, position 1: it is not the row that was added"),
        (CUT, "rows are missing"),
        ("UPDATE audit_checkpoints SET note = x'00'", "a checkpoint from the store"),
    ],
)
def test_what_was_altered_is_an_integrity_failure(statement: str, words: str) -> None:
    """Exit code 4; what was found is on standard output, and none of the words of a case."""
    typed("audit", "checkpoint", "--sink", "sink")
    altered(statement)
    result = typed("audit", "verify", "--key", PUBLIC, "--sink", "sink")
    assert result.exit_code == 4
    assert words in result.stdout
    assert "NOT INTACT" in result.stdout
    assert "Dunnock" not in result.output


@pytest.mark.usefixtures("here")
def test_a_key_that_is_none_is_usage_and_a_folder_that_is_not_there_is_the_machines() -> None:
    """Exit codes 2 and 1; nothing is verified."""
    for key in ("no key", "", "x" * 5_000, "a\0b", f"{ORIGIN}+00000000+AQ=="):
        assert typed("audit", "verify", "--key", key).exit_code == 2
    assert typed("audit", "verify", "--held", "none").exit_code == 2
    told = typed("audit", "verify", "--held", PUBLIC)
    assert (told.exit_code, f"--held {PUBLIC}" in told.stderr) == (2, True)
    assert typed("audit", "verify", "--sink", "none").exit_code == 1
    assert typed("audit", "verify", "--store", "none.db").exit_code == 3


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("damaged", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbfsafeguarding.example/reviews\n5\n", "begins with a byte order mark"),
        (b"safeguarding.example/reviews\r\n5\r\n", "has a carriage return before each line"),
        (b"safeguarding.example/rev", "is truncated"),
    ],
)
@pytest.mark.parametrize("given", ["--held", "--sink"])
def test_a_damaged_kept_checkpoint_is_an_integrity_failure_and_it_is_said_what_befell_it(
    given: str, damaged: bytes, words: str
) -> None:
    """Exit code 4: what was put aside as evidence is evidence no more."""
    Path("sink").mkdir()
    kept = Path("sink/checkpoint.5")
    kept.write_bytes(damaged)
    asked = ("audit", "verify", "--key", PUBLIC)
    told = typed(*asked, given, str(kept if given == "--held" else kept.parent))
    assert told.exit_code == 4
    assert f"a checkpoint from sink/checkpoint.5: {words}" in told.stdout
    again = typed("audit", "checkpoint", "--sink", "sink")
    assert again.exit_code == 4
    assert f"sink/checkpoint.5 is damaged, and was not replaced: {words}" in again.stderr
    assert "two trees" not in again.stderr
    assert kept.read_bytes() == damaged


@pytest.mark.usefixtures("here")
def test_an_edited_read_model_is_found_where_it_is_compared() -> None:
    """Exit code 4; without --read-model it is said that it is no evidence."""
    typed("audit", "checkpoint")
    typed("board")
    table = f"read_model_{LAYOUT}_deadlines"
    altered(f"UPDATE {table} SET due = '2020-12-24'")  # noqa: S608 - our own table
    assert "2020-12-24" in typed("board").stdout
    asked = ("audit", "verify", "--key", PUBLIC)
    without = typed(*asked)
    assert (without.exit_code, "is not evidence, and was not" in without.stdout) == (0, True)
    assert "is not evidence, and was not compared" in document(typed(*asked, "--json"))["notes"][0]
    found = typed(*asked, "--read-model")
    assert found.exit_code == 4
    assert "clock 'notify-panel': due is '2020-12-24', and should be" in found.stdout
    typed("db", "rebuild")
    assert typed(*asked, "--read-model").exit_code == 0


@pytest.mark.usefixtures("here")
def test_the_ledgers_tables_are_made_again() -> None:
    """What is derived costs nothing to lose."""
    typed("audit", "checkpoint")
    altered("DELETE FROM audit_tiles")
    found = typed("audit", "verify", "--key", PUBLIC)
    assert (found.exit_code, "rapid-review audit rebuild" in found.stdout) == (4, True)
    assert typed("audit", "rebuild").stdout == "5 entries\n"
    assert document(typed("audit", "rebuild", "--json")) == {"entries": 5}
    assert typed("audit", "verify", "--key", PUBLIC).exit_code == 0
