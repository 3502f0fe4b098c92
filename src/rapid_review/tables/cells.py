"""Reading one cell: a day in UK order or a real date, yes or no, a choice by its title, a code.

A message says what the column needs and how to correct the cell, and never what is in it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from rapid_review.domain.sealed_words import SealedWords
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import AgeBand, Code, Reference, RelatedReview, Words
from rapid_review.tables.columns import ALL, NONE, NOT_KNOWN, Column, DayAlone, Reads, Unknown
from rapid_review.tables.days import (
    WAY_ON_DAY,
    YEARS,
    YEARS_OF_A_DAY,
    day_and_hour,
    has_hour,
    in_zone,
    parse_day,
)
from rapid_review.tables.error_cells import shows_error
from rapid_review.tables.problems import CellError

T = TypeVar("T")
Raw = str | int | float | bool | date | datetime | time | timedelta | None
"""What is in a cell, as the file has it."""

_SEPARATOR: Final = re.compile(r"[;\n]")


def is_blank(raw: Raw) -> bool:
    """Say whether nothing is in a cell."""
    return raw is None or (isinstance(raw, str) and not raw.strip())


def read(column: Column, raw: Raw, terms: Terms) -> object:
    """Return what a cell says; it must not be blank.

    Args:
        column: the cell's column.
        raw: what is in it.
        terms: the terms that the table was made from; hours are in their time zone.

    Raises:
        CellError: it cannot be read as its column asks.
    """
    if isinstance(raw, str) and raw.strip() == NOT_KNOWN and column.reads is not Reads.AGES:
        if column.unknown:
            return Unknown.NOT_KNOWN
        raise CellError(
            "says that the answer is not known, but this column does not allow that",
            "Find the answer, or empty the cell. If the step needs this cell, empty all cells of "
            "the step: it then counts as a step that did not happen.",
        )
    if isinstance(raw, str) and shows_error(raw):
        raise CellError(
            "shows an error of the spreadsheet program, such as #N/A",
            "Mend its formula, or write what it should say. Empty it only if that did not happen.",
        )
    if column.may_be_none and isinstance(raw, str) and raw.strip().casefold() == NONE:
        return ()
    return _READERS[column.reads](column, raw, terms)


# --- Days and hours


def _moment(_: Column, raw: Raw, terms: Terms) -> datetime | DayAlone:
    hour: time | None
    if isinstance(raw, datetime):
        day, hour = raw.date(), raw.time()
        hour = None if hour == time() else hour  # a spreadsheet stores a day alone as its midnight
    elif isinstance(raw, date):
        day, hour = raw, None
    else:
        day, hour = day_and_hour(_as_text(raw, "a day", WAY_ON_DAY))
    if day.year not in YEARS:
        raise CellError("has a day outside the years 2000 to 2199", "Write the right year.")
    return DayAlone(day) if hour is None else in_zone(day, hour, terms.zone)


def _day(_: Column, raw: Raw, __: Terms) -> date:
    if isinstance(raw, datetime):
        if raw.time() != time():
            raise CellError("has an hour, but this column takes only a day", WAY_ON_DAY)
        raw = raw.date()
    if not isinstance(raw, date):
        text = _as_text(raw, "a day", WAY_ON_DAY)
        if has_hour(text):
            raise CellError("has an hour, but this column takes only a day", WAY_ON_DAY)
        raw = parse_day(text)
    if raw.year not in YEARS_OF_A_DAY:
        raise CellError("has a day outside the years 1900 to 2199", "Write the right year.")
    return raw


# --- Texts, codes and references


def _as_text(raw: Raw, needed: str, way_on: str) -> str:
    """Return a cell's text; a whole number counts as a text of digits."""
    if isinstance(raw, str):
        return raw.strip()
    if isinstance(raw, bool | date | time | timedelta) or raw is None:
        kind = "a yes or no" if isinstance(raw, bool) else "a date or a time"
        raise CellError(f"contains {kind}; the column needs {needed}", way_on)
    if needed == "a day":
        raise CellError("contains a number; the column needs a day", WAY_ON_DAY)
    if isinstance(raw, float):
        if not raw.is_integer():
            raise CellError(f"contains a number with decimals; the column needs {needed}", way_on)
        raw = int(raw)
    return str(raw)


def _yes_no(_: Column, raw: Raw, __: Terms) -> bool:
    if isinstance(raw, bool):
        return raw
    written = _as_text(raw, "yes or no", "Write yes or no.").casefold()
    if written not in _YES_NO:
        raise CellError("is neither yes nor no", "Write yes or no.")
    return _YES_NO[written]


_YES_NO: Final = MappingProxyType(
    {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}
)


def _choice(column: Column, raw: Raw, _: Terms) -> str:
    return _code_chosen(column, _as_text(raw, "one of a list", _how_to_choose(column)))


def _choices(column: Column, raw: Raw, _: Terms) -> tuple[str, ...]:
    written = _split(_as_text(raw, "a list", _how_to_choose(column)))
    if [one.casefold() for one in written] == [ALL]:
        return tuple(one.code for one in column.choices)
    return _each_once(_code_chosen(column, one) for one in written)


def _code_chosen(column: Column, written: str) -> str:
    """Return the code that a cell chooses by its title or its code, in any spacing and case."""
    found = _normalised(written)
    known = {_normalised(name): one.code for one in column.choices for name in reversed(one)}
    if found in known:
        return known[found]
    titles = {_normalised(one.title): one.title for one in column.choices}
    near = get_close_matches(found[:200], titles, n=1)
    meant = f"; did you mean {titles[near[0]]!r}?" if near else ""
    raise CellError(f"is not in the list of allowed values{meant}", _how_to_choose(column))


def _how_to_choose(column: Column) -> str:
    some = (
        "one or more of these, with ; between them"
        if column.reads is Reads.CHOICES
        else "one of these"
    )
    titles = [repr(one.title) for one in column.choices]
    shown = titles if len(titles) <= _SHOWN else [*titles[:_SHOWN], "those on the sheet Choices"]
    return f"Choose {some}: {', '.join(shown)}."


_SHOWN: Final = 8
_CODE: Final = TypeAdapter[str](Code)
_REFERENCE: Final = TypeAdapter[str](Reference)
_WORDS: Final = TypeAdapter[str | SealedWords](Words)
_WAY_ON_CODE: Final = "Write lower-case letters, digits and hyphens, such as health-visiting."
_BETWEEN_SEVERAL: Final = " Write ; between several."
_WAY_ON_EACH: Final = (
    "Write the code; of several, each one with ; between them. If there is none, empty the cell."
)
_WAY_ON_REVIEWS: Final = (
    "Write what kind of review it is and then its reference, such as child-death-review CDR-31. "
    f"Write ; between reviews, and {NONE} if the group found none."
)


def _code(column: Column, raw: Raw, _: Terms) -> str:
    return _parse_code(column, _as_text(raw, "a code", _WAY_ON_CODE))


def _codes(column: Column, raw: Raw, _: Terms) -> tuple[str, ...]:
    return _each_once(
        _parse_code(column, one) for one in _split(_as_text(raw, "codes", _WAY_ON_CODE))
    )


def _parse_code(column: Column, text: str) -> str:
    if (named := _code_titled(column, text)) is not None:
        return named
    if text.casefold() in (ALL, NONE) and text not in column.suggests:
        raise CellError(f"says {text.casefold()}, which is not a code here", _WAY_ON_EACH)
    try:
        return _CODE.validate_python(text)
    except ValidationError:
        near = get_close_matches("-".join(text.lower().split())[:64], column.suggests, n=1)
    meant = f"; did you mean {near[0]}?" if near else ""
    several = _BETWEEN_SEVERAL if column.reads is Reads.CODES else ""
    raise CellError(f"is not a code{meant}", _WAY_ON_CODE + several)


def _code_titled(column: Column, text: str) -> str | None:
    """Return the code of a title, whole or up to its first comma; None if no title is written.

    Any other name is refused, as it may be a person's.
    """
    written = _normalised(text)
    whole = {one.code for one in column.names if _normalised(one.title) == written}
    begun = {
        one.code for one in column.names if _normalised(one.title.partition(",")[0]) == written
    }
    return next((min(found) for found in (whole, begun) if len(found) == 1), None)


def _way_on_reference(column: Column) -> str:
    return (
        f"{column.means} Write at most 64 letters, digits and . _ : / + - without spaces. Do not "
        "write a person's name: a reference is public."
    )


def _reference(column: Column, raw: Raw, _: Terms) -> str:
    way_on = _way_on_reference(column)
    return _parse_reference(_as_text(raw, "a reference", way_on), way_on)


def _references(column: Column, raw: Raw, _: Terms) -> tuple[str, ...]:
    way_on = _way_on_reference(column) + _BETWEEN_SEVERAL
    written = _split(_as_text(raw, "references", way_on))
    return _each_once(_parse_reference(one, way_on) for one in written)


def _reviews(column: Column, raw: Raw, _: Terms) -> tuple[RelatedReview, ...]:
    return _each_once(
        _parse_review(column, one) for one in _split(_as_text(raw, "reviews", _WAY_ON_REVIEWS))
    )


def _parse_review(column: Column, text: str) -> RelatedReview:
    kind, *references = text.split()
    if len(references) != 1:
        raise CellError("is not a kind of review and its reference", _WAY_ON_REVIEWS)
    reference = _parse_reference(references[0], _WAY_ON_REVIEWS)
    return RelatedReview(process=_parse_code(column, kind), reference=reference)


def _parse_reference(text: str, way_on: str) -> str:
    try:
        return _REFERENCE.validate_python(text)
    except ValidationError:
        raise CellError("is not a reference", way_on) from None


def _words(_: Column, raw: Raw, __: Terms) -> str:
    text = _as_text(raw, "words", "Write text.")
    try:
        _WORDS.validate_python(text)
    except ValidationError:
        raise CellError(
            "has more than 20,000 characters, or characters that cannot be printed",
            "Shorten it, or paste it as plain text.",
        ) from None
    return text


def _split(text: str) -> list[str]:
    return [one.strip() for one in _SEPARATOR.split(text) if one.strip()]


def _each_once(found: Iterable[T]) -> tuple[T, ...]:
    """Return what is listed; refuse an empty list, and one that lists something twice."""
    listed = tuple(found)
    if not listed:
        raise CellError("contains only separators", "List at least one, or empty the cell.")
    if len(set(listed)) < len(listed):
        raise CellError("lists the same thing twice", "Delete one of the two.")
    return listed


def _normalised(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())  # noqa: RUF001 - as typed


# --- Ages


_BANDS: Final = (
    *((1, AgeBand.UNDER_1), (6, AgeBand.FROM_1_TO_5), (11, AgeBand.FROM_6_TO_10)),
    *((16, AgeBand.FROM_11_TO_15), (18, AgeBand.FROM_16_TO_17)),
)
"""Each band, with the first age that is above it."""
_WAY_ON_AGES: Final = (
    "For each child write the age in years, or unborn, under 1, 1 to 5, 6 to 10, 11 to 15 or "
    "16 to 17, or ? if it is not known. Write ; between children."
)


def _ages(_: Column, raw: Raw, __: Terms) -> tuple[AgeBand, ...]:
    if isinstance(raw, date):
        raise CellError(
            "was changed to a date by the spreadsheet program",
            f"Format the cell as text. {_WAY_ON_AGES}",
        )
    return tuple(map(_band, _split(_as_text(raw, "an age", _WAY_ON_AGES))))


def _band(written: str) -> AgeBand:
    written = " ".join(written.lower().split())
    if written in _NAMED:
        return _NAMED[written]
    if written.isascii() and written.isdigit():
        years = int(written[:4])  # enough to see that it is not a child's age
        for above, band in _BANDS:
            if years < above:
                return band
        raise CellError("has the age of an adult", _WAY_ON_AGES)
    raise CellError("is not an age", _WAY_ON_AGES)


_NAMED: Final = MappingProxyType(
    {NOT_KNOWN: AgeBand.NOT_KNOWN}
    | {one.value: one for one in AgeBand}
    | {one.value.replace("-", " "): one for one in AgeBand}
    | {one.value.replace("-", " to "): one for one in AgeBand if one.value[0].isdigit()}
)

_READERS: Final[Mapping[Reads, Callable[[Column, Raw, Terms], object]]] = MappingProxyType(
    {
        Reads.MOMENT: _moment,
        Reads.DAY: _day,
        Reads.YES_NO: _yes_no,
        Reads.CHOICE: _choice,
        Reads.CHOICES: _choices,
        Reads.CODE: _code,
        Reads.CODES: _codes,
        Reads.REFERENCE: _reference,
        Reads.REFERENCES: _references,
        Reads.REVIEWS: _reviews,
        Reads.AGES: _ages,
        Reads.WORDS: _words,
    }
)
