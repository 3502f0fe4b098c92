"""The words of the record: which text is public, which is sealed, and that it stays so."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from docs import traceability
from rapid_review.domain import (
    erasure_particulars,
    particulars,
    record_particulars,
    team_particulars,
)
from rapid_review.domain.beside_events import KINDS_BESIDE_CASES
from rapid_review.domain.case import replay
from rapid_review.domain.clauses import CLAUSES
from rapid_review.domain.commands import COMMANDS, Command
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import problems
from rapid_review.domain.events import EVENTS, AnyEvent, CaseClosed, Event, MeetingConvened
from rapid_review.domain.registry import REGISTRY, ROWS, STEPS, leads_to
from rapid_review.domain.rules import meeting, opening, outcome, panel_and_after, report, team
from rapid_review.domain.statement import (
    Public,
    Sealed,
    Statement,
    holds_words,
    sealed_fields,
    with_other,
)
from rapid_review.domain.vocabulary import Actor, AgeBand, Child, Day, Document, Moment
from rapid_review.testing import Given
from tests.domain.a_review import CONVENE, ENGLAND, EVERYTHING, KENT, changed, whole_record

CANARY = "Zebedee Quux"
SHAPES: tuple[type[Statement], ...] = (*EVENTS.values(), *COMMANDS.values(), Entry)


def texts(
    shape: type[BaseModel], seen: set[type[BaseModel]]
) -> Iterator[tuple[str, list[object]]]:
    """Yield each piece of text in a shape and in the shapes inside it, with its marks."""
    if shape in seen:
        return
    seen.add(shape)
    for name, hint in get_type_hints(shape, include_extras=True).items():
        if name in shape.model_fields:
            for marks in _texts_in(hint, seen):
                yield f"{shape.__name__}.{name}", marks


def _texts_in(hint: Any, seen: set[type[BaseModel]]) -> Iterator[list[object]]:  # noqa: ANN401 - any type
    if hint is str:
        yield []
    elif isinstance(hint, type) and issubclass(hint, BaseModel):
        yield from (marks for _, marks in texts(hint, seen))
    elif hasattr(hint, "__metadata__"):
        for marks in _texts_in(get_args(hint)[0], seen):
            yield [*marks, *(m for m in hint.__metadata__ if isinstance(m, Public | Sealed))]
    elif get_origin(hint) is not Literal:
        for part in get_args(hint):
            yield from _texts_in(part, seen)


# --- Public and sealed


def test_every_text_is_marked_public_or_sealed_and_never_both() -> None:
    """ToR 3.1: nobody forgot to think about a field of any event, command, entry or part."""
    seen: set[type[BaseModel]] = set()
    found = [text for shape in SHAPES for text in texts(shape, seen)]
    assert len(found) > 100
    assert [name for name, marks in found if len(marks) != 1] == []


def test_text_that_carries_no_mark_is_sealed() -> None:
    """Anyone who forgets the mark has sealed the field; a literal holds no words."""

    class Forgotten(Statement):
        words: str
        more: tuple[str, ...] | None = None
        kind: Literal["a"] = "a"
        number: int = 1

    assert sealed_fields(Forgotten) == {"words", "more"}
    assert CANARY not in repr(Forgotten(words=CANARY, more=(CANARY,)))


def test_what_a_person_wrote_is_sealed_and_what_clocks_need_is_public() -> None:
    """ToR 3.1: no narrative and no name is public; dates, codes and outcomes are."""
    sealed = {name: sealed_fields(event) for name, event in EVENTS.items()}
    assert sealed["DecisionMade"] == {"rationale", "style", "proportionality"}
    assert sealed["AgencyReportFiled"] == {"summary"}
    assert sealed["DeadlineSet"] == sealed["QuorumConfirmed"] == frozenset()


# --- A name in every sealed field of a whole record is seen nowhere


def named(said: Any) -> Any:  # noqa: ANN401 - any part of a statement
    """Return the same with the canary in every sealed field, at any depth."""
    if isinstance(said, tuple):
        return tuple(map(named, said))
    if not isinstance(said, Statement):
        return said
    sealed = sealed_fields(type(said))
    return with_other(
        said,
        {name: CANARY if name in sealed else named(value) for name, value in dict(said).items()},
    )


NAMED: tuple[AnyEvent, ...] = tuple(named(event) for event in whole_record().recorded)


def test_the_record_that_is_searched_holds_every_kind_of_event_and_the_name() -> None:
    """The search would find something: in the stored text of events the name is there."""
    assert {event.kind for event in NAMED} == set(EVENTS) - KINDS_BESIDE_CASES
    assert sum(event.model_dump_json().count(CANARY) for event in NAMED) > 30


def test_no_sealed_word_is_seen_in_an_event_a_command_or_a_case() -> None:
    """ToR 3.1: whatever is printed, logged or shown in a traceback."""
    for event in NAMED:
        for shown in (repr(event), str(event), f"{event}", f"{[event]}"):
            assert CANARY not in shown, type(event)
    for command in map(named, EVERYTHING):
        assert CANARY not in repr(command) + str(command), type(command)
    assert CANARY not in repr(replay(NAMED))


def test_no_sealed_word_is_seen_in_a_refusal() -> None:
    """ToR 3.1: every command is asked of an empty case and of a full one."""
    refused = 0
    for command in map(named, EVERYTHING):
        for case in (replay(()), replay(NAMED)):
            for asked_of in (command, _otherwise(command)):
                outcome = Given(case, KENT, ENGLAND).when(asked_of)
                refused += outcome.refusal is not None
                assert CANARY not in f"{outcome.refusal} {outcome.refusal!r} {outcome!r}"
    assert refused > 50


def _otherwise(command: Command) -> Command:
    """Return the same command with other sealed words."""
    sealed = sealed_fields(type(command))
    return with_other(command, dict.fromkeys(sealed, f"{CANARY} again"))


@pytest.mark.parametrize("shape", SHAPES)
def test_no_error_about_malformed_input_repeats_what_was_put_in(shape: type[Statement]) -> None:
    """ToR 3.1: a name in any field, or as the name of a field, is not repeated.

    So it is for names in the wrong place, for lists and objects, and for text that is no JSON.
    """
    fields = list(shape.model_fields)
    attempts = [
        json.dumps(dict.fromkeys(fields, value)) for value in (CANARY, [CANARY], {CANARY: 1})
    ]
    attempts += [json.dumps({CANARY: CANARY}), json.dumps(CANARY), f'{{"at": "{CANARY}']
    attempts += [json.dumps({name: {"kind": CANARY}}) for name in ("replacement", "event")]
    for attempt in attempts:
        with pytest.raises(ValidationError) as caught:
            shape.model_validate_json(attempt)
        lines = problems(caught.value, shape)
        assert lines
        assert CANARY not in " ".join(lines)


# --- Statements


def test_a_statement_is_never_changed_and_holds_nothing_more() -> None:
    """What was said stays said; a field that nobody defined is refused, and so is a wrong type."""
    with pytest.raises(ValidationError, match="frozen"):
        CONVENE.meeting = 2  # type: ignore[misc]  # mypy refuses it too
    with pytest.raises(ValidationError, match="extra"):
        changed(CONVENE, remark="none")
    with pytest.raises(ValidationError, match="int"):
        changed(CONVENE, meeting="1")
    with pytest.raises(ValidationError, match="timezone"):
        changed(CONVENE, at=datetime(2020, 5, 4, 9, 30))  # noqa: DTZ001 - refused for that


@pytest.mark.parametrize("fold", [0, 1])
def test_a_time_that_london_has_twice_reads_back_as_it_was(fold: int) -> None:
    """ToR 7.3: half past one on 25 October 2020 came twice; each keeps its own offset."""
    twice = datetime(2020, 10, 25, 1, 30, fold=fold, tzinfo=ZoneInfo("Europe/London"))
    event = MeetingConvened.model_validate(dict(changed(CONVENE, at=twice, meets_at=twice)))
    assert event.at.isoformat() == f"2020-10-25T01:30:00+0{1 - fold}:00"
    assert MeetingConvened.model_validate_json(event.model_dump_json()) == event


# --- Registers: what is stored, asked and decided has one name each


def below(shape: type[Statement]) -> Iterator[type[Statement]]:
    """Yield every shape that is made from this one, at any remove."""
    for one in shape.__subclasses__():
        yield one
        yield from below(one)


def test_an_event_is_stored_under_its_own_name() -> None:
    """The names in the store are those of the document's steps, and all are registered."""
    for name, event in EVENTS.items():
        assert event.model_fields["kind"].default == event.__name__ == name
    concrete = {event for event in below(Event) if "kind" in event.model_fields}
    assert concrete == set(EVENTS.values())


def test_every_command_has_its_step_and_every_event_its_rules() -> None:
    """Nothing can be asked that has no row, and nothing recorded that no rule is asked of."""
    ours = {command for command in below(Command) if command.__module__ == Command.__module__}
    assert set(STEPS) == set(COMMANDS.values()) == ours
    assert set(REGISTRY) == set(EVENTS.values())
    led_to = {event for command in STEPS for event in leads_to(command)}
    assert set(EVENTS) - {event.__name__ for event in led_to} == {
        "DeadlineSet",
        *KINDS_BESIDE_CASES,
        "KeyDestroyed",
    }


PARTICULARS = (particulars, team_particulars, record_particulars, erasure_particulars)


def test_a_command_and_its_event_say_the_same() -> None:
    """They share their particulars, so what is asked and what is recorded cannot drift apart."""
    for command in STEPS:
        (shared,) = (base for base in command.__bases__ if base is not Command)
        assert issubclass(shared, particulars.Particulars)
        assert shared.__module__ in {one.__name__ for one in PARTICULARS}
        for event in leads_to(command):
            assert issubclass(event, shared)
            for name, field in shared.model_fields.items():
                assert event.model_fields[name].annotation == field.annotation
                assert command.model_fields[name].annotation == field.annotation


def test_an_actor_tells_the_login_only_where_it_is_known() -> None:
    """Neither what is stored nor what is shown has a place for one that was not given."""
    team = Actor(id="u-1", role="chair", agency="school")
    known = changed(team, auth_ref="login-4711")
    assert repr(team) == "Actor(id='u-1', role='chair', agency='school')"
    assert "auth_ref='login-4711'" in repr(known)
    assert "auth_ref" not in team.model_dump_json()
    assert Actor.model_validate_json(known.model_dump_json()) == known


def test_a_document_may_be_known_without_its_digest() -> None:
    """Nobody invents one."""
    assert Document(reference="D-1").sha256 is None


def test_every_rule_is_asked_and_says_its_clause_first() -> None:
    """A rule that nobody asks checks nothing; one without a clause has no ground."""
    rules = set(traceability.rules())
    assert rules == {rule for row in ROWS for rule in row.asked}
    assert {rule.__module__ for rule in rules} == {
        module.__name__ for module in (opening, meeting, team, outcome, report, panel_and_after)
    }
    refs = {clause.ref for clause in CLAUSES}
    for rule in rules:
        cited = traceability.cited(rule.__doc__ or "")
        assert cited, rule
        assert set(cited) <= refs, rule


def test_pydantic_s_own_error_repeats_no_words() -> None:
    """Anyone who embeds the library may log a ValidationError as it is."""
    said = {"reference": CANARY, "age_band": AgeBand.UNDER_1}
    for makes in (Child.model_validate, Child.model_validate_strings):
        with pytest.raises(ValidationError) as wrong:
            makes(said)
        assert CANARY not in str(wrong.value)
    with pytest.raises(ValidationError) as wrong:
        Child(reference=CANARY, age_band=AgeBand.UNDER_1)
    assert CANARY not in str(wrong.value)


# --- How a date and a time are spelt


@pytest.mark.parametrize(
    "digits",
    ['"1588584600"', '"1588584600000"', '"1588550400"', '"+1588550400"', '"0"', "1588550400"],
)
def test_a_string_of_digits_is_no_date_and_no_time(digits: str) -> None:
    """Pydantic reads them as seconds since 1970: a mistyped number would be a time of 2020."""
    for spelt in (Day, Moment):
        asked: TypeAdapter[object] = TypeAdapter(spelt, config=Statement.model_config)
        with pytest.raises(ValidationError) as refused:
            asked.validate_json(digits)
        assert "allowed: a " in str(refused.value).lower()


@pytest.mark.parametrize(
    "no_time",
    [
        "2016-12-31T23:59:60Z",
        "2020-05-04T24:00:00Z",
        "2020-05-04T09:30+25:00",
        "2020-02-30T09:30Z",
        "2020-05-04ZEBEDEE",
    ],
    ids=["a leap second", "24:00", "an offset of 25 hours", "30 February", "a name after the day"],
)
def test_what_is_no_time_is_told_with_what_one_looks_like(no_time: str) -> None:
    """In plain words, and what was typed is not repeated."""
    with pytest.raises(ValidationError) as refused:
        CaseClosed.model_validate_json(json.dumps({"at": no_time}))
    (told,) = problems(refused.value, CaseClosed, "json")
    assert told == (
        f"at: found a value of {len(no_time)} characters (not shown: it may hold a name); "
        "allowed: a day and a time of day that exist, up to 23:59:59, with an offset of less than "
        "24 hours, such as 2020-05-04T09:30+01:00"
    )
    assert no_time not in str(refused.value)


def test_what_is_spelt_out_is_a_date_to_anyone_who_reads_the_json_schema() -> None:
    """A platform makes its forms from the published schema."""
    a_day: TypeAdapter[object] = TypeAdapter(Day)
    a_time: TypeAdapter[object] = TypeAdapter(Moment)
    assert a_day.json_schema() == {"type": "string", "format": "date"}
    assert a_time.json_schema() == {"type": "string", "format": "date-time"}


def test_every_date_and_time_that_is_said_is_spelt_out() -> None:
    """No field of any event, command, entry, terms or rule set takes a bare date."""
    bare = [
        f"{shape.__name__}.{name}"
        for shape in _shapes(Statement)
        for name, hint in get_type_hints(shape, include_extras=True).items()
        if name in shape.model_fields
        if "_Spelt" not in repr(hint) and ("datetime.date" in repr(hint))
    ]
    assert bare == []


def _shapes(shape: type[Statement]) -> Iterator[type[Statement]]:
    for one in shape.__subclasses__():
        yield one
        yield from _shapes(one)


def test_words_are_held_by_a_statement_or_by_a_part_of_it() -> None:
    """ToR 3.1: anyone who gives a digest away must know whether words are behind it."""
    nameless = Child(reference="C-1", age_band=AgeBand.UNDER_1)
    named = Child(reference="C-2", age_band=AgeBand.UNDER_1, identity="a name")
    assert not holds_words(CONVENE)
    assert (holds_words(nameless), holds_words(named)) == (False, True)
    received = EVERYTHING[0]
    assert not holds_words(changed(received, children=(nameless,)))
    assert holds_words(changed(received, children=(nameless, named)))
