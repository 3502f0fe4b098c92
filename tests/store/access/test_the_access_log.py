"""The access log: a separate store, whose entries are in no case; break-glass and its review."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from rapid_review.domain.beside_events import (
    KINDS_BESIDE_CASES,
    BreakGlassReviewed,
    PermissionsChanged,
    WordsRead,
)
from rapid_review.domain.commands import ApproveCorrection, CorrectRecord, ProposeCorrection
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import (
    AccessLogError,
    CaseNotFoundError,
    InvalidInputError,
    Refused,
    StorageError,
)
from rapid_review.domain.events import AnyEvent, DecisionMade
from rapid_review.store import RapidReviews
from rapid_review.store.authority.by_file import ByPermissions
from rapid_review.store.authority.permissions import PermissionsFile
from rapid_review.store.authority.without_a_file import Everybody
from rapid_review.store.log.streams import PERMISSIONS
from rapid_review.store.sealing.opening import keys_in_memory
from rapid_review.store.store import Store
from tests.domain.a_review import CLOSED, CONVENE, KENT, RECEIVE, at, changed
from tests.golden.entries import ENTRIES
from tests.store.a_record import CASE, TEAM, HandSetClock, a_store_at, reviews_in, send_all
from tests.store.access.an_access_log import (
    CLERK,
    DUTY,
    MEMBER,
    OTHER_MEMBER,
    POLICE,
    TEXT,
    counting_keys,
    permissions,
    read_in,
)


@pytest.mark.parametrize("kind", sorted(KINDS_BESIDE_CASES))
def test_what_is_recorded_beside_cases_is_imported_into_none(kind: str) -> None:
    """As an export is not: neither with a whole history nor into a case that is there."""
    event: AnyEvent = ENTRIES[kind].event
    made = reviews_in(terms=KENT, clock=HandSetClock())
    send_all(made, RECEIVE)
    with pytest.raises(Refused, match=f"{kind} cannot be part"):
        made.import_history(CASE, [event], by=TEAM)
    with pytest.raises(Refused):
        made.import_history("KM-2", [event], by=TEAM)


def test_no_case_has_the_reference_of_the_permissions() -> None:
    """In any store: an access log is one, too."""
    made = read_in()
    with pytest.raises(InvalidInputError, match="reserved for the permissions"):
        send_all(made, RECEIVE, case=PERMISSIONS)


def test_a_store_of_cases_is_no_access_log(tmp_path: Path) -> None:
    """Neither the store itself, nor another one, nor the same file opened again."""
    store = Store.in_memory()
    with pytest.raises(InvalidInputError, match="a separate store"):
        read_in(store, store)
    new, path = tmp_path / "new.db", tmp_path / "record.db"
    with (
        closing(
            read_in(Store.on_sqlite(new, unsealed=True), Store.on_sqlite(new, unsealed=True))
        ) as made,
        pytest.raises(AccessLogError, match="recorded in a separate store"),
    ):
        send_all(made, RECEIVE)
    a_store_at(path)
    with (
        closing(
            read_in(
                Store.on_sqlite(path, unsealed=True),
                Store.on_sqlite(path, unsealed=True),
                Everybody(),
            )
        ) as made,
        pytest.raises(AccessLogError, match="a separate store"),
    ):
        made.read(CASE, by=MEMBER, purpose="complaint")


def test_no_case_is_recorded_in_an_access_log() -> None:
    """Neither one whose words were read nor another; and it is read as a store without cases."""
    access = Store.in_memory()
    made = read_in(access=access)
    send_all(made, *CLOSED)
    made.read(CASE, by=MEMBER, purpose="complaint")
    as_cases = reviews_in(access, terms=KENT, clock=HandSetClock())
    for case in (CASE, "KM-2"):
        with pytest.raises(AccessLogError, match="this store is an access log"):
            send_all(as_cases, RECEIVE, case=case)
        with pytest.raises(AccessLogError, match="this store is an access log"):
            as_cases.import_history(case, [one.event for one in made.history(CASE)], by=TEAM)
    assert as_cases.references() == ()


def test_an_access_log_has_a_tree_and_is_verified_like_any_store(tmp_path: Path) -> None:
    """And holds no case: nothing that goes through cases meets it."""
    access = Store.on_sqlite(tmp_path / "record.access", unsealed=True)
    with closing(read_in(access=access)) as made:
        send_all(made, *CLOSED)
        made.read(CASE, by=MEMBER, purpose="complaint")
        made.read(CASE, by=DUTY, purpose="night duty", emergency="child-at-risk")
        report = access.ledger().verify()
        assert (report.findings, dict(report.checked)["entries"]) == ([], 3)
        assert tuple(access.all_entries()) == ()
        as_cases = reviews_in(access, terms=KENT, clock=HandSetClock())
        assert as_cases.references() == ()


@pytest.mark.parametrize(
    "trigger",
    [
        "BEFORE INSERT ON stored_events {} BEGIN SELECT RAISE(IGNORE); END",
        "AFTER INSERT ON stored_events {} BEGIN DELETE FROM stored_events WHERE rowid > 1; END",
    ],
    ids=["before it is there", "after it was there"],
)
def test_nothing_is_opened_where_the_log_drops_the_reading(tmp_path: Path, trigger: str) -> None:
    """Without an error, by what somebody put into the file; verification names it."""
    path, keys = tmp_path / "record.access", counting_keys()
    access = Store.on_sqlite(path, unsealed=True)
    with closing(read_in(Store.in_memory(keys), access=access)) as made:
        send_all(made, *CLOSED)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("DROP TRIGGER no_delete")
            when = "WHEN NEW.topic = 'WordsRead'"
            connection.execute(f"CREATE TRIGGER evil {trigger.format(when)}")
        asked_before = keys.asked_for
        with pytest.raises(StorageError, match="did not keep what was to be recorded"):
            made.read(CASE, by=MEMBER, purpose="complaint")
        assert (made.readings(), keys.asked_for) == ((), asked_before)
        findings = [one.where for one in access.ledger().verify().findings]
        assert "the unknown trigger 'evil' on 'stored_events'" in findings


def test_a_view_and_an_index_of_somebody_else_are_remarked(tmp_path: Path) -> None:
    """They read the entries and change none: the store is intact. Our own index is not named."""
    path = tmp_path / "record.access"
    with closing(Store.on_sqlite(path, unsealed=True)) as access:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE VIEW all_of_it AS SELECT * FROM stored_events")
            connection.execute("CREATE INDEX by_topic ON stored_events (topic)")
        report = access.ledger().verify()
        assert report.findings == []
        assert [note for note in report.notes if "unknown" in note] == [
            "the unknown index 'by_topic', which reads the store, is not of this program",
            "the unknown view 'all_of_it', which reads the store, is not of this program",
        ]


def test_permissions_are_recorded_once_when_they_are_first_gone_by() -> None:
    """Also by a command; another file, and another edition's day, are recorded again."""
    access, clock = Store.in_memory(), HandSetClock()
    store = Store.in_memory(keys_in_memory())
    made = read_in(store, access, clock=clock)
    send_all(made, RECEIVE, CONVENE)
    later = f'{TEXT}[[editions]]\nin_force_from = 2026-12-01\n[[editions.roles]]\nid = "member"\n'
    assert len(_changes(access)) == 1
    again = ByPermissions(permissions(later + 'words = ["case"]\n'))
    for now in ("2026-11-24 09:00", "2026-12-02 09:00", "2026-12-03 09:00"):
        clock.now = at(now)
        read_in(store, access, again, clock).read(CASE, by=MEMBER, purpose="complaint")
    first = permissions().digest
    assert [(one.digest == first, one.in_force_from) for one in _changes(access)] == [
        (True, date(2020, 1, 1)),
        (False, date(2020, 1, 1)),
        (False, date(2026, 12, 1)),
    ]


def test_a_role_that_lost_the_right_in_a_running_program_reads_no_more(tmp_path: Path) -> None:
    """The log records the change of the file, and then the reading that was refused."""
    file, access = tmp_path / "permissions.toml", Store.in_memory()
    file.write_text(TEXT)
    made = read_in(access=access, authorizer=ByPermissions(PermissionsFile(file)))
    send_all(made, RECEIVE, CONVENE)
    made.read(CASE, by=MEMBER, purpose="complaint")
    file.write_text(TEXT.replace('words = ["case", "person", "statistics"]', "words = []"))
    with pytest.raises(Refused, match="role 'member' may not read words of a case"):
        made.read(CASE, by=MEMBER, purpose="complaint")
    file.write_text("")
    with pytest.raises(Refused, match=r"the permissions file permissions\.toml was changed"):
        made.read(CASE, by=MEMBER, purpose="complaint")
    with pytest.raises(Refused, match=r"the permissions file permissions\.toml was changed"):
        send_all(made, CONVENE)
    assert len(_changes(access)) == len(made.refusals()) == 2
    assert len(made.readings()) == 1


def test_permissions_without_an_access_log_are_refused() -> None:
    """Else nobody could tell by which an entry was allowed."""
    by_file = ByPermissions(permissions())
    made = reviews_in(terms=KENT, clock=HandSetClock(), authorizer=by_file)
    with pytest.raises(
        AccessLogError, match="must be recorded in an access log, which was not given"
    ):
        send_all(made, RECEIVE)


def _changes(access: Store) -> list[PermissionsChanged]:
    entries = access.beside("kent-and-medway", PERMISSIONS)
    return [one.event for one in entries if isinstance(one.event, PermissionsChanged)]


# --- Every command is asked


def test_commands_imports_and_exports_are_refused_to_a_role_that_may_not() -> None:
    """Nothing is recorded of them."""
    made = read_in(Store.in_memory())
    send_all(made, *CLOSED)
    before = made.history(CASE)
    with pytest.raises(Refused, match="role 'clerk' may not record ConveneMeeting"):
        made.handle(CASE, CONVENE, by=CLERK)
    with pytest.raises(Refused, match="role 'duty' may not import history"):
        made.handle(CASE, CONVENE, by=DUTY, as_history=True)
    events = [one.event for one in before]
    with pytest.raises(
        Refused, match="'clerk' may not import history into a case that already exists"
    ):
        made.import_history(CASE, events[1:2], by=CLERK)
    outcomes = made.import_histories([(CASE, events[1:2]), ("KM-2", events)], by=CLERK)
    assert [case for case, _ in outcomes.refused] == [CASE]
    with pytest.raises(Refused, match="role 'duty' may not register a disclosure"):
        made.export_made(ENTRIES["ExportMade"].event, by=DUTY, purpose="look")  # type: ignore[arg-type]
    assert made.history(CASE) == before
    assert made.references() == (CASE, "KM-2")


def by_two(made: RapidReviews, correct: CorrectRecord) -> tuple[Entry, ...]:
    """Propose a correction as one member, and approve it as another, of another agency."""
    (proposed,) = made.handle(CASE, ProposeCorrection.model_validate(dict(correct)), by=MEMBER)
    approve = ApproveCorrection(at=correct.at, proposal=proposed.version)
    other = changed(MEMBER, id="m-2", agency="another")
    return made.handle(CASE, approve, by=other)


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_a_decision_is_corrected_by_a_role_that_may(steps: int) -> None:
    """As recorded, as it was put right before, and as it was put right before that."""
    made = read_in()
    send_all(made, *CLOSED)
    (decided,) = (one for one in made.history(CASE) if isinstance(one.event, DecisionMade))
    version = decided.version
    for number in range(steps):
        to_come = CorrectRecord(at=at("2020-07-20 09:00"), version=version, because=f"no {number}")
        version = by_two(made, to_come)[1].version
    correct = CorrectRecord(at=at("2020-07-21 09:00"), version=version, because="it was so")
    with pytest.raises(Refused) as refused:
        made.handle(CASE, correct, by=CLERK)
    assert "may not record CorrectRecord if it corrects a decision" in str(refused.value)
    assert "propose it with ProposeCorrection." in str(refused.value), "the way on"
    with pytest.raises(Refused, match="one person alone cannot correct it"):
        made.handle(CASE, correct, by=MEMBER)
    assert by_two(made, correct)
    other = changed(correct, version=5)
    assert made.handle(CASE, other, by=CLERK)


def test_in_a_sealed_store_without_permissions_only_what_adds_is_allowed() -> None:
    """Commands and whole histories; an unsealed store is as it always was."""
    events = [one.event for one in send_all(reviews_in(terms=KENT, clock=HandSetClock()), *CLOSED)]
    for keys in (None, keys_in_memory()):
        made = reviews_in(
            Store.in_memory(keys), terms=KENT, clock=HandSetClock(), access=Store.in_memory()
        )
        assert made.import_history(CASE, events, by=TEAM)
        decided = next(n for n, one in enumerate(events, 1) if isinstance(one, DecisionMade))
        correct = CorrectRecord(at=at("2020-07-21 09:00"), version=decided, because="it was so")
        if keys is None:
            assert made.read(CASE, by=TEAM, purpose="look")
            assert made.handle(CASE, correct, by=TEAM)
            continue
        with pytest.raises(
            Refused, match="nobody has been given the right to read words of a case"
        ):
            made.read(CASE, by=TEAM, purpose="look")
        with pytest.raises(Refused, match="nobody has been given the right to import history"):
            made.import_history(CASE, events[3:4], by=TEAM)
        with pytest.raises(Refused, match="nobody has been given the right to correct a decision"):
            made.handle(CASE, correct, by=TEAM)


# --- Break-glass


def test_breaking_the_glass_opens_all_words_and_asks_for_a_review() -> None:
    """Two working days later at the latest: Monday after a Thursday."""
    made = read_in(clock=HandSetClock("2026-11-26 23:00"))
    send_all(made, *CLOSED)
    read = made.read(CASE, 1, by=DUTY, purpose="night duty", emergency="child-at-risk")
    assert read[0].words == {"event.children.0.identity": "a name"}
    (reading,) = made.readings(CASE)
    assert reading.event.emergency == "child-at-risk"
    assert (reading.waits_for_review, reading.review_due) == (True, date(2026, 11, 30))
    with pytest.raises(Refused, match="may not read words in an emergency"):
        made.read(CASE, 1, by=CLERK, purpose="night duty", emergency="child-at-risk")


def test_a_second_person_of_another_agency_reviews_it_once() -> None:
    """Neither the reader, nor their agency, nor a role that may not."""
    made = read_in()
    send_all(made, *CLOSED)
    made.read(CASE, 1, by=MEMBER, purpose="night duty", emergency="child-at-risk")
    for by, told_so in (
        (MEMBER, "somebody of your agency"),
        (changed(POLICE, id=MEMBER.id), "somebody of your agency"),
        (changed(POLICE, id=MEMBER.id.upper()), "somebody of your agency"),
        (OTHER_MEMBER, "somebody of your agency"),
        (DUTY, "may not review a reading in an emergency"),
    ):
        with pytest.raises(Refused, match=told_so):
            made.review_break_glass(CASE, 1, justified=True, by=by, purpose="review")
    made.review_break_glass(CASE, 1, justified=False, by=POLICE, purpose="review")
    (reading,) = made.readings()
    assert (reading.waits_for_review, reading.was_justified) == (False, False)
    assert reading.review is not None
    assert isinstance(reading.review.event, BreakGlassReviewed)
    with pytest.raises(Refused, match="was already reviewed, on"):
        made.review_break_glass(CASE, 1, justified=True, by=POLICE, purpose="review")


def test_only_a_reading_in_an_emergency_is_reviewed() -> None:
    """Those that are, are named."""
    made = read_in()
    send_all(made, *CLOSED)
    made.read(CASE, 1, by=MEMBER, purpose="complaint")
    made.read(CASE, 1, by=MEMBER, purpose="night duty", emergency="child-at-risk")
    for reading in (1, 3):
        with pytest.raises(InvalidInputError, match="emergency readings: 2"):
            made.review_break_glass(CASE, reading, justified=True, by=POLICE, purpose="review")
    with pytest.raises(InvalidInputError, match="emergency readings: none"):
        made.review_break_glass("KM-9", 1, justified=True, by=POLICE, purpose="review")


def test_readings_are_told_by_case_in_the_order_of_recording() -> None:
    """Of all cases, or of one."""
    made = read_in()
    for case in ("KM-1", "KM-2"):
        send_all(made, changed(RECEIVE, reference=case), case=case)
    for case in ("KM-1", "KM-2", "KM-1"):
        made.read(case, by=MEMBER, purpose="complaint")
    assert [one.entry.case for one in made.readings()] == ["KM-1", "KM-2", "KM-1"]
    assert [one.entry.version for one in made.readings("KM-1")] == [1, 2]
    assert made.readings("KM-3") == ()
    with pytest.raises(CaseNotFoundError):
        made.history("KM-3")


def test_the_host_s_reference_to_a_login_is_kept_with_each_entry() -> None:
    """Who did what is as good as that login; where none was given nothing is written."""
    made = read_in(Store.in_memory())
    known = changed(MEMBER, auth_ref="login-4711")
    send_all(made, *CLOSED)
    made.read(CASE, by=known, purpose="complaint")
    (reading,) = made.readings()
    assert reading.entry.by.auth_ref == "login-4711"
    assert isinstance(reading.event, WordsRead)
    assert "auth_ref" not in made.history(CASE)[0].model_dump_json()
