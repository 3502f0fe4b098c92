"""Nothing that was typed into a sealed field comes back in an error, whatever its form.

A telephone number, a date of birth, a name in lower case: each has the form of a code.
"""

import json
import traceback
from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from rapid_review.domain.commands import CorrectRecord, MakeDecision
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import problems
from rapid_review.domain.events import AnyEvent, CaseReopened
from rapid_review.domain.redaction import MOST
from rapid_review.domain.statement import Statement, sealed_fields, without_words
from rapid_review.domain.vocabulary import Actor, AgeBand, Child
from rapid_review.wire.lines import Problem, parsed
from tests.domain.a_review import EVERYTHING, whole_record
from tests.how_many import a_share_of

CANARIES: Final = ("4857773456", "zebedee", "1987-03-29", "07700-900461", "zoë", "Zebedee Quux")
TEAM: Final = Actor(id="pt-01", role="business-support", agency="partnership-team")
RECORDED: Final = whole_record().recorded
STATEMENTS: Final[tuple[Statement, ...]] = (
    *RECORDED,
    *EVERYTHING,
    *(CorrectRecord(at=one.at, version=1, because="misread", replacement=one) for one in RECORDED),
    Entry(
        partnership="kent",
        case="KM-1",
        version=1,
        recorded_at=RECORDED[0].at,
        by=TEAM,
        command_id="c-1",
        event=RECORDED[0],
    ),
)


def statements(said: Statement) -> Iterator[Statement]:
    """Yield a statement and every one inside it."""
    yield said
    for value in dict(said).values():
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Statement):
                yield from statements(part)


def objects(said: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - what JSON holds
    """Yield every object in a statement's JSON, the outer ones first, in the same order."""
    for part in said if isinstance(said, list) else [said]:
        if isinstance(part, dict):
            yield part
            for value in part.values():
                yield from objects(value)


SEALED: Final = [
    (statement, place, name)
    for statement in STATEMENTS
    for place, part in enumerate(statements(statement))
    for name in sorted(sealed_fields(type(part)))
]


def wrong(canary: str) -> Iterator[object]:
    """Yield everything wrong that can be typed where words belong."""
    yield from ([canary], {canary: canary}, {"kind": canary}, f"{canary}{' ' * 20_001}")


def wrong_elsewhere(said: dict[str, Any], canary: str) -> Iterator[dict[str, Any]]:
    """Yield what is wrong because of something beside the words, which are as they must be."""
    yield {key: value for key, value in said.items() if key not in {"at", "recorded_at"}}
    yield {**said, canary: 1}
    yield from ({**said, key: canary} for key in said if isinstance(said[key], list | dict))
    yield {**said, "rationle": canary}
    yield {**said, "kind": canary, "at": None}


def said_of(error: ValidationError, shape: type[BaseModel]) -> str:
    """Return all that can be had of an error, as a log or a web framework would take it."""
    assert error.__context__ is None
    return "\n".join(
        (
            str(error),
            repr(error),
            repr(error.errors()),
            error.json(),
            "".join(traceback.format_exception_only(error)),
            *problems(error, shape, "json"),
        )
    )


def refused(shape: type[Statement], said: object) -> str:
    """Return all that is said of a statement that cannot be one, read in every way there is."""
    told: list[str] = []
    text = json.dumps(said)
    with pytest.raises(ValidationError) as caught:
        shape.model_validate_json(text)
    told.append(said_of(caught.value, shape))
    with pytest.raises(ValidationError) as caught:
        shape.model_validate(said)
    told.append(said_of(caught.value, shape))
    if isinstance(said, dict):
        with pytest.raises(ValidationError) as caught:
            shape(**said)
        told.append(said_of(caught.value, shape))
        found = parsed(shape, said)
        assert isinstance(found, tuple)
        assert all(isinstance(one, Problem) for one in found)
        told.append(repr(found))
    with pytest.raises(ValidationError) as caught:
        shape.model_validate_json(text[:-1])
    told.append(said_of(caught.value, shape))
    return "\n".join(told)


def put(statement: Statement, place: int, name: str, value: object) -> dict[str, Any]:
    """Return a statement as JSON, with something else in one of its fields."""
    data: dict[str, Any] = json.loads(statement.model_dump_json())
    list(objects(data))[place][name] = value
    return data


def test_the_search_covers_every_statement_that_has_a_sealed_field() -> None:
    """And puts the canary where it means to: it is read back from there."""
    assert len(SEALED) > 100
    for statement, place, name in SEALED:
        data = put(statement, place, name, "zebedee")
        read = type(statement).model_validate_json(json.dumps(data))
        assert getattr(list(statements(read))[place], name) == "zebedee"


@pytest.mark.parametrize("canary", CANARIES)
def test_nothing_typed_into_a_sealed_field_comes_back(canary: str) -> None:
    """ToR 3.1: every sealed field of every event and command, and everything wrong in it."""
    for statement, place, name in a_share_of(SEALED, len(CANARIES), CANARIES.index(canary)):
        for value in wrong(canary):
            told = refused(type(statement), put(statement, place, name, value))
            assert canary not in told, (type(statement), name, value)
        for said in wrong_elsewhere(put(statement, place, name, canary), canary):
            assert canary not in refused(type(statement), said), (type(statement), name)


@pytest.mark.parametrize("number", [48_577_734_56, 4857773.456])
def test_no_number_typed_into_a_sealed_field_comes_back(number: float) -> None:
    """ToR 3.1: as a telephone would be typed without its first nought."""
    for statement, place, name in SEALED:
        told = refused(type(statement), put(statement, place, name, number))
        assert "4857773" not in told, (type(statement), name)


@given(
    st.sampled_from(SEALED),
    st.one_of(
        st.from_regex(r"[a-z]{7,12}q[0-9]", fullmatch=True),
        st.integers(10**9, 10**12).map(str),
        st.dates().map(str).map("1{}".format),
    ),
    st.data(),
)
def test_whatever_is_typed_into_a_sealed_field_does_not_come_back(
    where: tuple[Statement, int, str], canary: str, data: st.DataObject
) -> None:
    """ToR 3.1: words, numbers and days that nobody thought of."""
    statement, place, name = where
    value = data.draw(st.sampled_from(list(wrong(canary))))
    assert canary not in refused(type(statement), put(statement, place, name, value))


def test_words_that_are_put_in_by_assignment_do_not_come_back() -> None:
    """What was said stays said, and the refusal does not repeat what was to replace it."""
    child = Child(reference="C-1", age_band=AgeBand.UNDER_1)
    with pytest.raises(ValidationError, match="frozen") as caught:
        child.identity = "4857773456"  # type: ignore[misc]  # mypy refuses it too
    assert "4857773456" not in said_of(caught.value, Child)


def test_words_among_texts_alone_do_not_come_back() -> None:
    """As a form on a page gives them, where every value is a text."""
    texts = {"reference": "C-1", "age_band": "none", "identity": "", "4857773456": "zebedee"}
    with pytest.raises(ValidationError) as caught:
        Child.model_validate_strings(texts)
    assert not {"4857773456", "zebedee"} & set(said_of(caught.value, Child).split("'"))
    assert "zebedee" not in said_of(caught.value, Child)


def test_what_a_public_field_holds_is_still_shown() -> None:
    """ToR 6: anyone who typed a wrong seat or number must find it again; a name is not shown."""
    with pytest.raises(ValidationError) as caught:
        MakeDecision.model_validate_json('{"meeting": "first", "outcomes": ["No Idea"]}')
    told = {detail["loc"]: detail["input"] for detail in caught.value.errors()}
    assert told["meeting",] == "first"
    assert told["outcomes", 0] == "a value of 7 characters (not shown: it may hold a name)"
    assert told["at",] == "(an object, not shown)"


def test_an_embedder_s_own_model_has_its_errors_redacted_by_one_call() -> None:
    """A union or a framework's model is not ours to guard; `without_words` guards it."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter[AnyEvent](AnyEvent).validate_json('{"kind": "CaseReopened", "because": 77}')
    error = without_words(caught.value, CaseReopened, "json")
    assert "77" not in error.json()


def test_very_many_mistakes_are_counted_and_not_listed() -> None:
    """An answer stays short, however long what was asked."""
    with pytest.raises(ValidationError) as caught:
        MakeDecision.model_validate_json(json.dumps({f"k{one}": 1 for one in range(MOST + 1)}))
    (line,) = problems(caught.value, MakeDecision)
    assert line == "the whole of it: contains 1004 mistakes; check that you gave what you meant"
