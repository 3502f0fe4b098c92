"""Every line of the two tables in `docs/explanation/proof.md` is done here, and holds.

A line that is added there needs a deed here; one that is no longer there leaves its deed without.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest

from rapid_review.audit.log.bundle import Row, log_files
from rapid_review.audit.log.leaf import entry_of, leaf_hash
from rapid_review.audit.log.merkle import consistency_proof, nodes_of_leaves, root_of
from rapid_review.audit.log.note import Checkpoint, SigningKey, read_checkpoint, signed
from rapid_review.audit.log.signing import Signer
from rapid_review.audit.verify import REPLAY, Files, Trust, read_policy, verify
from rapid_review.domain.errors import RecordError
from rapid_review.reports.case_file.evidence import hold_replay
from rapid_review.store import RapidReviews
from rapid_review.store.ledger.verify import TrustedCheckpoint
from rapid_review.store.sql import ledger as ledger_tables
from rapid_review.store.sql.read_model import LAYOUT
from rapid_review.store.store import Store
from tests.audit.a_log import (
    ATTACHED,
    CASES,
    NAMED,
    POLICY,
    TRUST,
    case_of,
    checkpoint_of,
    crafted,
    leaves_of,
    log_of,
    resigned,
    row,
    rows,
    verified,
    witnessed,
)
from tests.domain.a_review import KENT, RECEIVE, at
from tests.reports import a_case
from tests.store.a_ledger import IntruderInFile, Place, three_cases
from tests.store.a_record import TEAM

PAGE: Final = Path(__file__).parents[3] / "docs" / "explanation" / "proof.md"
ROWS: Final = rows(30)
LOG: Final = log_of(ROWS)
CASE: Final = case_of(ROWS)
STREAM: Final = row(CASES[1], 1).stream
BODY: Final = f"state/{STREAM}/5"
ENTRIES: Final = "tile/entries/000.p/30"
OTHERWISE: Final = [*ROWS[:13], row(CASES[1], 5, "never said"), *ROWS[14:]]
"""The same log with other words in the fifth event of the second case."""

Found = list[str]
Deed = Callable[[Path], Iterator[Found]]
"""What somebody does, given a folder to do it in; yields what is found, for each way to do it."""


def found(files: Mapping[str, bytes], trust: Trust = TRUST) -> Found:
    """Return what is found in a bundle."""
    return [f"{one.where}: {one.what}" for one in verified(files, trust).findings]


def held(size: int = 30, kept: list[Row] = ROWS) -> Trust:
    """Return the trust of an auditor who kept a checkpoint."""
    return replace(
        TRUST, checkpoints=(("held", read_checkpoint(checkpoint_of(kept[:size]).text)),)
    )


def chained(*kept: Row) -> dict[str, bytes]:
    """Return the bundle of a log of rows of one case, each after its leaf before, as they come."""
    entries: list[bytes] = []
    for each in kept:
        before = leaf_hash(entries[-1]) if entries else None
        entries.append(entry_of(*each, before if each.version > 1 else None))
    return crafted(entries, list(kept))


# ------------------------------------------------------------------------------- what is caught


def edited(_: Path) -> Iterator[Found]:
    """In the bundle of a log and of a case; the event is named."""
    for files in (LOG, CASE):
        lines = found(resigned(files, {BODY: files[BODY].replace(b"said", b"sold")}))
        assert f"version 5 of stream {STREAM}" in lines[0]
        yield lines
    for old, new in ((b"DeadlineSet", b"DeadlineLet"), (b"\n5\n", b"\n6\n")):
        lines = found(resigned(LOG, {ENTRIES: LOG[ENTRIES].replace(old, new, 1)}))
        assert lines[0].startswith("version ")
        yield lines


def moved_body(_: Path) -> Iterator[Found]:
    """To another version and to another case, and hashed again there."""
    first, second = row(CASES[0], 1), row(CASES[0], 2)
    yield found(chained(first, second._replace(state=first.state)))
    yield found(chained(row(CASES[1], 1)._replace(state=first.state)))
    yield found(chained(first, second._replace(topic="CaseClosed")))


def deleted_inserted_or_moved(_: Path) -> Iterator[Found]:
    """With a root that fits: by versions and links; between cases by the root alone."""
    one, two, three = (row(CASES[0], version) for version in (1, 2, 3))
    yield found(chained(one, three))
    yield found(chained(one, two, two))
    yield found(chained(one, three, two))
    swapped = [ROWS[1], ROWS[0], *ROWS[2:]]
    yield found(resigned(log_of(swapped), {"checkpoint": LOG["checkpoint"]}))


def hashed_anew(_: Path) -> Iterator[Found]:
    """The bundle is whole again but for the checkpoint, which others have."""
    yield found(resigned(log_of(OTHERWISE), {"checkpoint": LOG["checkpoint"]}))


def case_left_out(_: Path) -> Iterator[Found]:
    """Of the whole log."""
    others = [each for each in ROWS if each.stream != STREAM]
    yield found(resigned(log_of(others), {"checkpoint": LOG["checkpoint"]}))
    yield found(log_of(others), held())


def event_left_out(_: Path) -> Iterator[Found]:
    """The last of a case, with all that is of it."""
    last = ("entry/10", "proof/10.tlog-proof", f"state/{STREAM}/10")
    yield found(resigned(CASE, dict.fromkeys(last)))


def byte_changed(_: Path) -> Iterator[Found]:
    """By somebody who has no key."""
    for files in (LOG, CASE):
        yield found({**files, "checkpoint": files["checkpoint"] + b"\n"})
        yield found({**files, "more": b""})
        yield found({name: data for name, data in files.items() if name != BODY})


def restored(folder: Path) -> Iterator[Found]:
    """The signer remembers thirty events, and is shown twenty and ten others."""
    signer = Signer.start(a_case.KEY, folder / "signed")
    for kept in (ROWS, [*ROWS[:20], *(row("KM-2020-004", version) for version in range(1, 20))]):
        leaves = leaves_of(kept)
        nodes = nodes_of_leaves(leaves)

        def grown(old: int, new: int, nodes: Callable[..., bytes] = nodes) -> list[bytes]:
            return list(consistency_proof(old, new, nodes))

        if kept is ROWS:
            signer.checkpoint(len(leaves), root_of(leaves), grown)
            continue
        with pytest.raises(RecordError) as refused:
            signer.checkpoint(len(leaves), root_of(leaves), grown)
        yield [str(refused.value)]


def cut_back_or_rewritten(_: Path) -> Iterator[Found]:
    """By a checkpoint that was kept, and by witnesses who do not sign."""
    yield found(log_of(ROWS[:20]), held())
    yield found(log_of(OTHERWISE), held())
    yield found(case_of(OTHERWISE, earlier=(20,)), held(20))
    policy = replace(TRUST, policy=read_policy(POLICY))
    yield found(log_of(OTHERWISE, witnessed(checkpoint_of(OTHERWISE), "icb")), policy)


def two_logs(_: Path) -> Iterator[Found]:
    """Each auditor lays the other's checkpoint beside."""
    yield found(log_of(OTHERWISE), held())
    yield found(LOG, held(kept=OTHERWISE))


def swapped_terms(_: Path) -> Iterator[Found]:
    """Edited, missing, exchanged, or one more: in the bundle of a log and of a case."""
    first, second, *_more = NAMED
    for files in (LOG, CASE):
        for name in NAMED:
            yield found(resigned(files, {name: files[name] + b"\n"}))
            yield found(resigned(files, {name: None}))
        yield found(resigned(files, {first: files[second], second: files[first]}))
        yield found(resigned(files, {"terms/more.toml": b""}))


def altered_replay(_: Path) -> Iterator[Found]:
    """A clock that was met late is told as met."""
    files = a_case.bundle_of()
    files[REPLAY] = files[REPLAY].replace(b'"met-late"', b'"met"')
    altered = a_case.resigned(files)
    kept = Files(frozenset(altered), altered.__getitem__)
    report = verify(kept, Trust((a_case.KEY.public,)))
    assert report.findings == []
    assert f"{REPLAY}: is no evidence" in report.as_text()
    hold_replay(kept, [a_case.KEY.public], report)
    yield [f"{one.where}: {one.what}" for one in report.findings]


CAUGHT: Final[Mapping[str, Deed]] = {
    "a body, a topic or a version is edited": edited,
    "a body is moved or copied to another row": moved_body,
    "an event is deleted, inserted or moved": deleted_inserted_or_moved,
    "everything is hashed again after such a change": hashed_anew,
    "a case is left out of the whole log": case_left_out,
    "an event is left out of the bundle of a case": event_left_out,
    "a byte of a bundle is changed, a file added or left out": byte_changed,
    "the database is restored from a backup, and recording goes on": restored,
    "the log is cut back, or rewritten, and signed with the log's own key": cut_back_or_rewritten,
    "two auditors are shown two logs": two_logs,
    "terms or calendars are edited, exchanged, added or left out": swapped_terms,
    "what the rules make of a case is altered in its bundle": altered_replay,
}


# --------------------------------------------------------------------------- what is not caught


def last_removed(_: Path) -> Iterator[Found]:
    """Of those after the checkpoint that the auditor kept."""
    yield found(log_of(ROWS[:25]), held(20))


def rewritten_unseen(_: Path) -> Iterator[Found]:
    """Nothing was kept, and there are no witnesses."""
    yield found(log_of(OTHERWISE))
    yield found(case_of(OTHERWISE))


def added(_: Path) -> Iterator[Found]:
    """At the end, where it is like any other; not behind a checkpoint."""
    more = [*ROWS, row(CASES[0], 11, "never said")]
    yield found(log_of(more), held())
    behind = [*ROWS[:3], row("KM-2020-004", 1), *ROWS[3:]]
    assert found(log_of(behind), held()) != []


def untrue(_: Path) -> Iterator[Found]:
    """What is written in a body is not known to any log."""
    yield found(log_of([row(CASES[0], 1, "what never was")]))


def conspiracy(_: Path) -> Iterator[Found]:
    """The log's key and two of three witnesses sign another history."""
    policy = replace(TRUST, policy=read_policy(POLICY))
    yield found(log_of(OTHERWISE, witnessed(checkpoint_of(OTHERWISE), "icb", "police")), policy)


def wrong_time(_: Path) -> Iterator[Found]:
    """A machine's clock was in another century."""
    first = row(CASES[0], 1)
    body = json.loads(first.state) | {"recorded_at": "1920-05-04T09:00:00+00:00"}
    yield found(log_of([first._replace(state=json.dumps(body).encode())]))


def kept_store(folder: Path) -> Place:
    """Return a store of three cases, with a checkpoint of which there is a copy elsewhere."""
    (folder / "elsewhere").mkdir()
    path = folder / "record.db"
    place = Place(
        partial(Store.on_sqlite, path, unsealed=True), IntruderInFile(path), folder / "elsewhere"
    )
    place.record(three_cases)
    place.checkpoint()
    assert place.verified(*place.kept()).findings == []
    return place


def in_store(place: Place, *held_too: TrustedCheckpoint) -> Found:
    """Return what is found in a live store."""
    return [f"{one.where}: {one.what}" for one in place.verified(*held_too).findings]


def nobody_has_a_copy(folder: Path) -> Iterator[Found]:
    """Of the checkpoint that is deleted; then of the tables as well."""
    place = kept_store(folder)
    place.intruder.ask("DELETE FROM audit_checkpoints")
    yield in_store(place)
    for table_of_ours in ledger_tables.TABLES:
        place.intruder.ask(f"DROP TABLE {table_of_ours}")
    yield in_store(place)


def guard_put_back(folder: Path) -> Iterator[Found]:
    """With nothing altered meanwhile; what is altered is found as ever."""
    place = kept_store(folder)
    place.intruder.alter(lambda kept: kept)
    yield in_store(place, *place.kept())
    place.intruder.alter(lambda kept: kept[:-1])
    assert in_store(place, *place.kept()) != []


def epoch_deleted(_: Path) -> Iterator[Found]:
    """The log's name tells that there was another before it."""
    key = SigningKey(f"{a_case.KEY.name}/epoch/2", bytes(range(1, 33)))
    note = checkpoint_of(ROWS, key)
    files = dict(log_files(ROWS, note, lambda text: signed(text, key), attached=NAMED))
    report = verified(files, Trust((key.public,)))
    assert "what was lost before this log: no epoch is given" in report.unchecked
    yield [f"{one.where}: {one.what}" for one in report.findings]


def earlier_than_other_cases(folder: Path) -> Iterator[Found]:
    """By a worker whose clock stood a year behind."""
    place = kept_store(folder)
    with closing(place.opened()) as store:
        behind = RapidReviews(store, terms=KENT, clock=lambda: at("2019-01-07 09:00"))
        behind.handle("KM-2020-004", RECEIVE, by=TEAM)
    yield in_store(place, *place.kept())


def read_model_edited(folder: Path) -> Iterator[Found]:
    """It is said that it is no evidence, and was not looked at."""
    place = kept_store(folder)
    place.record(lambda reviews: reviews.read_model().catch_up())
    table = f"read_model_{LAYOUT}_deadlines"
    place.intruder.ask(f"UPDATE {table} SET due = '2020-12-24'")  # noqa: S608 - our own table
    yield in_store(place, *place.kept())


NOT_CAUGHT: Final[Mapping[str, Deed]] = {
    "events after the last checkpoint that anybody else holds are removed": last_removed,
    (
        "the log is rewritten with its own key, and the auditor has only what the forger gives"
    ): rewritten_unseen,
    ("anyone who can write the database adds a new, well-formed event, and has it signed"): added,
    "a person with the right to record says what is not so, or says nothing": untrue,
    "the key and a quorum of witnesses act together": conspiracy,
    (
        "a checkpoint in the store, or the ledger's tables, are deleted, and nobody at hand holds "
        "a copy"
    ): nobody_has_a_copy,
    "a guard on the entries is taken away and put back": guard_put_back,
    "the statement that began a log after a restore is deleted": epoch_deleted,
    (
        "an entry is put in with a time between those of its own case, and before those of other "
        "cases"
    ): earlier_than_other_cases,
    "the read model is edited": read_model_edited,
    "the time of recording is set wrong": wrong_time,
}


def table(heading: str) -> list[str]:
    """Return the first column of the table under a heading of the page."""
    _, _, after = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")
    section, _, _ = after.partition("\n## ")
    cells = re.findall(r"^\| (.+?) \| .+ \|$", section, re.MULTILINE)
    return [cell for cell in cells if cell not in ("what is done", "---")]


def test_the_page_tells_what_is_done_here() -> None:
    """Line by line, and nothing else."""
    assert table("What is caught, and by what") == list(CAUGHT)
    assert table("What is not caught") == list(NOT_CAUGHT)


def test_what_is_altered_here_is_as_it_must_be_before() -> None:
    """So that a finding is of what was done to it."""
    assert (found(LOG, held()), found(CASE, held())) == ([], [])
    assert found(chained(row(CASES[0], 1), row(CASES[0], 2))) == []
    assert {sha256(CASE[name]).digest() for name in ATTACHED} == {
        sha256(data).digest() for data in ATTACHED.values()
    }
    assert read_checkpoint(checkpoint_of(ROWS).text) == Checkpoint(
        a_case.KEY.name, 30, root_of(leaves_of(ROWS))
    )


@pytest.mark.parametrize("deed", CAUGHT)
def test_what_the_page_says_is_caught_is_caught(deed: str, tmp_path: Path) -> None:
    """Each way of doing it is a finding."""
    done = list(CAUGHT[deed](tmp_path))
    assert done
    assert all(done), done


@pytest.mark.parametrize("deed", NOT_CAUGHT)
def test_what_the_page_says_is_not_caught_is_not(deed: str, tmp_path: Path) -> None:
    """Nobody is promised more than holds."""
    done = list(NOT_CAUGHT[deed](tmp_path))
    assert done
    assert not any(done), done
