"""What each field of a statement holds: every field of every event and command has one class."""

from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import pytest

from rapid_review.domain.commands import COMMANDS
from rapid_review.domain.entry import Entry
from rapid_review.domain.events import EVENTS, NotificationReceived, ProcessLinked
from rapid_review.domain.fields import PERSON, FieldClass, fields_of, part_key, statements_in
from rapid_review.domain.particulars import Link
from rapid_review.domain.statement import Public, Sealed, Statement, sealed_fields
from rapid_review.domain.vocabulary import Actor, AgeBand, CalendarRef, Child, Seating, TermsRef
from tests.domain.a_review import RECEIVE, SHARE, changed

STATEMENTS: list[type[Statement]] = [*EVENTS.values(), *COMMANDS.values()]


def _marks(hint: object) -> Iterator[object]:
    """Yield every mark in a type, however deep."""
    yield from getattr(hint, "__metadata__", ())
    for part in get_args(hint):
        yield from _marks(part)


@pytest.mark.parametrize("model", STATEMENTS, ids=lambda one: one.__name__)
def test_every_field_has_the_class_that_its_marks_say(model: type[Statement]) -> None:
    """A text is public or sealed by its mark alone, the person who asks."""
    hints: dict[str, Any] = get_type_hints(model, include_extras=True)
    found = fields_of(model)
    assert [one.name for one in found] == list(model.model_fields)
    for one in found:
        if one.of is FieldClass.PARTS:
            continue
        assert one.of.is_public is not (one.name in sealed_fields(model))
        scopes = {mark.scope for mark in _marks(hints[one.name]) if isinstance(mark, Sealed)}
        if not one.of.is_public:
            assert scopes == {one.of.value}
        elif one.of in (FieldClass.REFERENCE, FieldClass.DIGEST):
            assert any(isinstance(mark, Public) for mark in _marks(hints[one.name]))
            assert one.refers_to


def test_one_person_is_one_kind_of_reference_wherever_they_are_named() -> None:
    """So that a pseudonym is the same in every field; a process is one as well."""
    kinds = {one.name: one.refers_to for one in fields_of(Seating)}
    assert kinds["person"] == PERSON == {one.name: one.refers_to for one in fields_of(Actor)}["id"]
    assert {one.name: one.refers_to for one in fields_of(Child)}["reference"] == "child"
    received = {one.name: one.refers_to for one in fields_of(NotificationReceived)}
    assert received["index_child"] == "child"
    for model in (Link, ProcessLinked):
        assert {one.name: one.refers_to for one in fields_of(model)}["reference"] == "process"


@pytest.mark.parametrize("model", [CalendarRef, TermsRef])
def test_what_names_a_published_file_refers_to_nobody(model: type[Statement]) -> None:
    """Anyone may have it, so its digest is no secret."""
    assert {one.of for one in fields_of(model)} == {FieldClass.PLAIN}


def test_the_parts_of_a_statement_are_named_as_their_words_are() -> None:
    """`children.1.` is the second child; and an entry's purpose is the case's."""
    twins = changed(RECEIVE, children=(RECEIVE.children[0],) * 2)
    paths = [path for path, _ in statements_in(twins)]
    assert paths == ["", "incident.", "children.0.", "children.1."]
    assert list(statements_in(SHARE)) == [("", SHARE)]  # seats are codes, and no parts
    assert {one.name: one.of for one in fields_of(Entry)}["purpose"] is FieldClass.CASE


def test_a_part_of_a_list_is_known_by_its_seat_criterion_or_reference() -> None:
    """In an entry and in a form alike; by nothing, if it has none of them yet."""
    assert part_key(Child(reference="c-1", age_band=AgeBand.UNDER_1)) == "c-1"
    assert part_key({"seat": "police", "person": "p-1"}) == "police"
    assert part_key({"seat": ""}) == ""
