"""References of children, persons and documents: handles, in what is recorded from now on."""

import pytest

from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.errors import InvalidInputError
from rapid_review.domain.fields import fields_of, statements_in
from rapid_review.domain.handles import must_be_handles, not_handles
from rapid_review.domain.statement import Statement
from rapid_review.domain.vocabulary import Actor, AgeBand, Child, Seating
from tests.domain.a_review import ATTEND, FILE, INFORM, RECEIVE, changed, document
from tests.domain.test_fields import STATEMENTS

NAME = "ada-lovelace"
NAMED = changed(RECEIVE, children=(Child(reference=NAME, age_band=AgeBand.UNDER_1),))


@pytest.mark.parametrize("reference", ["c-1", "C-1", "c1", "child-1", "REPORTED-123456789", "C"])
def test_letters_and_a_number_are_a_handle_and_so_is_one_letter(reference: str) -> None:
    """Eight letters and nine digits at most."""
    assert list(not_handles(changed(INFORM, person=reference))) == []


@pytest.mark.parametrize(
    "reference",
    [NAME, "ada", "Ada.L", "c-1-ada", "c--1", "1", "C-", "c_1", "surgeries-1", "c-1234567890"],
)
def test_whatever_else_a_reference_may_hold_is_none(reference: str) -> None:
    """A name, above all; dots, strokes and plus signs, which a case's reference may hold."""
    assert list(not_handles(changed(INFORM, person=reference))) == [("person", reference)]


def test_each_is_told_by_its_field_at_any_depth() -> None:
    """In lists and in parts of a statement; a case's own reference is of another form."""
    assert list(not_handles(NAMED)) == [("children.0.reference", NAME)]
    assert list(not_handles(changed(FILE, document=document(NAME)))) == [
        ("document.reference", NAME)
    ]
    odd = changed(ATTEND, sat=(Seating(seat="police", person=NAME),), experts=("C-1", "ada"))
    assert sorted(not_handles(odd)) == [("experts.1", "ada"), ("sat.0.person", NAME)]
    assert list(not_handles(changed(RECEIVE, reference="CSPR/2020/07"))) == []
    assert list(not_handles(changed(INFORM, person=None))) == []


def test_a_new_one_that_is_none_is_refused_and_not_repeated() -> None:
    """Anyone who typed a name learns where it belongs, and the log of errors does not hold it."""
    with pytest.raises(InvalidInputError) as caught:
        must_be_handles([NAMED, changed(INFORM, person="grace")], [])
    told = str(caught.value)
    assert "children.0.reference: found a value of 12 characters" in told
    assert "person: found a value of 5 characters" in told
    assert "allowed: up to eight letters and up to nine digits, such as c-1, or one letter" in told
    assert "`label`" in told
    assert "ada" not in told
    assert "grace" not in told


def test_one_that_the_case_holds_may_be_said_again() -> None:
    """A case of before, or from elsewhere, goes on with the references that it has."""
    must_be_handles([changed(INFORM, person=NAME)], [NAMED])
    must_be_handles([INFORM], [NAMED])
    with pytest.raises(InvalidInputError):
        must_be_handles([changed(INFORM, person="ada")], [NAMED])


def test_what_corrects_an_entry_is_looked_through_as_well() -> None:
    """A correction puts a whole event in another's place."""
    event = did.MemberInformed.model_validate(dict(changed(INFORM, person=NAME)))
    correction = ask.CorrectRecord(
        at=INFORM.at, version=2, replacement=event, because="another person"
    )
    assert [reference for _, reference in not_handles(correction)] == [NAME]


@pytest.mark.parametrize("model", STATEMENTS, ids=lambda one: one.__name__)
def test_every_reference_of_a_child_a_person_or_a_document_is_to_be_one(
    model: type[Statement],
) -> None:
    """Only an order names a person whom the case knows already, as it knows them."""
    for field in fields_of(model):
        whom = field.refers_to in {"child", "person", "document"}
        assert field.is_handle is (whom and field.name != "of_person"), field


def test_the_parts_of_a_statement_that_name_a_person_are_covered() -> None:
    """A child, a seat's holder, a document; who records is known by the id of their login."""
    parts = {type(one) for said in (RECEIVE, ATTEND, FILE) for _, one in statements_in(said)}
    handles = {model.__name__ for model in parts for one in fields_of(model) if one.is_handle}
    assert handles >= {"Child", "Seating", "Document"}
    assert not any(one.is_handle for one in fields_of(Actor))
