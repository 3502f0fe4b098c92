"""`db seal`: a store whose words are not sealed becomes a sealed one, and nothing else changes."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.whole_cases import histories
from rapid_review.cli.commands.demo.demonstration import story
from rapid_review.store.store import Store
from tests.cli.a_terminal import CANARY, RECEIPT, REPORT, document, lines, typed
from tests.store.a_ledger import IntruderInFile
from tests.store.a_record import TEAM, kent_in, rows_at

ORIGIN = "kent.example/reviews"
SEAL = ("db", "seal", "old.db", "new.db", "--by", "pt-01", "pt-02", "-o", "new-key")


@pytest.fixture
def old(folder: Path) -> Path:
    """Return a store with two entries' words in it, and a log that signed it."""
    typed("apply", "-", "--store", "old.db", "--unsealed", stdin=lines(RECEIPT, REPORT))
    typed("audit", "key", "--origin", ORIGIN, "--store", "old.db")
    typed("audit", "checkpoint", "--store", "old.db", "--sink", "held")
    return folder / "old.db"


def asked_of_both(*question: str) -> tuple[str, str]:
    """Return what the old and the new store answer to the same question, which is something."""
    before, after = (typed(*question, "--store", store) for store in ("old.db", "new.db"))
    assert before.exit_code == after.exit_code == 0, before.output
    assert before.output
    named = after.output.replace("new.db", "old.db")
    return before.output, named


def without_bodies(path: Path) -> list[tuple[object, ...]]:
    """Return what is in the rows of a store beside their bodies, and the entries' own data."""
    rows = rows_at(path)
    public = [json.loads(row[4].partition(b"\n")[0]) for row in rows]
    for one in public:
        one.pop("event")
        one.pop("sealed", None)
        one.pop("purpose", None)  # free text, which may be sealed
    return [(*row[:4], one) for row, one in zip(rows, public, strict=True)]


def test_of_a_sealed_store_nothing_is_read_but_its_words_differ(old: Path) -> None:
    """Positions, versions, times and the ids of commands; and no word is in any file of it."""
    done = document(typed(*SEAL, "--json"))
    assert done["entries"] == len(rows_at(old))
    assert len(bytes.fromhex(done["leaves"])) == 32
    assert without_bodies(old.with_name("new.db")) == without_bodies(old)
    for file in old.parent.glob("new*"):
        assert CANARY.encode() not in file.read_bytes(), file.name
    assert CANARY.encode() in old.read_bytes()


@pytest.mark.parametrize("number", [1, 25])
def test_statistics_verdicts_and_due_days_are_as_before(folder: Path, number: int) -> None:
    """Each answer is the same to the last letter, whichever store is asked."""
    if number > 1:
        with closing(Store.on_sqlite("old.db", unsealed=True)) as store:
            kent_in(store).import_histories(histories(number), by=TEAM)
    else:
        typed("apply", "-", "--store", "old.db", "--unsealed", stdin=b"\n".join(story()))
    typed("audit", "key", "--origin", ORIGIN, "--store", "old.db")
    assert folder.joinpath("old.db").exists()
    assert typed(*SEAL).exit_code == 0
    with closing(Store.on_sqlite("new.db", unsealed=True)) as store:
        cases = kent_in(store).references()
    assert len(cases) == number
    about_all = (["stats"], ["compliance"], ["board"], ["diary"], ["learning"])
    about_each = ("show", "timeline", "verdicts", "compliance")
    for question in (*about_all, *([one, case] for case in cases[:3] for one in about_each)):
        before, after = asked_of_both(*question, "--json")
        assert before == after, question


def test_what_was_said_before_is_known_again(old: Path) -> None:
    """Also by its words alone: a command without an id is no second one."""
    typed(*SEAL)
    again = typed("apply", "-", "--store", "new.db", stdin=lines(RECEIPT, REPORT))
    assert [json.loads(line)["events"] for line in again.stdout.splitlines()] == [[], []]
    assert len(rows_at(old.with_name("new.db"))) == len(rows_at(old))


def test_both_logs_state_it_and_the_old_one_has_ended(old: Path) -> None:
    """Anyone who verifies the new store is told; a checkpoint of the old one is none of it."""
    typed(*SEAL)
    told = typed(
        *("audit", "verify", "--store", "new.db", "--key", "new-key.pub"),
        *("--key", "old.audit-key.pub", "--sink", "held"),
    )
    assert told.exit_code == 0, told.stdout
    assert (
        "the first 5 entries are those of kent.example/reviews, now sealed, as pt-01"
        in told.stdout
    )
    assert "it covers the earlier store, whose words were not sealed" in told.stdout
    refused = typed("audit", "checkpoint", "--store", "old.db")
    assert refused.exit_code == 4
    signed = typed("audit", "checkpoint", "--store", "new.db", "--key", "new-key")
    assert signed.stdout.startswith("5 entries, root ")
    assert old.exists()


def test_entries_that_were_exchanged_after_the_sealing_are_found(old: Path) -> None:
    """The statement holds the root: the new log begins with the entries that were sealed."""
    typed(*SEAL)
    IntruderInFile(old.with_name("new.db")).alter(lambda rows: rows[:-1])
    told = typed("audit", "verify", "--store", "new.db", "--key", "new-key.pub")
    assert told.exit_code == 4
    assert "the sealing of the store" in told.stdout


def test_the_receipt_lists_what_still_holds_the_words(old: Path) -> None:
    """The old file, copies of it, and bundles; and says that there may be more elsewhere."""
    typed("db", "backup", "monday.db", "--store", "old.db")
    for bundle in ("bundle", "bundle.zip"):
        typed("audit", "bundle", "--with-proof", "-o", bundle, "--store", "old.db")
    told = typed(*SEAL)
    assert told.stdout.splitlines()[-5:] == [
        *(f"  {name}" for name in ("old.db", "bundle", "bundle.zip", "monday.db")),
        "  every backup, copy and bundle of it in other places",
    ]
    assert old.exists()


def test_asked_again_it_is_done_already(old: Path) -> None:
    """Nothing is made again; whatever was interrupted is then done."""
    first = typed(*SEAL, "--json")
    (old.with_name("new-key.signed")).unlink()
    again = typed(*SEAL, "--json")
    assert document(again) == document(first)
    assert old.with_name("new-key.signed").exists()


def test_over_another_store_nothing_is_sealed(old: Path) -> None:
    """Whether that is sealed or not."""
    for more in ([], ["--unsealed"]):
        typed("apply", "-", "--store", "new.db", *more, stdin=lines(RECEIPT))
        refused = typed(*SEAL)
        assert refused.exit_code == 2
        assert "new.db already exists" in refused.stderr
        for file in old.parent.glob("new.*"):
            file.unlink()


@pytest.mark.parametrize(
    ("by", "what"),
    [
        (("pt-01", "pt-01"), "two people must state the sealing of a store"),
        (("Jane Doe", "x"), "two people must state the sealing of a store"),
    ],
)
def test_one_person_alone_seals_no_store(old: Path, by: tuple[str, str], what: str) -> None:
    """Nor one who is named by something else than an id."""
    refused = typed("db", "seal", "old.db", "new.db", "--by", *by, "-o", "new-key")
    assert refused.exit_code == 5
    assert what in refused.stderr
    assert not old.with_name("new.db").exists()


def test_a_store_that_its_log_did_not_sign_is_not_sealed(old: Path) -> None:
    """Else anyone who restored or altered it would have two people state that it is the one."""
    typed("db", "backup", "monday.db", "--store", "old.db")
    typed(
        "apply", "-", "--store", "old.db", "--unsealed", stdin=lines({**RECEIPT, "case": "KM-2"})
    )
    typed("audit", "checkpoint", "--store", "old.db")
    old.unlink()
    typed("db", "restore", "monday.db", "--store", "old.db")
    refused = typed(*SEAL)
    assert refused.exit_code == 4
    assert "signed, which covers 9 entries" in refused.stderr
    assert not old.with_name("new.db").exists()


def test_a_store_that_is_not_intact_is_not_sealed(old: Path) -> None:
    """What is wrong with it is found first."""
    IntruderInFile(old).alter(lambda rows: rows[:-1])
    refused = typed(*SEAL)
    assert refused.exit_code == 4
    assert "the store to be sealed is not intact" in refused.stderr
    assert not old.with_name("new.db").exists()


def test_a_store_on_a_server_is_no_place_to_seal_into(old: Path) -> None:
    """A file is made, and moved there."""
    refused = typed("db", "seal", str(old), "postgresql://u@h/d", "--by", "a", "b", "-o", "k")
    assert refused.exit_code == 2
    assert "db move" in refused.stderr


def test_a_sealed_store_is_not_sealed_again(old: Path) -> None:
    """It says so before anything is made, and what to do who wants other keys."""
    typed(*SEAL)
    before = sorted(old.parent.iterdir())
    again = typed(
        *("db", "seal", "new.db", "newer.db", "--key", "new-key", "--by", "pt-01", "pt-02"),
        *("-o", "newer-key", "--keys", "newer.keys", "--key-file", "newer.key-file"),
    )
    assert again.exit_code == 5
    assert "a store is not sealed twice" in again.stderr
    assert "`rapid-review keys rotate`" in again.stderr
    assert sorted(old.parent.iterdir()) == before
