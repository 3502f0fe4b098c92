"""Nothing is destroyed, opened or let through on the word of a row that this record did not seal.

Somebody may write to the database, and has no key. An erasure that is recorded as finished has
closed the words, whatever somebody who has the key store takes out of it and puts back.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from typing import Any, Final

import pytest

from rapid_review.audit.verify import read_envelope
from rapid_review.domain import commands as ask
from rapid_review.domain.erasure_events import (
    ErasureApproved,
    ErasureProposed,
    HoldLifted,
    HoldLiftingProposed,
    KeyDestroyed,
)
from rapid_review.domain.erasure_particulars import DestroyedKey
from rapid_review.domain.errors import KeysError, RecordError, Refused
from rapid_review.domain.events import AnyEvent, CorrectionProposed, ExpertInvited
from rapid_review.domain.sealed_words import ERASED
from rapid_review.domain.vocabulary import Actor
from rapid_review.store import RapidReviews
from rapid_review.store.log.body import stream_name
from rapid_review.store.log.codec import Codec
from rapid_review.store.sealing import fence
from rapid_review.store.sealing.census import are_of_another, have_sealed
from rapid_review.store.sealing.key_table import KeyRow
from rapid_review.store.sealing.sealer import Sealer
from rapid_review.store.store import Store
from tests.domain.a_review import ACT, CONVENE, HOLD, INVITE, KENT, LATER, RECEIVE, changed
from tests.golden.sealed import sealed_by
from tests.store.a_ledger import Alter, Row, found
from tests.store.a_record import CASE, TEAM, kent_in, send_all
from tests.store.access.an_access_log import EXPERT, MEMBER, read_in
from tests.store.sealing.a_sealed_place import SealedPlace, foretold_keys
from tests.store.writing.test_erasing import (
    APPROVE,
    OF_AN_ENTRY,
    OF_THE_CASE,
    OF_THE_CHILD,
    ORDERS,
    OTHER,
    approved,
    held,
    words_of,
)

NOW: Final = "2026-11-27T09:00:00+00:00"
ANOTHER_CASE: Final = "KM-9"
ACTED: Final = 6
"""The entry of the case whose words an expert reads."""
AT: Final = OF_THE_CASE.at
PROPOSED: Final = ErasureProposed(
    at=AT, order="E-1", what=OF_THE_CASE.what, ground=OF_THE_CASE.ground
)
APPROVED: Final = ErasureApproved(at=AT, order="E-1")
NAMES_AUDIT: Final = "`rapid-review audit verify --keys` shows every such entry"


def forged(*events: tuple[AnyEvent, Actor]) -> Alter:
    """Return what puts events behind a case, in the right form, under keys of one's own."""

    def alter(rows: list[Row]) -> Sequence[Row]:
        new = list(rows)
        for event, by in events:
            last = new[-1]
            entry = Codec(is_sealed=True).entry(last.topic, last.state)
            given = {
                "version": last.version + 1,
                "event": event,
                "by": by,
                "purpose": None,
                "command_id": f"forged-{last.version + 1}",
            }
            body = sealed_by(Sealer(foretold_keys("another's")), entry.model_copy(update=given))
            place = (last.position + 1, last.stream, last.version + 1)
            new.append(Row(*place, event.kind, body))
        return new

    return alter


def with_another_seal(version: int) -> Alter:
    """Return what alters the seal of one entry of the first case, and nothing else."""
    return partial(_changed, version, lambda state: state[:-1] + bytes((state[-1] ^ 1,)))


def without_words(version: int) -> Alter:
    """Return what takes the sealed words out of one entry, in the right form."""

    def taken_out(state: bytes) -> bytes:
        envelope = read_envelope(state)
        return envelope.public + b"\n\x01\x00" + bytes((envelope.epoch,)) + envelope.mac

    return partial(_changed, version, taken_out)


def _changed(version: int, change: Callable[[bytes], bytes], rows: list[Row]) -> Sequence[Row]:
    at = rows[version - 1]
    return [*rows[: version - 1], at._replace(state=change(at.state)), *rows[version:]]


def key_rows(store: Store) -> list[KeyRow]:
    """Return the table of keys."""
    assert store.keys is not None
    return list(store.keys.all())


def taken_out(store: Store, scope: str) -> KeyRow:
    """Take the key of a scope out of the key store, as in a copy from before it was made."""
    assert store.keys is not None
    (row,) = (one for one in key_rows(store) if one.scope == scope)
    gone = ("DELETE FROM {at}sealed_keys WHERE key_id = ?", (row.key_id,))
    store.keys.table.write(lambda writer: writer.execute(*gone))
    store.keys.evict()
    return row


def put_back(store: Store, row: KeyRow) -> None:
    """Put a key back."""
    assert store.keys is not None
    add = "INSERT INTO {at}sealed_keys VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    store.keys.table.write(lambda writer: writer.execute(add, row))
    store.keys.evict()


# --- An erasure is finished only if it closed the words


@pytest.mark.parametrize(
    ("order", "scope"),
    [(OF_THE_CHILD, "p:C-1"), (OF_THE_CASE, "p:C-1"), (OF_THE_CASE, "c"), (OF_AN_ENTRY, "c")],
)
def test_an_order_is_not_finished_without_a_key_that_its_words_name(
    kept: Store, order: ask.ProposeErasure, scope: str
) -> None:
    """The key may be in a newer copy, and open them there; once it is back, the order is done."""
    reviews = approved(kept, order)
    row = taken_out(kept, scope)
    before = key_rows(kept)
    with pytest.raises(KeysError, match=r"entry \d+ of this case names a key .* older than the"):
        reviews.erase(CASE, "E-1", by=TEAM)
    assert reviews.erasure_plan(CASE, "E-1").state == "approved"
    assert key_rows(kept) == before
    put_back(kept, row)
    reviews.erase(CASE, "E-1", by=TEAM)
    goes = {(one.version, f"event.{one.field}") for one in reviews.erasure_plan(CASE, "E-1").goes}
    assert {where for where, one in words_of(kept).items() if one is ERASED} == goes


@pytest.mark.parametrize("first", [OF_THE_CHILD, OF_AN_ENTRY])
def test_a_key_that_an_earlier_order_destroyed_stops_no_later_one(
    kept: Store, first: ask.ProposeErasure
) -> None:
    """An older key store may lack it, and the record says that it is destroyed."""
    reviews = approved(kept, first)
    reviews.erase(CASE, "E-1", by=TEAM)
    if first is OF_THE_CHILD:
        taken_out(kept, "p:C-1")
    send_all(reviews, changed(OF_THE_CASE, order="E-2"))
    reviews.handle(CASE, changed(APPROVE, order="E-2"), by=OTHER)
    done = reviews.erase(CASE, "E-2", by=TEAM).event
    assert isinstance(done, KeyDestroyed)
    assert done.destroyed


def test_an_order_is_not_finished_while_somebody_has_taken_words_out(sealed: SealedPlace) -> None:
    """The row could come back with them, after the order was recorded as finished."""
    sealed.record(partial(_told, commands=(RECEIVE, CONVENE)))
    sealed.record(lambda reviews: approve(reviews, changed(OF_AN_ENTRY, of_entry=1)))
    sealed.intruder.alter(without_words(1))
    with closing(sealed.opened(sealed.keys())) as store:
        reviews = kent_in(store)
        with pytest.raises(RecordError, match=f"entry 1 of case '{CASE}' .*{NAMES_AUDIT}"):
            reviews.erase(CASE, "E-1", by=TEAM)
        assert reviews.erasure_plan(CASE, "E-1").state == "approved"


def test_of_an_entry_whose_words_somebody_took_out_the_audit_does_not_say_that_they_are_gone(
    sealed: SealedPlace,
) -> None:
    """They may be kept elsewhere, with the key that opens them."""
    sealed.record(partial(_told, commands=(RECEIVE, CONVENE)))
    sealed.record(lambda reviews: approve(reviews, changed(OF_AN_ENTRY, of_entry=1)))
    sealed.record(lambda reviews: reviews.erase(CASE, "E-1", by=TEAM))
    sealed.intruder.alter(without_words(1))
    report = sealed.verified(with_keys=True)
    why = f"entry 1 of case '{CASE}' lacks a section of words that it names"
    assert [why in one for one in report.unchecked].count(True) == 1


def _told(reviews: RapidReviews, *, commands: Sequence[ask.Command]) -> None:
    send_all(reviews, *commands)


def approve(reviews: RapidReviews, order: ask.ProposeErasure) -> None:
    """Propose an order, and approve it."""
    send_all(reviews, order)
    reviews.handle(CASE, changed(APPROVE, order=order.order), by=OTHER)


def finished_in_name(store: Store) -> RapidReviews:
    """Return a case with an order that is recorded as finished, and destroyed nothing."""
    reviews = approved(store, OF_THE_CHILD)
    last = reviews.history(CASE)[-1]
    event = KeyDestroyed(at=last.event.at, order="E-1", destroyed=())
    entry = {"version": last.version + 1, "event": event, "command_id": "erasure-1"}
    store.append([last.model_copy(update=entry)])
    return reviews


def test_the_audit_names_a_finished_order_whose_words_still_open(kept: Store) -> None:
    """By order, case and entry; finished again, it destroys them, and nothing is wrong."""
    reviews = finished_in_name(kept)
    (line,) = found(kept.ledger().verify(keys=kept.keys))
    assert line.startswith(f"order 'E-1', case '{CASE}', entry 1: the record says that the order")
    assert "`rapid-review erase finish`" in line
    entries = reviews.history(CASE)
    assert reviews.erase(CASE, "E-1", by=TEAM) == entries[-1]
    assert reviews.history(CASE) == entries
    report = kept.ledger().verify(keys=kept.keys)
    assert report.findings == []
    assert report.checked["finished orders, whose words no key should open"] == 1


def test_a_hold_keeps_what_a_finished_order_left(kept: Store) -> None:
    """What still exists is held, whatever the record says of the order."""
    reviews = finished_in_name(kept)
    reviews.handle(CASE, HOLD, by=TEAM)
    before = key_rows(kept)
    with pytest.raises(Refused, match="a hold protects it: H-1"):
        reviews.erase(CASE, "E-1", by=TEAM)
    assert key_rows(kept) == before


@ORDERS
def test_of_an_order_that_closed_its_words_the_audit_names_nothing(
    kept: Store, order: ask.ProposeErasure
) -> None:
    """It only counts it."""
    reviews = approved(kept, order)
    reviews.erase(CASE, "E-1", by=TEAM)
    report = kept.ledger().verify(keys=kept.keys)
    assert report.findings == []
    assert report.checked["finished orders, whose words no key should open"] == 1


# --- No key is destroyed on the word of a forger


@pytest.mark.parametrize("is_open", [False, True], ids=["before it is opened", "meanwhile"])
def test_an_order_that_somebody_forged_destroys_nothing(
    sealed: SealedPlace, *, is_open: bool
) -> None:
    """Whether its rows come before the process reads the case, or while it runs."""
    sealed.record(held_in)
    forge = partial(sealed.intruder.alter, forged((PROPOSED, TEAM), (APPROVED, OTHER)))
    if not is_open:
        forge()
    with closing(sealed.opened(sealed.keys())) as store:
        reviews = kent_in(store)
        if is_open:
            assert words_of(store)
            send_all(reviews, changed(CONVENE, meeting=2))
            forge()
        before = key_rows(store)
        with pytest.raises(RecordError, match=NAMES_AUDIT):
            reviews.erase(CASE, "E-1", by=OTHER)
        assert key_rows(store) == before


@pytest.mark.parametrize(
    ("proposed", "command"),
    [
        (PROPOSED, changed(APPROVE, at=LATER)),
        (HoldLiftingProposed(at=AT, hold="H-1"), ask.LiftHold(at=LATER, hold="H-1")),
        (
            CorrectionProposed(at=AT, version=5, because="w"),
            ask.ApproveCorrection(at=LATER, proposal=8),
        ),
    ],
    ids=["to erase", "to lift a hold", "to correct"],
)
def test_a_proposal_that_somebody_forged_is_carried_out_by_nobody(
    sealed: SealedPlace, proposed: AnyEvent, command: ask.Command
) -> None:
    """It takes two people, and the second one alone is honest."""
    is_about_a_hold = isinstance(command, ask.LiftHold)
    sealed.record(lambda reviews: send_all(held_in(reviews), HOLD if is_about_a_hold else INVITE))
    sealed.intruder.alter(forged((proposed, TEAM)))
    with closing(sealed.opened(sealed.keys())) as store:
        reviews = kent_in(store)
        before = reviews.history(CASE)
        with pytest.raises(RecordError, match=f"entry 8 of case '{CASE}' was not written"):
            reviews.handle(CASE, command, by=OTHER)
        assert reviews.history(CASE) == before


def test_a_hold_is_not_lifted_by_somebody_who_forges_it(sealed: SealedPlace) -> None:
    """The order is real, and its words stay."""
    sealed.record(approve_and_hold)
    sealed.intruder.alter(
        forged(
            (HoldLiftingProposed(at=AT, hold="H-1"), TEAM),
            (HoldLifted(at=AT, hold="H-1"), OTHER),
        )
    )
    with closing(sealed.opened(sealed.keys())) as store:
        before = key_rows(store)
        with pytest.raises(RecordError, match=NAMES_AUDIT):
            kent_in(store).erase(CASE, "E-1", by=TEAM)
        assert key_rows(store) == before


def approve_and_hold(reviews: RapidReviews) -> None:
    """Record a case, approve an order to erase it, and place a hold."""
    send_all(reviews, RECEIVE, CONVENE)
    approve(reviews, OF_THE_CASE)
    send_all(reviews, HOLD)


def test_a_hold_that_somebody_altered_is_still_one(sealed: SealedPlace) -> None:
    """What it was cannot be known, so nothing is erased."""
    sealed.record(approve_and_hold)
    with closing(sealed.opened(None)) as store:
        version = len(kent_in(store).history(CASE))
    sealed.intruder.alter(with_another_seal(version))
    with closing(sealed.opened(sealed.keys())) as store:
        before = key_rows(store)
        with pytest.raises(RecordError, match=f"entry {version} of case"):
            kent_in(store).erase(CASE, "E-1", by=TEAM)
        assert key_rows(store) == before


def destroyed(sealed: SealedPlace) -> KeyDestroyed:
    """Return an event that says that the only key of the case, which lives, is destroyed."""
    with closing(sealed.keys()) as keys:
        (row,) = keys.rows_of(stream_name(KENT.partnership, CASE))
    key = DestroyedKey(key=row.key_id, fingerprint=f"sha256:{'0' * 64}")
    return KeyDestroyed(at=AT, order="E-1", destroyed=(key,))


def two_cases(reviews: RapidReviews) -> None:
    """Record words in two cases."""
    for case in (ANOTHER_CASE, CASE):
        reviews.handle(case, RECEIVE, by=TEAM)


@pytest.mark.parametrize("approvals", [(), (APPROVED,)], ids=["alone", "with its approval"])
def test_a_forged_word_that_keys_are_destroyed_destroys_none(
    sealed: SealedPlace, approvals: Sequence[AnyEvent]
) -> None:
    """Of that case nothing opens until somebody has looked; of every other case, all."""
    sealed.record(two_cases)
    events = (*approvals, destroyed(sealed))
    sealed.intruder.alter(forged(*((event, TEAM) for event in events)))
    with closing(sealed.opened(sealed.keys())) as store:
        assert store.keys is not None
        before = key_rows(store)
        result = fence.mend(store.keys, store.opened.rows, at=NOW)
        assert key_rows(store) == before
        assert (result.alive, result.missing, result.of_another) == ((), (), False)
        assert {(one.case, one.is_sealed) for one in result.untrusted} == {(CASE, False)}
        assert not result.stands
        assert words_of_case(store, ANOTHER_CASE)
        version = result.untrusted[0].version
        with pytest.raises(RecordError, match=f"entry {version} of case '{CASE}'.*audit"):
            words_of_case(store, CASE)


@pytest.mark.parametrize(
    "forged_ones", [(), (1,), (2,), (4,), (1, 2), (1, 4), (2, 4), (1, 2, 3, 4)]
)
def test_keys_are_another_records_if_they_sealed_neither_its_first_entry_nor_its_newest(
    sealed: SealedPlace, forged_ones: tuple[int, ...]
) -> None:
    """The newest alone may be forged, and the first alone altered."""
    sealed.record(lambda reviews: reviews.handle(CASE, RECEIVE, by=TEAM))
    for version in forged_ones:
        sealed.intruder.alter(with_another_seal(version))
    with closing(sealed.opened(None)) as store, closing(sealed.keys()) as keys:
        rows = store.opened.rows
        assert rows.last_position() == 4
        assert are_of_another(keys, rows) is ({1, 4} <= set(forged_ones))
        assert have_sealed(keys, rows) is (4 not in forged_ones)


@pytest.mark.parametrize(
    ("elsewhere", "is_named"),
    [
        ({}, True),
        ({"stream": "f" * 32}, False),
        ({"version": 99}, False),
        ({"topic": "KeyDestroyed"}, False),
        ({"state": b"no entry"}, False),
    ],
    ids=["in its place", "in another case", "as another version", "as another kind", "no entry"],
)
def test_a_forged_row_is_named_by_its_case_only_if_it_says_truly_where_it_is(
    sealed: SealedPlace, elsewhere: dict[str, Any], *, is_named: bool
) -> None:
    """Else by its stream: nobody is sent to a case in which nothing is wrong."""
    sealed.record(two_cases)
    forge = forged((APPROVED, TEAM))
    sealed.intruder.alter(lambda rows: [*rows, forge(rows)[-1]._replace(**elsewhere)])
    with closing(sealed.opened(sealed.keys())) as store:
        assert store.keys is not None
        (one,) = fence.fence(store.keys, store.opened.rows).untrusted
        row = Row(*store.opened.rows.after(0, 100)[-1])
    named = CASE if is_named else row.stream
    assert one == fence.Untrusted(row.stream, row.version, named, is_sealed=False)
    assert str(one) == f"entry {row.version} of case {named!r}"


def test_a_body_without_the_form_of_a_sealed_one_names_no_case(sealed: SealedPlace) -> None:
    """Though it says the same as a sealed one: every body of this record is sealed."""
    sealed.record(two_cases)

    def unsealed(rows: list[Row]) -> Sequence[Row]:
        forge = forged((APPROVED, TEAM))(rows)[-1]
        entry = Codec(is_sealed=True).entry(forge.topic, forge.state)
        return [*rows, forge._replace(state=Codec().encode(entry))]

    sealed.intruder.alter(unsealed)
    with closing(sealed.opened(sealed.keys())) as store:
        assert store.keys is not None
        (one,) = fence.fence(store.keys, store.opened.rows).untrusted
    assert one.case == one.stream


def test_what_nobody_approved_is_not_destroyed_again(kept: Store) -> None:
    """Though the record sealed the entry; the audit names it."""
    reviews = held(kept)
    assert kept.keys is not None
    last = reviews.history(CASE)[-1]
    (row,) = (one for one in key_rows(kept) if one.scope == "p:C-1")
    key = DestroyedKey(key=row.key_id, fingerprint=f"sha256:{'0' * 64}")
    event = KeyDestroyed(at=last.event.at, order="E-1", destroyed=(key,))
    entry = {"version": last.version + 1, "event": event, "purpose": None, "command_id": "e"}
    kept.append([last.model_copy(update=entry)])
    before = key_rows(kept)
    (untrusted,) = fence.mend(kept.keys, kept.opened.rows, at=NOW).untrusted
    assert (untrusted.is_sealed, str(untrusted)) == (
        True,
        f"entry {last.version + 1} of case '{CASE}'",
    )
    assert key_rows(kept) == before
    (line,) = found(kept.ledger().verify(keys=kept.keys))
    assert line.startswith(f"entry {last.version + 1} of case '{CASE}': says that keys are")


def test_what_was_destroyed_is_destroyed_again_beside_a_forged_row(sealed: SealedPlace) -> None:
    """Somebody who forges a row of one case keeps no key of another alive."""
    with closing(sealed.opened(sealed.keys())) as store:
        reviews = approved(store, OF_THE_CHILD)
        was = next(one for one in key_rows(store) if one.scope == "p:C-1")
        reviews.erase(CASE, "E-1", by=TEAM)
        taken_out(store, "p:C-1")
        put_back(store, was)
        reviews.handle(ANOTHER_CASE, RECEIVE, by=TEAM)
    sealed.intruder.alter(forged((APPROVED, TEAM)))
    with closing(sealed.opened(sealed.keys())) as store:
        assert store.keys is not None
        result = fence.mend(store.keys, store.opened.rows, at=NOW)
        assert [one.key for one in result.alive] == [was.key_id]
        assert [one.case for one in result.untrusted] == [ANOTHER_CASE]
        assert fence.fence(store.keys, store.opened.rows).alive == ()
        assert ERASED in words_of_case(store, CASE)
        with pytest.raises(RecordError, match=f"case '{ANOTHER_CASE}' is about an erasure"):
            words_of_case(store, ANOTHER_CASE)


def words_of_case(store: Store, case: str) -> list[object]:
    """Return the words of a case, as a member may read them."""
    with closing(Store.in_memory()) as access:
        read = read_in(store, access).read(case, by=MEMBER, purpose="p")
        return [words for one in read for words in one.words.values()]


def test_an_approval_that_somebody_altered_opens_no_word_of_its_case(sealed: SealedPlace) -> None:
    """The record is not older than the key store: it was altered, and says so."""
    sealed.record(lambda reviews: approve(held_in(reviews), OF_THE_CHILD))
    sealed.record(lambda reviews: reviews.erase(CASE, "E-1", by=TEAM))
    with closing(sealed.opened(None)) as store:
        version = len(kent_in(store).history(CASE)) - 1
    sealed.intruder.alter(with_another_seal(version))
    with (
        closing(sealed.opened(sealed.keys())) as store,
        pytest.raises(RecordError, match=f"entry {version} of case '{CASE}'"),
    ):
        words_of_case(store, CASE)


def held_in(reviews: RapidReviews) -> RapidReviews:
    """Return the reviews with a case in which there are words."""
    send_all(reviews, RECEIVE, CONVENE, ACT)
    return reviews


# --- Nobody is let in on the word of a forger


def test_an_expert_whom_a_forger_invited_reads_nothing(sealed: SealedPlace) -> None:
    """The entry has the right form, and not our seal."""
    sealed.record(held_in)
    sealed.intruder.alter(forged((ExpertInvited.model_validate(dict(INVITE)), TEAM)))
    with (
        closing(sealed.opened(sealed.keys())) as store,
        pytest.raises(RecordError, match=NAMES_AUDIT),
    ):
        read_as_expert(store)


def test_an_expert_whose_retraction_somebody_altered_reads_nothing(sealed: SealedPlace) -> None:
    """What the entry was cannot be known."""

    def retracted(reviews: RapidReviews) -> None:
        (invited,) = send_all(held_in(reviews), INVITE)
        wrong = "it was another person"
        send_all(reviews, ask.CorrectRecord(at=LATER, version=invited.version, because=wrong))

    sealed.record(retracted)
    with closing(sealed.opened(sealed.keys())) as store:
        version = len(kent_in(store).history(CASE))
        with pytest.raises(Refused, match="nobody invited them"):
            read_as_expert(store)
    sealed.intruder.alter(
        lambda rows: forged((HoldLiftingProposed(at=AT, hold="H-9"), TEAM))(rows[:-1])
    )
    with (
        closing(sealed.opened(sealed.keys())) as store,
        pytest.raises(RecordError, match=f"entry {version} of case"),
    ):
        read_as_expert(store)


def read_as_expert(store: Store) -> list[object]:
    """Return what the expert reads of the case."""
    with closing(Store.in_memory()) as access:
        read = read_in(store, access).read(CASE, ACTED, by=EXPERT, purpose="p")
        return list(read[0].words.values())


def test_an_expert_who_was_invited_reads_whatever_became_of_earlier_entries(
    sealed: SealedPlace,
) -> None:
    """Only what invites, and what came after it, decides who is let in."""
    sealed.record(lambda reviews: send_all(held_in(reviews), INVITE))
    for _ in range(2):
        with closing(sealed.opened(sealed.keys())) as store:
            assert read_as_expert(store) == [ACT.words]
        sealed.intruder.alter(with_another_seal(1))
