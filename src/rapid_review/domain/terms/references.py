"""References in a terms or rule-set file: every name in it must belong to something that exists.

The file is checked as it was read, and not the model made from it: so a mistake in one key hides
no other, and all are reported at once. A value of the wrong form is skipped here, since `mistakes`
reports it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Final, cast

from rapid_review.domain.errors import listed
from rapid_review.domain.terms.deadlines import BY_ALL, POINTS, POINTS_IN_WORDS, RECEIVED
from rapid_review.domain.terms.mistakes import (
    NEED,
    Mistake,
    Place,
    allowed_here,
    found,
    found_name,
)
from rapid_review.domain.terms.quorum import FORMS
from rapid_review.domain.terms.rule_sets import RuleSet

Table = Mapping[str, object]

_OF_THE_RECEIPT: Final = "NotificationReceived."
_NAMED_BY: Final = {
    "limbs": "id",
    "criteria": "id",
    "relaxations": "id",
    "notification_classes": "code",
    "deadlines": "id",
    "seats": "id",
}
"""The lists of a file whose rows have names, and the key that holds the name."""


def in_rule_set(data: Table) -> Iterator[Mistake]:
    """Yield the broken references, and keys that contradict each other, of a rule-set file."""
    yield from _check_both_kinds(data, ())
    for place, row in tables(data, "relaxations"):
        yield from not_before(place, row, "since", "until")


def in_terms(data: Table, national: RuleSet | None) -> Iterator[Mistake]:
    """Yield the broken references, and keys that contradict each other, of a terms file.

    Args:
        data: the file.
        national: the rule set that it names; None if that is unknown.
    """
    yield from _check_both_kinds(data, national.notification_classes if national else None)
    yield from _check_one_chair(data)
    yield from _check_quorum(data)
    yield from _check_all_of(data)
    yield from _check_outcomes(data)
    if national is not None:
        yield from _check_duties(data, national)


def _check_both_kinds(data: Table, national: Iterable[object] | None) -> Iterator[Mistake]:
    yield from not_before((), data, "in_force_from", "in_force_to")
    for key, named_by in _NAMED_BY.items():
        yield from twice(tables(data, key), named_by, "name")
    yield from _check_deadlines(data, national)


# --- Reading a file that may have any form


def table(data: Table, key: str) -> Table:
    """Return the table under a key; an empty one if there is none."""
    inner = data.get(key)
    return cast("Table", inner) if isinstance(inner, Mapping) else {}


def tables(data: Table, *keys: str) -> list[tuple[Place, Table]]:
    """Return the rows of a list of tables, each with its place."""
    for key in keys[:-1]:
        data = table(data, key)
    rows = data.get(keys[-1])
    if not isinstance(rows, list):
        return []
    numbered = enumerate(cast("list[object]", rows))
    return [
        ((*keys, number), cast("Table", row))
        for number, row in numbered
        if isinstance(row, Mapping)
    ]


def texts(data: Table, key: str) -> list[tuple[int, str]]:
    """Return the texts in a list, or the one text instead of it, each with its place."""
    rows = data.get(key)
    listed_here = cast("list[object]", rows) if isinstance(rows, list) else [rows]
    return [(number, one) for number, one in enumerate(listed_here) if isinstance(one, str)]


def names(rows: Iterable[tuple[Place, Table]], key: str) -> list[str]:
    """Return the names of those rows that have one."""
    given = (row.get(key) for _, row in rows)
    return [one for one in given if isinstance(one, str)]


def day(data: Table, key: str) -> date | None:
    """Return the date under a key; None if there is none."""
    given = data.get(key)
    return given if isinstance(given, date) and not isinstance(given, datetime) else None


# --- The same questions of several keys


def not_before(place: Place, data: Table, first: str, last: str) -> Iterator[Mistake]:
    """Yield a mistake if the last day is before the first."""
    since, until = day(data, first), day(data, last)
    if since and until and until < since:
        yield allowed_here((*place, last), until, f"no day before {first}, which is {since}")


def twice(rows: Iterable[tuple[Place, Table]], key: str, what: str) -> Iterator[Mistake]:
    """Yield a mistake for each row that has the name of an earlier row."""
    seen: Counter[str] = Counter()
    for place, row in rows:
        name = row.get(key)
        if isinstance(name, str):
            seen[name] += 1
            if seen[name] > 1:
                yield Mistake(
                    (*place, key),
                    f"found {found(name)} twice; allowed: a {what} that no other of {place[-2]} "
                    "has",
                )


def unknown_names(
    place: Place, given: Iterable[str], allowed: Iterable[str], what: str
) -> Iterator[Mistake]:
    """Yield a mistake for each name that is not one of those allowed."""
    known = set(allowed)
    for name in dict.fromkeys(given):
        if name not in known:
            yield Mistake(place, f"found {found_name(name)}; allowed: {what}: {listed(known)}")


# --- Clocks (ToR 5(a), 7.3, 7.8)


def _check_deadlines(data: Table, national: Iterable[object] | None) -> Iterator[Mistake]:
    own = [
        row for _, row in tables(data, "notification_classes") if row.get("opens_review") is True
    ]
    opening = {code for code in (row.get("code") for row in own) if isinstance(code, str)}
    known = None if national is None else opening | _codes_that_open_a_review(national)
    for place, row in tables(data, "deadlines"):
        for key in ("starts_on", "stops_on"):
            yield from (
                allowed_here((*place, key), point, POINTS_IN_WORDS)
                for _, point in texts(row, key)
                if point not in POINTS
            )
        for stop, inner in tables({"stops_on": row.get("stops_on")}, "stops_on"):
            for _, point in texts(inner, "on"):
                if point not in POINTS:
                    yield allowed_here((*place, *stop, "on"), point, POINTS_IN_WORDS)
        yield from _check_first_day(place, row)
        yield from _check_keys_that_depend(place, row)
        classes = [one for _, one in texts(row, "only_for_classes")]
        if known is not None:
            what = "a class of notification that opens a review"
            yield from unknown_names((*place, "only_for_classes"), classes, known, what)
        start = row.get("starts_on")
        if classes and isinstance(start, str) and not start.startswith(_OF_THE_RECEIPT):
            yield Mistake(
                (*place, "only_for_classes"),
                f"found a class, and the clock starts on {found(start)}; allowed: "
                "only_for_classes where starts_on is a date of NotificationReceived",
            )


def _codes_that_open_a_review(classes: Iterable[object]) -> set[str]:
    return {
        str(getattr(one, "code", "")) for one in classes if getattr(one, "opens_review", False)
    }


def _check_first_day(place: Place, row: Table) -> Iterator[Mistake]:
    """ToR 7.3: the day of the start can be day 1 only of one or more working days."""
    if row.get("counts_day_of_start") is not True:
        return
    length, unit = row.get("length"), row.get("unit")
    if unit in {"calendar_days", "months"} or (length == 0 and not isinstance(length, bool)):
        yield Mistake(
            (*place, "counts_day_of_start"),
            f"found true with a length of {found(length)} and a unit of {found(unit)}; allowed: "
            "true with a length of 1 or more working_days",
        )


def _check_keys_that_depend(place: Place, row: Table) -> Iterator[Mistake]:
    """ToR 5(a), 7.3: some keys of a clock have a meaning only with certain other keys."""
    if row.get("before") is True and (
        row.get("unit") == "months" or row.get("counts_day_of_start") is True
    ):
        yield Mistake(
            (*place, "before"),
            "found true; allowed: true with working_days or calendar_days, and without "
            "counts_day_of_start",
        )
    start = row.get("starts_on")
    if row.get("each_time") is True and str(start).startswith(_OF_THE_RECEIPT):
        yield Mistake(
            (*place, "each_time"),
            f"found true with {found(start)}, which comes once, so the clock cannot run again; "
            "allowed: true where starts_on is a later date, such as 'ReportSentToPanel.at'",
        )
    if "receipt" in row and start != RECEIVED:
        yield Mistake(
            (*place, "receipt"),
            f"found a table; allowed: receipt where starts_on is {RECEIVED!r}",
        )
    for_all, stop = row.get("stops_when") == "all", first_stop(row)
    if for_all and stop is not None and stop.partition(".")[0] not in BY_ALL:
        yield Mistake(
            (*place, "stops_when"),
            f"found 'all' with {found(stop)}; allowed: 'all' where stops_on is a date of an "
            f"event that several people do: {listed(BY_ALL)}",
        )
    if row.get("all_of") and not for_all:
        yield Mistake(
            (*place, "all_of"), "found a list; allowed: all_of where stops_when is 'all'"
        )


def first_stop(row: Table) -> str | None:
    """Return the first point that stops a clock, if one can be read."""
    points = [point for _, point in texts(row, "stops_on")]
    for _, inner in tables({"stops_on": row.get("stops_on")}, "stops_on"):
        points += [point for _, point in texts(inner, "on")]
    return next(iter(points), None)


def _check_all_of(data: Table) -> Iterator[Mistake]:
    """ToR 5(b), 6.1, 7.9: a clock that waits for all waits for those whom the terms name.

    Agencies may be any; `sense` asks of them.
    """
    seats = ("a seat", names(tables(data, "seats"), "id"))
    partners = [one for _, one in texts(table(data, "adoption"), "by")]
    recipients = [one for _, one in texts(table(data, "feedback"), "share_with")]
    named = {
        "seat": seats,
        "seats": seats,
        "partner": ("a partner of adoption.by", partners),
        "shared_with": ("one of feedback.share_with", recipients),
    }
    for place, row in tables(data, "deadlines"):
        field = BY_ALL.get((first_stop(row) or "").partition(".")[0], "")
        if field in named:
            what, known = named[field]
            given = [one for _, one in texts(row, "all_of")]
            yield from unknown_names((*place, "all_of"), given, known, what)


def _check_duties(data: Table, national: RuleSet) -> Iterator[Mistake]:
    """ToR 7, 8: the clock that ends the duties exists."""
    own = names(tables(data, "deadlines"), "id")
    clocks = {*own, *(one.id for one in national.deadlines)}
    over = [one for _, one in texts(table(data, "duties"), "over")]
    yield from unknown_names(("duties", "over"), over, clocks, "a clock")


# --- Seats and quorum (ToR 6)


def _check_one_chair(data: Table) -> Iterator[Mistake]:
    chairs = [place for place, row in tables(data, "seats") if row.get("chair") is True]
    for place in chairs[1:]:
        yield Mistake(
            (*place, "chair"),
            "found a second seat that is marked as chair; allowed: one such seat, or none",
        )


def _check_quorum(data: Table) -> Iterator[Mistake]:
    needs = table(data, "quorum").get("needs")
    if needs is not None:
        rows = tables(data, "seats")
        seats = set(names([one for one in rows if one[1].get("votes") is not False], "id"))
        yield from _check_need(("quorum", "needs"), needs, seats)


def _check_need(place: Place, need: object, seats: set[str]) -> Iterator[Mistake]:
    """ToR 6.2: an expression names seats that exist, and can be met."""
    if isinstance(need, str):
        yield from unknown_names(place, [need], seats or [need], "a seat that votes")
        return
    given: Table = cast("Table", need) if isinstance(need, Mapping) else {}
    forms = [form for form in FORMS if form in given]
    if len(forms) != 1:
        yield allowed_here(place, cast("Table", need), NEED)
        return
    (form,) = forms
    keys = (form,) if form != "at_least" else ("at_least", "of")
    for key in given.keys() - set(keys):
        text = f"found an unknown key; allowed with {form}: {listed(keys[1:])}"
        yield Mistake((*place, key), text)
    inside = (*place, keys[-1])
    parts = given.get(keys[-1])
    if not isinstance(parts, list) or not parts:
        yield allowed_here(
            inside, given.get(keys[-1], ()), "a list in square brackets of one seat or more"
        )
        return
    rows = cast("list[object]", parts)
    for number, part in enumerate(rows):
        yield from _check_need((*inside, number), part, seats)
    if form == "at_least":
        yield from _check_count(place, given["at_least"], rows)


def _check_count(place: Place, count: object, parts: list[object]) -> Iterator[Mistake]:
    """ToR 6.2: no part is counted twice, and no more parts are needed than there are."""
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= len(parts):
        allowed = f"a whole number without quotation marks, 1 to {len(parts)}"
        yield allowed_here((*place, "at_least"), count, allowed)
    if len(set(map(repr, parts))) < len(parts):
        yield Mistake((*place, "of"), "found a part twice; allowed: each part once")


# --- Outcomes (ToR 5(b))


def _check_outcomes(data: Table) -> Iterator[Mistake]:
    rows = tables(data, "decision", "outcomes")
    yield from twice(rows, "code", "name")
    known = set(names(rows, "code"))
    for place, row in rows:
        others = known - {str(row.get("code"))}
        named = [one for _, one in texts(row, "excludes")]
        yield from unknown_names((*place, "excludes"), named, others, "another outcome")
