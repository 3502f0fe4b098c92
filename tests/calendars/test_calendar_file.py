"""What a calendar file may say, and how each mistake in one is told."""

import json
from contextlib import suppress
from datetime import date
from hashlib import sha256
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review.calendars import describe, parse
from rapid_review.domain.errors import CalendarError, shown

GOOD: Final[dict[str, object]] = {
    "id": "of-given-days",
    "version": "2020-01-01",
    "title": "A calendar made of given days",
    "source": "Given",
    "covers": ["2020-01-01", "2020-12-31"],
    "weekend": [5, 6],
    "holidays": {"2020-05-08": "Early May bank holiday", "2020-05-25": "Spring bank holiday"},
}
ISO_DATE: Final = "allowed: a date such as 2026-11-23"
COVERS: Final = "allowed: the first and the last day, in order, less than 100 years apart"
WEEKEND: Final = "allowed: days from 0, Monday, to 6, in order, never all seven"
KEYS: Final = (
    "allowed: covers, holidays, id, licence, one_source_before, published_to, remarks, source, "
    "title, version, weekend"
)
ID: Final = "allowed: up to 64 lower-case letters, digits and hyphens"
UNCOVERED: Final = "found a day that is not covered, allowed: 2020-01-01 to 2020-12-31"
DISORDERED: Final = "found an earlier date than the one before, allowed: dates in order"
HIDDEN: Final = "characters (not shown: it may hold a name)"
WORDS: Final = "allowed: text of printable characters"


def written(**changes: object) -> bytes:
    """Return the good file with some keys changed; None leaves the key out."""
    fields = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    return json.dumps(fields).encode()


def problems_of(content: bytes) -> tuple[str, ...]:
    """Return the problems for which a file is refused."""
    with pytest.raises(CalendarError) as refused:
        parse(content, "own.json")
    return refused.value.problems


def test_a_good_file_becomes_the_calendar_it_describes() -> None:
    """Nothing is lost or added on the way."""
    content = written(
        licence="OGL-3.0", weekend=[4, 5], remarks={"2020-05-08": "moved for VE Day"}
    )
    calendar, info = parse(content), describe(content)
    assert (info.id, info.version, info.title) == (
        "of-given-days",
        "2020-01-01",
        "A calendar made of given days",
    )
    assert (info.source, info.licence) == ("Given", "OGL-3.0")
    assert info.calendar() == calendar
    assert (calendar.id, calendar.version, calendar.title) == (info.id, info.version, info.title)
    assert (calendar.covers_from, calendar.covers_to) == (date(2020, 1, 1), date(2020, 12, 31))
    assert calendar.weekend == (4, 5)
    assert calendar.closed == {
        date(2020, 5, 8): "Early May bank holiday",
        date(2020, 5, 25): "Spring bank holiday",
    }
    assert calendar.remarks == {date(2020, 5, 8): "moved for VE Day"}
    assert calendar.digest == info.digest == f"sha256:{sha256(content).hexdigest()}"


def test_a_calendar_may_cover_a_single_day() -> None:
    """The first day is then also the last."""
    info = describe(written(covers=["2020-05-08", "2020-05-08"], holidays={}))
    assert info.covers_from == info.covers_to == date(2020, 5, 8)


def test_days_after_the_last_published_one_are_provisional() -> None:
    """What law and custom fix may be counted with; it may yet change, and the count says so."""
    calendar = parse(written(published_to="2020-06-30"))
    assert calendar.known_to == date(2020, 6, 30)
    assert calendar.is_provisional(date(2020, 7, 1))
    assert not calendar.is_provisional(date(2020, 6, 30))
    (_, line) = calendar.explain(date(2020, 6, 30), date(2020, 7, 1))
    assert line.why == "working day; provisional"
    assert not parse(written()).is_provisional(date(2020, 12, 31))


def test_days_before_a_second_source_began_say_so() -> None:
    """They were checked with no other; a file that says nothing has no such days."""
    calendar = parse(written(one_source_before="2020-06-30"))
    assert calendar.is_of_one_source(date(2020, 6, 29))
    assert not calendar.is_of_one_source(date(2020, 6, 30))
    (line, _) = calendar.explain(date(2020, 6, 29), date(2020, 6, 30), counting_day=True)
    assert line.why == "working day; one source"
    assert not parse(written()).is_of_one_source(date(2020, 1, 1))
    assert problems_of(written(one_source_before="2019-12-31")) == (
        "own.json: one_source_before: found '2019-12-31', allowed: a date inside `covers`",
    )


def test_licence_and_remarks_may_be_left_out() -> None:
    """Not every source states a licence."""
    info = describe(written())
    assert info.licence is None
    assert info.remarks == {}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"id": None}, f"id: found nothing, {ID}"),
        ({"id": "Kent_1"}, f"id: found {shown('Kent_1')}, {ID}"),
        ({"id": "k" * 65}, f"id: found a value of 65 {HIDDEN}, {ID}"),
        ({"id": {"a": 1}}, f"id: found an object, {ID}"),
        ({"version": None}, f"version: found nothing, {ISO_DATE}"),
        ({"version": "2.0"}, f"version: found '2.0', {ISO_DATE}"),
        ({"version": 20200101}, f"version: found '20200101', {ISO_DATE}"),
        (
            {"title": " "},
            f"title: found a value of 1 character{HIDDEN.removeprefix('characters')}, {WORDS}",
        ),
        ({"source": None}, f"source: found nothing, {WORDS}"),
        (
            {"published_to": "2021-01-01"},
            "published_to: found '2021-01-01', allowed: a date inside `covers`",
        ),
        ({"licence": 3}, f"licence: found '3', {WORDS}"),
        (
            {"title": "Days\x1b[2J"},
            f"title: found a value of 8 {HIDDEN}, {WORDS}",
        ),
        (
            {"holidays": {"2020-05-08": "May\u202eyaM"}},
            f"holidays '2020-05-08': found a value of 7 {HIDDEN}, {WORDS}",
        ),
        (
            {"licence": ""},
            f"licence: found a value of 0 {HIDDEN}, {WORDS}",
        ),
        ({"covers": None}, f"covers: found nothing, {COVERS}"),
        ({"covers": "2020"}, f"covers: found '2020', {COVERS}"),
        ({"covers": []}, f"covers: found a list of nothing, {COVERS}"),
        (
            {"covers": ["2020-12-31", "2020-01-01"]},
            f"covers: found a list of '2020-12-31', '2020-01-01', {COVERS}",
        ),
        (
            {"covers": ["2020-01-01", "2020-02-30"]},
            f"covers: found a list of '2020-01-01', '2020-02-30', {COVERS}",
        ),
        (
            {"covers": ["2020-01-01", "2120-01-01"]},
            f"covers: found a list of '2020-01-01', '2120-01-01', {COVERS}",
        ),
        (
            {"covers": ["2020-01-01", ["2020-12-31"]]},
            f"covers: found a list of '2020-01-01', ..., {COVERS}",
        ),
        ({"weekend": None}, f"weekend: found nothing, {WEEKEND}"),
        ({"weekend": [6, 5]}, f"weekend: found a list of '6', '5', {WEEKEND}"),
        ({"weekend": [5, 5]}, f"weekend: found a list of '5', '5', {WEEKEND}"),
        ({"weekend": [5, 7]}, f"weekend: found a list of '5', '7', {WEEKEND}"),
        ({"weekend": [True, 5]}, f"weekend: found a list of {shown('True')}, '5', {WEEKEND}"),
        ({"weekend": ["sat"]}, f"weekend: found a list of 'sat', {WEEKEND}"),
        (
            {"weekend": [0, 1, 2, 3, 4, 5, 6]},
            f"weekend: found a list of '0', '1', '2', '3', '4', '5', '6', {WEEKEND}",
        ),
        ({"holidays": None}, "holidays: found nothing, allowed: an object of dates and texts"),
        (
            {"holidays": ["2020-05-08"]},
            "holidays: found a list of '2020-05-08', allowed: an object of dates and texts",
        ),
        (
            {"holidays": {"8 May": "VE"}},
            f"holidays a value of 5 {HIDDEN}: found text that is not a date, {ISO_DATE}",
        ),
        (
            {"holidays": {"20200508": "VE"}},
            f"holidays '20200508': found text that is not a date, {ISO_DATE}",
        ),
        (
            {"holidays": {"2020-02-30": "VE"}},
            f"holidays '2020-02-30': found text that is not a date, {ISO_DATE}",
        ),
        (
            {"holidays": {"2021-01-01": "New Year"}},
            f"holidays '2021-01-01': {UNCOVERED}",
        ),
        (
            {"holidays": {"2020-05-08": 8}},
            f"holidays '2020-05-08': found '8', {WORDS}",
        ),
        (
            {"holidays": {"2020-05-25": "Spring", "2020-05-08": "Early May"}},
            f"holidays '2020-05-08': {DISORDERED}",
        ),
        (
            {"remarks": {"2019-12-31": "before"}},
            f"remarks '2019-12-31': {UNCOVERED}",
        ),
        (
            {"holidays": {"2020-05-08": "May \ud800"}},
            f"holidays '2020-05-08': found a value of 5 {HIDDEN}, {WORDS}",
        ),
        ({"holiday": {}}, f"'holiday': found an unknown key, {KEYS}"),
        ({"digest": f"sha256:{'0' * 64}"}, f"'digest': found an unknown key, {KEYS}"),
    ],
)
def test_a_mistake_is_told_with_its_key_what_was_found_and_what_is_allowed(
    changes: dict[str, object], problem: str
) -> None:
    """One mistake, one problem; and the name of the file before it."""
    assert problems_of(written(**changes)) == (f"own.json: {problem}",)


def test_a_date_that_is_given_twice_is_refused() -> None:
    """JSON would keep the second silently."""
    content = written().replace(b"2020-05-25", b"2020-05-08")
    assert problems_of(content) == (
        "own.json: '2020-05-08': found the key twice, allowed: each key once",
    )


def test_a_licence_that_is_not_known_is_left_out_and_not_null() -> None:
    """One way to write a thing: two files that mean the same do not differ."""
    content = written(licence="none").replace(b'"none"', b"null")
    assert problems_of(content) == (f"own.json: licence: found a value of 4 {HIDDEN}, {WORDS}",)


def test_all_mistakes_are_told_at_once() -> None:
    """The person who keeps calendars mends a file in one go."""
    content = written(id="Kent", covers=["2020-12-31"], weekend="no", extra=1)
    assert [problem.split(": ")[1] for problem in problems_of(content)] == [
        "id",
        "covers",
        "weekend",
        "'extra'",
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "found text that is not JSON in UTF-8 (Expecting value"),
        (b'{"id": ', "found text that is not JSON in UTF-8 (Expecting value"),
        (b'{"id": "\xff"}', "found text that is not JSON in UTF-8 ('utf-8' codec can't decode"),
        (b"[" * 100_000, "found JSON that is nested too deeply"),
        (b"[]", "found JSON that is not an object"),
        (b"null", "found JSON that is not an object"),
    ],
)
def test_what_is_no_json_object_is_refused(content: bytes, problem: str) -> None:
    """With the place where it ceases to be one."""
    (told,) = problems_of(content)
    assert told.startswith(f"own.json: {problem}")
    assert "allowed: a calendar file" in told


JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(key=st.sampled_from([*GOOD, "licence", "remarks"]), value=JSON)
def test_whatever_stands_under_a_key_it_is_read_or_refused(key: str, value: object) -> None:
    """Never any other error: a calendar may come out of somebody else's bundle."""
    content = json.dumps({**GOOD, key: value}).encode()
    with suppress(CalendarError):
        assert describe(content).digest == f"sha256:{sha256(content).hexdigest()}"


@given(words=st.text(min_size=65))
def test_a_refusal_never_repeats_free_words(words: str) -> None:
    """Somebody will hand in the wrong file, and it may be about a child."""
    content = json.dumps({**GOOD, words: words, "id": words, "holidays": {words: words}}).encode()
    assert not any(words in problem for problem in problems_of(content))
