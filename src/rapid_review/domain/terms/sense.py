"""Parts of a terms or rule-set file that can be read, but make no sense.

Such a file is used all the same, since there may be cases under it. `terms check` reports it, so
that people can correct a new file before there are.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final, TypeAlias

from rapid_review.domain.events import DUE_DAYS, RecordCorrected
from rapid_review.domain.terms.deadlines import BY_ALL
from rapid_review.domain.terms.mistakes import Mistake, Place, allowed_here, found
from rapid_review.domain.terms.own_codes import Vocabulary
from rapid_review.domain.terms.references import (
    Table,
    day,
    first_stop,
    table,
    tables,
    texts,
    twice,
    unknown_names,
)
from rapid_review.domain.terms.rule_sets import RuleSet

Covered: TypeAlias = Mapping[str, tuple[date, date]]
"""The available calendars, each with the first and the last day that it covers."""
_TITLES: Final[Mapping[tuple[str, ...], str]] = {
    ("seats",): "title",
    ("deadlines",): "title",
    ("decision", "outcomes"): "title",
    ("limbs",): "says",
    ("criteria",): "says",
    ("notification_classes",): "says",
}
"""The lists whose rows a reader distinguishes by a text, with the key of that text."""
_LISTS: Final = {
    "seats": "filled_by",
    "deadlines": "only_for_classes",
    "relaxations": "deadlines",
    "meetings": "manners",
    "decision": "manners",
    "adoption": "by",
    "feedback": "share_with",
}
"""Tables, or lists of tables, and their key that lists words, in which each word needs be once."""

_OF_NO_STEP: Final = frozenset(f"{one.__name__}.at" for one in (*DUE_DAYS, RecordCorrected))
"""Due days and corrections: what they are about counts, and not the day of recording them."""
_FIRST: Final = "NotificationReceived"
_LAST: Final = "CaseClosed.at"
_OF_A_PRACTICE_REVIEW: Final = "PracticeReview"


def of_rule_set(data: Table) -> Iterator[Mistake]:
    """Yield what makes no sense in a rule-set file."""
    yield from _check_both_kinds(data)


def of_terms(
    data: Table, national: RuleSet | None, calendars: Covered | None
) -> Iterator[Mistake]:
    """Yield what makes no sense in a terms file.

    Args:
        data: the file.
        national: the rule set that it names; None if that is unknown.
        calendars: the available calendars; None to leave the calendar unchecked.
    """
    yield from _check_both_kinds(data)
    yield from _check_practice_reviews(data)
    yield from _check_agencies_awaited(data)
    for words in Vocabulary.model_fields:
        yield from _check_words_once(("vocabulary",), table(data, "vocabulary"), words)
    if national is not None:
        yield from _check_rule_set_in_force(data, national)
    if calendars is not None:
        yield from _check_calendar(data, calendars)


def _check_both_kinds(data: Table) -> Iterator[Mistake]:
    for keys, title in _TITLES.items():
        yield from twice(tables(data, *keys), title, "text")
    for key, words in _LISTS.items():
        yield from _check_words_once((key,), table(data, key), words)
        for place, row in tables(data, key):
            yield from _check_words_once(place, row, words)
    for place, row in tables(data, "deadlines"):
        yield from _check_clock(place, row)


def _check_words_once(place: Place, row: Table, key: str) -> Iterator[Mistake]:
    seen: set[str] = set()
    for _, word in texts(row, key):
        if word in seen:
            yield Mistake(
                (*place, key),
                f"found {found(word)} twice; allowed: each word once",
            )
        seen.add(word)


def _check_clock(place: Place, row: Table) -> Iterator[Mistake]:
    """ToR 7.3, 7.8: a clock stops after its start, and it can start and stop."""
    start = row.get("starts_on")
    for which in ("starts_on", "stops_on"):
        for _, point in texts(row, which):
            if point in _OF_NO_STEP:
                yield Mistake(
                    (*place, which),
                    f"found {found(point)}, which is not a step: it follows from other entries; "
                    "allowed: the date of a step",
                )
    for _, stop in texts(row, "stops_on"):
        key = (*place, "stops_on")
        if stop == start:
            yield allowed_here(key, stop, "a date other than that of starts_on")
        elif stop.startswith(f"{_FIRST}.") and not str(start).startswith(f"{_FIRST}."):
            yield Mistake(
                key,
                f"found {found(stop)}, which comes before {found(start)}, so the clock can "
                "never stop; allowed: a date that comes after starts_on",
            )
    if start == _LAST:
        yield allowed_here((*place, "starts_on"), start, "a date before the case is closed")


def _check_practice_reviews(data: Table) -> Iterator[Mistake]:
    """ToR 5(b): a clock of the practice review runs where an outcome asks for one."""
    outcomes = tables(data, "decision", "outcomes")
    if not outcomes or any(row.get("practice_review") is True for _, row in outcomes):
        return
    for place, row in tables(data, "deadlines"):
        for _, stop in texts(row, "stops_on"):
            if stop.startswith(_OF_A_PRACTICE_REVIEW):
                yield Mistake(
                    (*place, "stops_on"),
                    f"found {found(stop)}, and no outcome asks for a practice review, so the "
                    "clock can never stop; allowed: another date, or an outcome with "
                    "practice_review = true",
                )


def _check_agencies_awaited(data: Table) -> Iterator[Mistake]:
    """ToR 7.4: a clock waits in every case only for agencies that are asked in every case."""
    asked = [one for _, one in texts(table(data, "vocabulary"), "agencies")]
    for place, row in tables(data, "deadlines") if asked else ():
        kind = str(first_stop(row)).partition(".")[0]
        if BY_ALL.get(kind) == "agency":
            awaited = [one for _, one in texts(row, "all_of")]
            yield from unknown_names(
                (*place, "all_of"), awaited, asked, "one of vocabulary.agencies"
            )


def _check_rule_set_in_force(data: Table, national: RuleSet) -> Iterator[Mistake]:
    """ToR 2.1: the rule set is in force on the first day of the terms."""
    first, since, until = day(data, "in_force_from"), national.in_force_from, national.last_day
    if first is None or (first >= since and (until is None or first <= until)):
        return
    end = f" to {until}" if until else ""
    yield Mistake(
        ("rule_set",),
        f"found {found(national.id)}, which is in force from {since}{end}, and these terms are "
        f"in force from {first}; allowed: a rule set that is in force on that day",
    )


def _check_calendar(data: Table, calendars: Covered) -> Iterator[Mistake]:
    """ToR 7.3: the calendar is available, and covers the first day of the terms."""
    name, first = data.get("calendar"), day(data, "in_force_from")
    if not isinstance(name, str):
        return
    if name not in calendars:
        yield from unknown_names(("calendar",), [name], calendars, "one of these calendars")
        return
    since, until = calendars[name]
    if first is not None and not since <= first <= until:
        yield Mistake(
            ("calendar",),
            f"found {found(name)}, which answers for {since} to {until}, and these terms begin on "
            f"{first}; allowed: a calendar that answers for that day",
        )
