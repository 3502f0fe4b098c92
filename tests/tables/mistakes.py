"""Sixty-odd kinds of mistake that people make in a table, and what is to be told of each.

Each is a row that is good, but for what it changes; beside it stand the heading that is to be
named and the gist of what is told.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from rapid_review.tables.cells import Raw
from tests.tables.some_tables import CANARY, SEATS

YES: Final = True
WRONG_DAY: Final = "has a day that does not exist"


class Mistake(NamedTuple):
    """A kind of mistake: what it changes in a good row, under which heading what is told."""

    name: str
    changes: Mapping[str, Raw]
    heading: str
    gist: str
    further: bool = False
    """Whether it is made in a further row of a case, and not in its first."""


def _at(heading: str, cell: Raw, gist: str, name: str) -> Mistake:
    return Mistake(name, {heading: cell}, heading, gist)


_DAYS: Final = (
    _at("Notification received", "31/02/2021", WRONG_DAY, "a day that there is not"),
    _at("Notification received", "29/02/2021", WRONG_DAY, "a leap day in another year"),
    _at("Notification received", "05/13/2021", "a month that does not exist", "the month first"),
    _at("Notification received", "04/05/21", "without four digits", "a year of two digits"),
    _at("Notification received", "last Tuesday", "is not a day", "a day in words"),
    _at("Notification received", "2021", "is not a day", "a year alone"),
    _at("Notification received", "May 2021", "is not a day", "a month alone"),
    _at("Notification received", 44320, "contains a number", "a number in place of a day"),
    _at("Notification received", YES, "a yes or no", "a yes in place of a day"),
    _at("Notification received", time(9, 30), "a date or a time", "an hour alone"),
    _at("Notification received", timedelta(hours=30), "a date or a time", "a duration"),
    _at("Notification received", "04/05/1921", "outside the years", "a century too early"),
    _at("Notification received", "04/05/2210", "outside the years", "a century too late"),
    _at("Notification received", "04/05/2021 25:00", "an hour that does not exist", "25 o'clock"),
    _at(
        "Notification received", "28/03/2021 01:30", "did not exist on that day", "a skipped hour"
    ),
    _at("Notification received", "31/10/2021 01:30", "occurred twice", "an hour that came twice"),
    _at("Notification received", "?", "says that the answer is not known", "receipt not known"),
    _at("Notification received", None, "is empty", "no receipt"),
    _at("Incident known on", "3rd of May", "is not a day", "a day without its year"),
    _at("Incident known on", datetime(2021, 5, 3, 9, 30), "takes only a day", "an hour too many"),  # noqa: DTZ001
    _at("Incident known on", "03/05/2021 09:30", "takes only a day", "an hour too many, as text"),
    _at("Incident known on", "03/05/1821", "outside the years", "two centuries too early"),
    _at("Closed", "32/01/2022", WRONG_DAY, "a 32nd of January"),
    _at("Closed", "00/01/2022", WRONG_DAY, "a day 0"),
)
_CODES: Final = (
    _at("Notified by", "Kent ICS", "is not a code", "words in place of a code"),
    _at("Notified by", "kent_police", "is not a code", "an underscore in a code"),
    _at("Notified by", CANARY, "is not a code", "a name in place of a code"),
    _at("Notified by", "k" * 65, "is not a code", "a code that is too long"),
    _at("Case", "KM 2021 1", "is not a reference", "spaces in a case's reference"),
    _at("Case", None, "is empty", "no case"),
    _at("Case", "", "is empty", "an empty case"),
    _at("Case", 20.5, "a number with decimals", "a case with decimals"),
    _at("Case", date(2021, 5, 4), "a date or a time", "a case that became a date"),
    _at("Notification reference", "PRN 1", "is not a reference", "spaces in a reference"),
    _at("Notification reference", "P" * 65, "is not a reference", "a reference too long"),
    _at("Children", CANARY, "is not a reference", "a child's name"),
    _at("Children", "c-1; c-1", "lists the same thing twice", "a child named twice"),
    _at("Children", " ; ", "contains only separators", "a list of nothing"),
    _at("Agencies asked", "kent-police, school", "is not a code", "a comma between codes"),
    _at("Agencies asked", "school;school", "lists the same thing twice", "an agency asked twice"),
)
_CHOICES: Final = (
    _at(
        "Class of notification", "serious", "is not in the list of allowed values", "half a class"
    ),
    _at("Nature", "deth", "did you mean 'death'?", "a slip in the nature"),
    _at("Nature", "?", "says that the answer is not known", "nature not known"),
    _at("Outcome", "No practice review is requird", "did you mean 'No practice", "a slip"),
    _at("Outcome", "Undecided", "is not in the list of allowed values", "an outcome of their own"),
    _at("Decided by", "show of hands", "is not in the list of allowed values", "another manner"),
    _at(
        "Manner of meeting",
        "telephone",
        "is not in the list of allowed values",
        "a meeting by telephone",
    ),
    _at(SEATS[1], "deputy", "is not in the list of allowed values", "a deputy in a seat"),
    _at(SEATS[0], "yes", "is not in the list of allowed values", "yes in a seat"),
    _at(SEATS[2], "?", "says that the answer is not known", "a seat not known"),
    _at("Panel agrees", "perhaps", "is neither yes nor no", "perhaps"),
    _at("Panel agrees", 1, "is neither yes nor no", "1 for yes"),
    _at(
        "Seats informed", "Everybody", "is not in the list of allowed values", "everybody for all"
    ),
    _at(
        "Report addresses",
        "facts; opinion",
        "is not in the list of allowed values",
        "a part of its own",
    ),
)
_AGES: Final = (
    _at("Ages of children", "old", "is not an age", "an age in words"),
    _at("Ages of children", "19", "the age of an adult", "an adult"),
    _at("Ages of children", "-1", "is not an age", "an age below 0"),
    _at("Ages of children", date(2021, 10, 6), "was changed to a date", "6-10 that became a date"),
    _at("Ages of children", "3; 5", "has 2 ages for 1 child", "an age too many"),
    _at("Ages of children", 3.5, "a number with decimals", "three years and a half"),
    _at("Rationale", "x" * 20_001, "more than 20,000 characters", "a rationale too long"),
)
_TOGETHER: Final = (
    _at("Decided", None, 'is empty, but "Outcome" is filled in', "an outcome of no day"),
    _at("Outcome", None, 'is empty, but "Decided" is filled in', "a decision of nothing"),
    _at("Report", None, 'is empty, but "Report compiled" is filled in', "a report of no name"),
    _at(SEATS[3], None, 'is empty, but "Meeting held" is filled in', "a seat left out"),
    _at("Report addresses", None, "is empty", "a report that says nothing"),
    _at("Panel agrees", None, 'but "Panel feedback" is filled in', "an answer of nothing"),
    _at("Panel feedback", None, 'but "Panel agrees" is filled in', "an answer of no day"),
    Mistake(
        "shared and never collated",
        {"Reports collated": None, "Agencies collated": None, "Collation": None},
        "Reports shared",
        'but "Reports collated" is empty',
    ),
    Mistake(
        "sent and never compiled",
        {"Report compiled": None, "Report": None, "Report addresses": None},
        "Report sent to Panel",
        'but "Report compiled" is empty',
    ),
    Mistake(
        "decided at no meeting",
        dict.fromkeys(("Meeting convened", "Manner of meeting", "Meeting held", *SEATS)),
        "Decided",
        'but "Meeting held" is empty',
    ),
    Mistake(
        "convened and never held",
        dict.fromkeys(("Meeting held", "Decided", "Outcome", "Decided by", *SEATS))
        | {"Rationale": None},
        "Meeting convened",
        'but "Meeting held" is empty',
    ),
    Mistake(
        "weighed nothing",
        {"Criteria weighed": "10/05/2021"},
        "Criteria weighed",
        "no criterion has yes or no",
    ),
    _at("Nil returns", "school", "this row has no day", "a nil return of nobody"),
    _at("Why not met", CANARY, "is empty, but", "a reason of no day")._replace(
        heading="Criteria found not met"
    ),
    _at("Scope", CANARY, "is empty, but", "a scope of no review")._replace(
        heading="Practice review commissioned"
    ),
)
_FURTHER: Final = (
    Mistake(
        "a case told twice",
        {"Notification received": "04/05/2021"},
        "Case",
        "repeats the case",
        further=True,
    ),
    Mistake(
        "a further row that closes",
        {"Closed": "04/05/2022"},
        "Closed",
        "this is a further row",
        further=True,
    ),
    Mistake(
        "a second decision",
        {"Decided": "04/06/2021", "Outcome": "no-practice-review", "Decided by": "consensus"},
        "Decided",
        "a second decision",
        further=True,
    ),
)

MISTAKES: Final = (*_DAYS, *_CODES, *_CHOICES, *_AGES, *_TOGETHER, *_FURTHER)
"""Every kind of mistake."""
