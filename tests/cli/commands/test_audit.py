"""`audit`: keys, checkpoints, verification, bundles, epochs and witnesses at a terminal."""

import json
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from rapid_review.audit.log.note import COSIGNATURE, SigningKey, read_note
from rapid_review.audit.verify import read_consistency_proof
from rapid_review.store.sql.read_model import LAYOUT
from tests.cli.a_terminal import NOW, RECEIPT, REPORT, document, lines, typed
from tests.store.a_ledger import unguarded

ORIGIN = "safeguarding.example/reviews"
KEY = "rapid-review.audit-key"
PUBLIC = f"{KEY}.pub"
NAMELESS = [{"reference": "C-1", "age_band": "under-1"}]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a store of one case, and a log's key beside it."""
    monkeypatch.chdir(tmp_path)
    typed("apply", "-", stdin=lines(RECEIPT, REPORT))
    assert typed("audit", "key", "--origin", ORIGIN).exit_code == 0
    return tmp_path


def altered(statement: str) -> None:
    """Alter the store, with its guards taken away and put back."""
    with unguarded(Path("rapid-review.db")) as connection:
        connection.execute(statement)


EDIT = (
    "UPDATE stored_events SET state = CAST(replace(state, 'under-1', 'Dunnock') AS BLOB) "
    "WHERE rowid = 1"
)
CUT = "DELETE FROM stored_events WHERE rowid > 3"


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
        (["--origin", "with space", "-o", "x"], "holds a space"),
        (["--origin", ORIGIN, "--store", "postgresql://u@h/d"], "give --key"),
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
    assert "nobody else holds this checkpoint" in alone.stderr
    assert f"remembered in {KEY}.signed" in alone.stderr
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
    assert (alone.exit_code, "`rapid-review audit key` makes one" in alone.stderr) == (3, True)
    Path("elsewhere").rename(KEY)
    assert typed("audit", "checkpoint", "--store", "none.db", "--key", KEY).exit_code == 3
    wrong = typed("audit", "checkpoint", "--key", PUBLIC)
    assert (wrong.exit_code, "holds no private key" in wrong.stderr) == (2, True)
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
        (EDIT, "case 'KM-1', version 1, position 1: it is not the row that the ledger"),
        (CUT, "rows are gone"),
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
        (b"safeguarding.example/rev", "was cut off"),
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
    assert f"sink/checkpoint.5 is damaged, and stays: it {words}" in again.stderr
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
    assert (without.exit_code, "is no evidence, and was not" in without.stdout) == (0, True)
    assert "no evidence" in document(typed(*asked, "--json"))["notes"][0]
    found = typed(*asked, "--read-model")
    assert found.exit_code == 4
    assert "clock 'notify-panel': due is '2020-12-24', and by the entries" in found.stdout
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


# ------------------------------------------------------------------------------------- bundles


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("output", ["bundle", "bundle.zip"])
@pytest.mark.parametrize("case", ["KM-1", None])
def test_a_bundle_is_verified_without_the_store(output: str, case: str | None) -> None:
    """A folder or one file, of a case or of the whole log; a checkpoint is made for it."""
    made = typed(
        "audit", "bundle", *([case] if case else ["--with-proof"]), "-o", output, "--sink", "sink"
    )
    assert made.exit_code == 0
    assert "proved by the checkpoint of 5 entries" in made.stdout
    Path("rapid-review.db").unlink()
    told = document(
        typed(
            *("audit", "verify-bundle", output, "--key", PUBLIC),
            *("--held", "sink/checkpoint.5", "--json"),
        )
    )
    assert (told["verified"], told["size"], told["checked"]["events"]) == (True, 5, 5)


@pytest.mark.usefixtures("here")
def test_a_log_that_holds_words_is_given_only_by_anyone_who_says_so() -> None:
    """Its digests allow guesses: it is refused with the reason, and given with a warning."""
    at = ("--store", "open.db")
    typed("apply", "-", *at, "--unsealed", stdin=lines(RECEIPT, REPORT))
    typed("audit", "key", "--origin", ORIGIN, *at)
    refused = typed("audit", "bundle", "-o", "log", *at)
    assert (refused.exit_code, refused.stdout) == (5, "")
    assert "holds words and names that are not sealed" in refused.stderr
    assert "--with-proof" in refused.stderr
    assert not Path("log").exists()
    given = typed("audit", "bundle", "-o", "log", "--with-proof", *at)
    assert given.exit_code == 0
    assert "It holds all words, and digests of entries whose words are not" in given.stderr
    case = typed("audit", "bundle", "KM-1", "-o", "case", *at)
    assert case.exit_code == 0
    assert "in its proofs, of other cases too, digests of entries whose words" in case.stderr


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
        assert f"run `chmod 600 {KEY}`" in result.stderr
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
    assert (new.exit_code, "older than this case" in new.stderr) == (5, True)
    assert typed("audit", "bundle", "KM-3", "-o", "no").exit_code == 3
    assert typed("audit", "bundle", "-o", "no", "--size", "4", "--with-proof").exit_code == 5
    assert typed("audit", "bundle", "-o", "old", "--with-proof").exit_code == 2
    for nonsense in (["--size", "-1"], ["--held-size", "-1"]):
        assert typed("audit", "bundle", "KM-1", "-o", "no", *nonsense).exit_code == 2
    assert not Path("new").exists()
    assert not Path("no").exists()


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
    assert (cut.exit_code, "the archive: was cut off" in cut.stdout) == (4, True)


# ------------------------------------------------------------------- after a restore; witnesses


def entries() -> str:
    """Return how many entries the store holds, as `audit verify` says it."""
    return str(document(typed("audit", "verify", "--json"))["checked"]["entries"])


@pytest.mark.usefixtures("here")
def test_an_epoch_that_is_refused_leaves_no_key() -> None:
    """Nothing was lost; asked again with what is right, the same name is free."""
    typed("audit", "checkpoint")
    epoch = ("audit", "epoch", "--by", "pt-01", "pt-02", "-o", "new")
    refused = typed(*epoch, "--kept", entries())
    assert (refused.exit_code, "no event is lost" in refused.stderr) == (5, True)
    assert not list(Path().glob("new*"))
    request = ("audit", "cosign-request", "--origin", ORIGIN)
    for nonsense in ([*epoch, "--kept", "-1"], [*request, "--known", "-1"]):
        assert typed(*nonsense).exit_code == 2


@pytest.mark.usefixtures("here")
def test_a_restored_store_begins_a_new_epoch() -> None:
    """The old key signs nothing; two people state the loss; both logs are then verified."""
    typed("audit", "checkpoint", "--sink", "sink")
    altered(CUT)
    typed("audit", "rebuild")
    altered("DELETE FROM audit_checkpoints")
    refused = typed("audit", "checkpoint")
    assert (refused.exit_code, "start a new epoch" in refused.stderr) == (4, True)
    kept = ("--kept", entries())
    one = typed("audit", "epoch", "--by", "pt-01", "pt-01", "-o", "same-key", *kept)
    assert (one.exit_code, "two people" in one.stderr) == (5, True)
    begun = typed("audit", "epoch", "--by", "pt-01", "pt-02", "-o", "next-key", "--json", *kept)
    assert document(begun)["origin"] == f"{ORIGIN}/epoch/2"
    made = typed("audit", "checkpoint", "--key", "next-key", "--sink", "sink-2")
    assert made.exit_code == 0
    keys = ("--key", PUBLIC, "--key", "next-key.pub")
    report = document(
        typed("audit", "verify", *keys, "--sink", "sink", "--sink", "sink-2", "--json")
    )
    assert report["verified"]
    assert "the 2 entries lost in a restore, as pt-01 and pt-02 state" in report["unchecked"]
    typed("audit", "bundle", "KM-1", "-o", "bundle", "--key", "next-key")
    assert typed("audit", "verify-bundle", "bundle", *keys).exit_code == 0


@pytest.mark.usefixtures("here")
def test_a_witness_is_asked_and_answers() -> None:
    """The request begins with the size that it knows; its signature is then in the bundle."""
    typed("audit", "checkpoint")
    typed("apply", "-", stdin=lines({**REPORT, "agency": "police"}))
    typed("audit", "checkpoint")
    asked = typed("audit", "cosign-request", "--origin", ORIGIN, "--known", "5")
    growth = read_consistency_proof(asked.stdout_bytes)
    assert (growth.old, len(growth.hashes)) == (5, 3)
    witness = SigningKey("icb.example/witness", bytes(32), COSIGNATURE)
    Path("answer").write_text(str(witness.sign(read_note(growth.checkpoint).text, at=1)))
    add = ("audit", "add-cosignature", "answer", "--origin", ORIGIN)
    assert typed(*add, "--key", str(witness.public)).stdout == "2 signatures\n"
    told = document(typed(*add, "--key", str(witness.public), "--json"))  # once more, for nothing
    assert told == {"signatures": [ORIGIN, "icb.example/witness"]}
    again = typed("audit", "cosign-request", "--origin", ORIGIN, "--known", "5", "--json")
    assert "icb.example/witness" in document(again)["request"]
    typed("audit", "bundle", "-o", "bundle", "--size", "6", "--with-proof")
    policy = f"witness icb {witness.public}\nquorum icb\n"
    Path("policy").write_text(policy)
    told = document(
        typed(
            *("audit", "verify-bundle", "bundle", "--key", PUBLIC),
            *("--policy", "policy", "--json"),
        )
    )
    assert told["verified"]
    assert told["checked"]["cosignatures of witnesses"] == 1


@pytest.mark.usefixtures("here")
def test_a_witness_that_is_not_known_or_asked_in_vain() -> None:
    """Exit code 5 where there is no checkpoint, or no answer by a known witness; 2 for no key."""
    assert typed("audit", "cosign-request", "--origin", ORIGIN).exit_code == 5
    typed("audit", "checkpoint")
    assert typed("audit", "cosign-request", "--origin", ORIGIN, "--known", "9").exit_code == 5
    Path("answer").write_text("nothing\n")
    command = ("audit", "add-cosignature", "answer", "--origin", ORIGIN)
    assert typed(*command, "--key", Path(PUBLIC).read_text().strip()).exit_code == 5
    assert typed(*command, "--key", "no key").exit_code == 2


@pytest.mark.usefixtures("here")
def test_a_stamp_of_a_clock_that_ran_ahead_is_found() -> None:
    """A case of next year is a finding today, and none next year."""
    assert typed("audit", "verify").exit_code == 0
    year = NOW + timedelta(days=365)
    typed("apply", "-", stdin=lines({**RECEIPT, "case": "KM-2"}), now=year)
    result = typed("audit", "verify")
    assert result.exit_code == 4
    assert "case 'KM-2', up to version 4" in result.stdout
    assert "the clock here says 2020-06-01 09:00:00+00:00" in result.stdout
    assert typed("audit", "verify", now=year).exit_code == 0
