"""What is not caught, as `docs/explanation/proof.md` says: each line of its table is done here."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from rapid_review.audit.log.bundle import log_files
from rapid_review.audit.log.note import SigningKey, signed
from rapid_review.audit.verify import Trust, read_policy
from rapid_review.store import RapidReviews
from rapid_review.store.ledger.checkpoints import TrustedCheckpoint
from rapid_review.store.sql import ledger as ledger_tables
from rapid_review.store.sql.read_model import LAYOUT
from rapid_review.store.store import Store
from tests.audit.a_log import (
    CASES,
    NAMED,
    POLICY,
    TRUST,
    case_of,
    checkpoint_of,
    log_of,
    row,
    verified,
    witnessed,
)
from tests.audit.verify.a_deed import (
    OTHERWISE,
    ROWS,
    Deed,
    Found,
    found,
    held,
)
from tests.domain.a_review import KENT, RECEIVE, at
from tests.reports import a_case
from tests.store.a_ledger import IntruderInFile, Place, three_cases
from tests.store.a_record import TEAM


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
    """A machine's clock stood in another century."""
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
    assert "what was lost before this log: the bundle has no epoch statement" in report.unchecked
    yield [f"{one.where}: {one.what}" for one in report.findings]


def earlier_than_other_cases(folder: Path) -> Iterator[Found]:
    """By a worker whose clock stood a year behind."""
    place = kept_store(folder)
    with closing(place.opened()) as store:
        behind = RapidReviews(store, terms=KENT, clock=lambda: at("2019-01-07 09:00"))
        behind.handle("KM-2020-004", RECEIVE, by=TEAM)
    yield in_store(place, *place.kept())


def calendar_added(folder: Path) -> Iterator[Found]:
    """Without a key; the report lists it among what it did not check."""
    place = kept_store(folder)
    place.intruder.ask(
        "INSERT INTO own_calendars VALUES ('england-and-wales', '2999-01-01', '{}')"
    )
    yield in_store(place, *place.kept())


def read_model_edited(folder: Path) -> Iterator[Found]:
    """It is said that it is no evidence, and was not looked at."""
    place = kept_store(folder)
    place.record(lambda reviews: reviews.read_model().catch_up())
    table = f"read_model_{LAYOUT}_deadlines"
    place.intruder.ask(f"UPDATE {table} SET due = '2020-12-24'")  # noqa: S608 - our own table
    yield in_store(place, *place.kept())


NOT_CAUGHT: Final[Mapping[str, Deed]] = {
    "removes events after the last checkpoint that anybody else holds": last_removed,
    (
        "rewrites the log with its own key, and the auditor has only what the forger gives"
    ): rewritten_unseen,
    ("can write to the database, adds a new, well-formed event, and has it signed"): added,
    "has the right to record, and records something untrue, or nothing": untrue,
    "has the key, and acts together with a quorum of witnesses": conspiracy,
    (
        "deletes a checkpoint in the store, or the ledger's tables, and nobody present has a copy"
    ): nobody_has_a_copy,
    "removes a guard on the entries and puts it back": guard_put_back,
    "deletes the statement that began a log after a restore": epoch_deleted,
    (
        "inserts an entry timed within its own case, but before entries of other cases"
    ): earlier_than_other_cases,
    "can write to the database, and adds a calendar to it": calendar_added,
    "edits the read model": read_model_edited,
    "sets the clock of the recording machine wrong": wrong_time,
}
