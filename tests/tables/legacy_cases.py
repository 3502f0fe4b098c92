"""Five hundred rows of a team's own spreadsheet, as teams write them: days in three spellings."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from rapid_review.tables.cells import Raw
from tests.tables.some_tables import CANARY, KENT, SEATS

CASES: Final = 450
AGES: Final = ("under 1", "3", "8", "12", "17", "?")
BANDS: Final = ("under-1", "1-5", "6-10", "11-15", "16-17", "not-known")
NATURES: Final = (("death", "death"), ("serious harm", "serious-harm"), ("Other", "other"))
OUTCOMES: Final = tuple((one.title, one.code) for one in KENT.decision.outcomes)
MEETING: Final = ("Meeting convened", "Manner of meeting", "Meeting held", *SEATS)
_FIRST: Final = date(2021, 1, 4)


class Row(NamedTuple):
    """One row: its cells, and what was meant by them."""

    cells: dict[str, Raw]
    facts: frozenset[str]
    """What an entry made from the row may say: codes, references and days."""
    is_further: bool = False


def rows() -> Iterator[Row]:
    """Yield the rows, further meetings among them."""
    for number in range(CASES):
        yield _case(number)
        if number % 9 == 0:
            yield _further_meeting(number)


def _days(number: int) -> dict[str, date]:
    """Return the days of a case."""
    received = _FIRST + timedelta(days=number)
    held, sent = received + timedelta(days=9), received + timedelta(days=12 + number % 19)
    days = {
        "Notification received": received,
        "Incident known on": received - timedelta(days=number % 3),
        "Members informed": received + timedelta(days=1),
        "Agencies asked on": received + timedelta(days=1),
        "Agency reports due": received + timedelta(days=8),
        "Agency report: kent-police": received + timedelta(days=6),
        "Agency report: health-visiting": received + timedelta(days=7),
        "Reports collated": received + timedelta(days=8),
        "Reports shared": received + timedelta(days=8),
        "Meeting convened": received + timedelta(days=2),
        "Meeting held": held,
        "Decided": held,
        "Report compiled": sent - timedelta(days=1),
        "Report sent to members": sent,
        "Report sent to Panel": sent,
        "Panel discussed": sent + timedelta(days=20),
        "Panel feedback": sent + timedelta(days=30),
        "Feedback shared: rapid-review-group": sent + timedelta(days=31),
        "Closed": sent + timedelta(days=40),
    }
    if number % 4:
        days |= {"Incident happened on": received - timedelta(days=4), "Panel notified": received}
    return days


def _case(number: int) -> Row:
    title, outcome = OUTCOMES[number % 3]
    (nature, code), age = NATURES[number % 3], number % 6
    empty = number % 7 == 0  # a seat that was empty
    days = _days(number)
    codes = {
        "Case": f"KM-L-{number}",
        "Notification reference": f"PRN-{number}",
        "Notified by": "kent-ics",
        "Class of notification": "serious-incident",
        "Children": f"c-{number}",
        "Informed by": "e-mail",
        "Collation": f"COL-{number}",
        "Report": f"RR-{number}",
        "Decided by": "consensus",
        "Manner of meeting": "virtual",
    }
    sat = {seat: "no" if empty and seat == SEATS[1] else "member" for seat in SEATS}
    said: dict[str, Raw] = {
        "Nature": nature,
        "Ages of children": AGES[age],
        "Seats informed": "all",
        "Agencies asked": "kent-police; health-visiting",
        "Asked about": "all",
        "Agencies collated": "kent-police; health-visiting",
        "Nil returns": "health-visiting" if number % 5 == 0 else None,
        "Shared with": "all",
        "Outcome": title,
        "Rationale": f"{CANARY}, case {number}.",
        "Report addresses": "all",
        "Panel agrees": "yes" if number % 2 else "no",
    }
    seats, limbs = (seat.id for seat in KENT.seats), (one.id for one in KENT.national.limbs)
    facts = {
        *(*codes.values(), code, outcome, BANDS[age], *seats, *limbs, "member", "child", "family"),
        *("kent-police", "health-visiting", "rapid-review-group", "True", "False"),
    }
    spelt = {heading: _spelt(day, number) for heading, day in days.items()}
    cells: dict[str, Raw] = {**codes, **sat, **said, **spelt}
    return Row(cells, frozenset({*facts, *(str(day) for day in days.values())}))


def _further_meeting(number: int) -> Row:
    """Return the row of a further meeting, at which nothing was decided."""
    met = _FIRST + timedelta(days=number + 10)
    cells: dict[str, Raw] = {
        "Case": f"KM-L-{number}",
        "Meeting convened": _spelt(met, number),
        "Meeting held": _spelt(met, number + 1),
        "Manner of meeting": "in person",
        **dict.fromkeys(SEATS, "representative"),
    }
    return Row(cells, frozenset({str(met), "in-person", "representative"}), is_further=True)


def _spelt(day: date, number: int) -> Raw:
    match number % 3:
        case 0:
            return day
        case 1:
            return f"{day:%d/%m/%Y}"
        case _:
            return f"{day.day} {day:%B} {day.year}"
