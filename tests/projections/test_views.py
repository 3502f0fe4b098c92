"""What each role is shown: every field of every kind of event, by role; and pseudonyms of one."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from rapid_review.domain.entry import Entry
from rapid_review.domain.events import RecordCorrected
from rapid_review.domain.fields import FieldClass
from rapid_review.domain.sealed_words import ERASED, WITHHELD, SealedWords
from rapid_review.exports.pseudonyms import Pseudonyms
from rapid_review.projections.as_of import effective_entries
from rapid_review.projections.views import (
    AUDITOR,
    MEMBER,
    OF_THE_RECORD,
    PANEL,
    PUBLIC,
    VIEWS,
    Seen,
    View,
    as_it_is,
    seen,
    view_of_reader,
    with_words,
)
from rapid_review.testing.strategies import History, histories
from tests.domain.a_review import CLOSED, DIFFER
from tests.golden.entries import ENTRIES
from tests.projections.a_record import entries_of
from tests.projections.canaries import CANARY, CODED, with_canaries

SHOWN = {
    "member": "plain reference digest case person",
    "expert": "plain reference digest case",
    "panel": "plain reference digest case",
    "auditor": "plain reference digest",
    "public": "plain reference",
    "subject": "plain reference digest case person statistics",
}
"""Of each role, the classes of fields that it is shown: the table, said a second time."""
NAMES = Pseudonyms(bytes(range(32)))
OTHERS = Pseudonyms(bytes(32))


def when(day: date | datetime) -> object:
    """Return a day or a time as it is."""
    return day


def shown(entries: tuple[Entry, ...], view: View, names: Pseudonyms = NAMES) -> list[Seen]:
    """Return what a view shows of entries."""
    return list(seen(entries, view, name=names, when=when))


_OF_EVENT = ("kind", "at")
LOOKED_FOR = {"prior_themes", "related_reviews"}
"""What is told even if it holds nothing."""


def leaves(said: BaseModel, path: str = "") -> Iterator[tuple[str, object]]:
    """Yield every field of a statement that holds something, with its path."""
    for name, value in dict(said).items():
        if isinstance(value, BaseModel):
            yield from leaves(value, f"{path}{name}.")
        elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
            for at, one in enumerate(value):
                yield from leaves(one, f"{path}{name}.{at}.")
        # That nobody looked is told, too (I-20).
        elif name in LOOKED_FOR or (value not in (None, ()) and (path or name not in _OF_EVENT)):
            yield f"{path}{name}", value


def everything(kind: str) -> Entry:
    """Return an entry of a kind, with words in every sealed field, as if all were opened."""
    entry = ENTRIES[kind]
    return entry.model_copy(update={"event": with_canaries(entry.event)})


@pytest.mark.parametrize("kind", ENTRIES)
def test_the_form_of_what_is_shown_holds_no_words(kind: str) -> None:
    """A program that logs what it has in hand must not log them."""
    found = shown((everything(kind),), VIEWS["subject"])
    assert repr(found) == f"[Seen({kind!r}, entry {ENTRIES[kind].version})]"
    assert CANARY not in repr(found[0].fields)


@pytest.mark.parametrize(("role", "kind"), list(product(SHOWN, ENTRIES)))
def test_a_role_is_shown_the_fields_of_its_classes_and_no_other(role: str, kind: str) -> None:
    """Each field of each kind of event is there, or is not, as the table says."""
    view, entry = VIEWS[role], everything(kind)
    found = shown((entry,), view)
    if kind in OF_THE_RECORD and role in ("panel", "public"):
        assert found == []
        return
    (one,) = found
    auditor = {field.path: field for field in shown((entry,), VIEWS["subject"])[0].fields}
    assert set(auditor) == {path for path, _ in leaves(entry.event)}, "no field has no class"
    expected = {path for path, field in auditor.items() if field.of.value in SHOWN[role].split()}
    assert {field.path for field in one.fields} == expected
    texts = {str(field.value) for field in one.fields}
    assert (CANARY in texts) is any(auditor[path].of in ("case", "person") for path in expected)
    assert (CODED in texts) is any(auditor[path].of == "statistics" for path in expected)


@pytest.mark.parametrize("kind", ENTRIES)
def test_the_public_is_shown_no_reference_as_it_is_recorded(kind: str) -> None:
    """Nor any digest, nor who recorded it, nor when."""
    entry = everything(kind)
    for one in shown((entry,), PUBLIC):
        assert (one.by, one.recorded_at, one.purpose) == (None, None, None)
        recorded = dict(leaves(entry.event))
        for field in one.fields:
            if field.of is FieldClass.REFERENCE:
                assert field.value != recorded[field.path]


def test_there_is_a_view_of_every_role_and_none_beside() -> None:
    """A role without one of its own reads as a member does; nobody reads as a subject."""
    assert set(SHOWN) == set(VIEWS)
    assert view_of_reader("expert") is VIEWS["expert"]
    for role in ("auditor", "public"):
        assert view_of_reader(role) is VIEWS[role]
    for role in ("member", "business-support", "subject"):
        assert view_of_reader(role) is MEMBER


def test_what_was_not_opened_is_withheld_and_what_is_erased_is_erased() -> None:
    """Where nothing was opened, all is withheld, also words that are in the clear."""
    entry = ENTRIES["DecisionMade"]
    opened = with_words(entry, {"event.rationale": "why", "event.style": ERASED})
    by_path = {one.path: one.value for one in shown((opened,), MEMBER)[0].fields}
    assert by_path["rationale"] == "why"
    assert by_path["style"] is ERASED
    assert by_path["dissent.0.words"] is WITHHELD
    assert shown((opened,), MEMBER)[0].purpose is WITHHELD
    assert shown((with_words(entry),), MEMBER)[0].why[0].value is WITHHELD
    assert shown((with_words(entry),), AUDITOR)[0].words == ()


def test_words_go_where_a_correction_puts_them() -> None:
    """What a correction put in place is reported with the correction's own words."""
    entries = entries_of(*CLOSED)
    decided = next(one for one in entries if one.event.kind == "DecisionMade")
    corrects = RecordCorrected(
        at=DIFFER.at, version=decided.version, because="a slip", replacement=decided.event
    )
    entries = entries_of(corrects, before=entries)
    told = tuple(
        with_words(one, {"event.replacement.rationale": "put right", "event.rationale": "wrong"})
        for one in entries
    )
    (one,) = (one for one in shown(effective_entries(told), PANEL) if one.kind == "DecisionMade")
    assert {field.path: field.value for field in one.fields}["rationale"] == "put right"


def test_nothing_that_is_shown_is_a_token() -> None:
    """A sealed text that nobody opened is withheld; its token is no reader's."""
    entry = ENTRIES["DecisionMade"]
    sealed = entry.event.model_copy(update={"rationale": SealedWords("t", 0)})
    entry = with_words(entry.model_copy(update={"event": sealed}))
    for view in VIEWS.values():
        for one in shown((entry,), view):
            assert not any(isinstance(field.value, SealedWords) for field in one.fields)


def pseudonyms(entries: tuple[Entry, ...], names: Pseudonyms) -> dict[tuple[str, object], object]:
    """Return by its place in the history, the pseudonym that stands for each reference."""
    return {
        (f"{one.version}.{field.path}", number): name
        for one in shown(entries, PUBLIC, names)
        for field in one.fields
        if field.of is FieldClass.REFERENCE
        for number, name in enumerate(
            field.value if isinstance(field.value, tuple) else (field.value,)
        )
    }


def references(entries: tuple[Entry, ...]) -> dict[tuple[str, object], object]:
    """Return by their places the references as they are recorded, each with its kind."""
    names = list(seen(entries, PUBLIC, name=_kinds, when=when))
    return {
        (f"{one.version}.{field.path}", number): name
        for one in names
        for field in one.fields
        if field.of is FieldClass.REFERENCE
        for number, name in enumerate(
            field.value if isinstance(field.value, tuple) else (field.value,)
        )
    }


def _kinds(kind: str, reference: str, within: str) -> str:
    return f"{kind} {reference} in {within}"


@given(histories(), st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_pseudonyms_hold_in_one_document_and_join_no_two(
    history: History, key: bytes, other: bytes
) -> None:
    """The same history twice shares none; within one, the same person has the same, alone."""
    entries = entries_of(*history.events)
    first, recorded = pseudonyms(entries, Pseudonyms(key)), references(entries)
    assert first.keys() == recorded.keys()
    pairs = {(recorded[place], first[place]) for place in first}
    assert len(pairs) == len(set(recorded.values())) == len(set(first.values()))
    if key != other:
        assert set(first.values()).isdisjoint(pseudonyms(entries, Pseudonyms(other)).values())


def test_a_member_of_the_group_is_one_person_in_all_of_a_draft() -> None:
    """Told of the notification, at the meeting, and as a reviewer; a child as the index child."""
    entries = tuple(ENTRIES[kind] for kind in ("MemberInformed", "QuorumConfirmed"))
    told = pseudonyms(entries, NAMES)
    informed, sat = entries
    seats = {one.person: at for at, one in enumerate(getattr(sat.event, "sat"))}  # noqa: B009
    person = getattr(informed.event, "person")  # noqa: B009
    assert person in seats
    here = told[f"{informed.version}.person", 0]
    assert here == told[f"{sat.version}.sat.{seats[person]}.person", 0]
    assert here not in pseudonyms(entries, OTHERS).values()


def test_references_stand_as_they_are_for_whom_they_may() -> None:
    """A member, an expert, the Panel, an auditor."""
    entry = ENTRIES["MemberInformed"]
    for view in (MEMBER, PANEL, AUDITOR):
        (one,) = seen((entry,), view, name=as_it_is, when=when)
        assert {field.path: field.value for field in one.fields}["person"] == "P-police"
