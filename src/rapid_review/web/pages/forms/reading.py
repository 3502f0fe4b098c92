"""Reading a filled-in form: the values of the command, and what is wrong with the answers.

A message about a wrong answer never repeats it: it names the question, and what is allowed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from rapid_review.domain.day_names import MONTHS, month_named
from rapid_review.tables.days import NOON, YEARS, YEARS_OF_A_DAY
from rapid_review.web.pages.forms.choices import Option
from rapid_review.web.pages.forms.clock_times import moment_typed
from rapid_review.web.pages.forms.codes import code_named
from rapid_review.web.pages.forms.control import Control, Kind
from rapid_review.web.pages.forms.controls import deciding_control
from rapid_review.web.pages.forms.filled import Filled

CHOSEN: Final = "at-chosen"
"""The name under which a page carries the hour that it chose for a step, if noon does not fit."""
_DAY_OR_UNKNOWN: Final = "Give the day, or say that nobody knows it; not both."
_NEEDS: Final = "This needs a day, a month and a year, such as 4 5 2026."
_ONLY_THE_DAY: Final = "Write only the day of the month in the first box, in digits, such as 4."
_YEAR: Final = re.compile(r"[0-9]{4}")


class Unknown(Enum):
    """The answer that nobody knows: another one than none, and recorded as null."""

    UNKNOWN = "Nobody knows"

    def __str__(self) -> str:
        return self.value


class Wrong(NamedTuple):
    """What is wrong with an answer.

    Attributes:
        path: of the control; empty if it is about the form as a whole.
        says: what is wrong, and what is allowed.
        leads_to: the path of a page that helps; empty if there is none.
        part: the box of a day that is wrong, such as `month`; empty if it is all of the control.
    """

    path: str
    says: str
    leads_to: str = ""
    part: str = ""


@dataclass
class Answers:
    """What a form says.

    Attributes:
        values: the fields of a command, as in its JSON.
        wrong: what is wrong with the answers.
        paths: by the path of a value in the JSON, the control it came from.
    """

    values: dict[str, object] = field(default_factory=dict[str, object], repr=False)
    wrong: list[Wrong] = field(default_factory=list[Wrong])
    paths: dict[str, str] = field(default_factory=dict[str, str])


def read(controls: Sequence[Control], filled: Filled, zone: ZoneInfo) -> Answers:
    """Return what a form says.

    Args:
        controls: what it asks.
        filled: what was sent.
        zone: the partnership's, for the hours.
    """
    answers = Answers()
    reader = _Reader(filled, zone, answers)
    answers.values = reader.group(controls, "")
    return answers


def value_of(control: Control, filled: Filled, zone: ZoneInfo) -> object:
    """Return the value that a question is answered with, `Unknown` too; None if none."""
    return _Reader(filled, zone, Answers()).value(control, "")


def day_in(control: Control, filled: Filled, zone: ZoneInfo) -> date | None:
    """Return the day that a question of a day is answered with, without its hour; None if none."""
    found = _Reader(filled, zone, Answers()).day(control)
    return None if found is None else datetime.fromisoformat(found).date()


def is_unknown(control: Control, filled: Filled) -> bool:
    """Say whether a question is answered by saying that nobody knows."""
    return control.may_be_unknown and filled.text(f"{control.path}-unknown") == "yes"


def is_answered(control: Control, filled: Filled) -> bool:
    """Say whether anything was filled in."""
    if control.parts:
        return any(is_answered(part, filled) for part in control.parts)
    if is_unknown(control, filled):
        return True
    ends = ("-day", "-month", "-year", "-time", "-others", "")
    return any(filled.text(f"{control.path}{end}") for end in ends)


@dataclass
class _Reader:
    """Reads controls, and collects what is wrong with the answers."""

    filled: Filled
    zone: ZoneInfo
    answers: Answers

    def group(self, controls: Sequence[Control], at: str) -> dict[str, object]:
        """Return the values of controls; what was not answered is left out."""
        found: dict[str, object] = {}
        for one in controls:
            name = one.path.rpartition(".")[2]
            self.answers.paths[f"{at}{name}"] = one.path
            value = self.value(one, f"{at}{name}.")
            if value is not None:
                found[name] = None if isinstance(value, Unknown) else value
        return found

    def value(self, control: Control, at: str) -> object:
        """Return the value of a control, `Unknown` if nobody knows; None if it is not answered."""
        match control.kind:
            case Kind.MOMENT | Kind.DAY:
                unknown = is_unknown(control, self.filled)
                value: object = self.unknown_day(control) if unknown else self.day(control)
            case Kind.NUMBER:
                value = self.number(control)
            case Kind.YES_NO:
                value = {"yes": True, "no": False}.get(self.filled.text(control.path))
            case Kind.SOME_OF:
                value = self.codes(control)
            case Kind.LINES:
                value = self.filled.text(control.path).split() or None
            case Kind.CODE:
                value = self.code(control)
            case Kind.GROUP:
                return self.optional_group(control, at)
            case Kind.ROWS:
                return self.rows(control, at)
            case _:
                value = self.filled.text(control.path) or None
        if value is None and control.is_required and not self._is_reported(control):
            self.wrong(control, control.question.missing)
        return value

    def optional_group(self, control: Control, at: str) -> object:
        """Return what a group says; None if it may be left empty, and is."""
        if not control.is_required and not self.is_any_answered(control.parts):
            return None
        return self.group(control.parts, at)

    def rows(self, control: Control, at: str) -> object:
        if control.asks_if_looked and self.filled.text(f"{control.path}-looked") != "yes":
            return None
        found: list[object] = []
        for row in control.rows:
            decides = deciding_control(control, row)
            asked = row.controls if decides is None else (decides,)
            # An empty first row is read too, so that each question in it is reported as missing.
            is_first = control.grows and control.is_required and not found
            if not self.is_any_answered(asked) and not is_first:
                if decides is not None and self.is_any_answered(row.controls):
                    self.wrong(decides, f"{row.title}: {decides.question.missing}")
                continue
            place = f"{at}{len(found)}."
            found.append({**dict(row.says), **self.group(row.controls, place)})
        if not found and control.is_required:
            # A meeting at which no seat was filled also took place (ToR 6.2).
            if control.path == "sat":
                return []
            self.wrong(control, control.question.missing)
        return found

    def is_any_answered(self, controls: Iterable[Control]) -> bool:
        return any(is_answered(one, self.filled) for one in controls)

    def day(self, control: Control) -> str | None:
        """Return a day, or a moment, as JSON has it."""
        texts = [self.filled.text(f"{control.path}-{part}") for part in ("day", "month", "year")]
        hour = self.filled.text(f"{control.path}-time")
        if not any(texts):
            if hour:
                self.unread(control, _NEEDS)
            return None
        day = _day_of(texts, YEARS if control.kind is Kind.MOMENT else YEARS_OF_A_DAY)
        if not isinstance(day, date):
            self.unread(control, *day)
            return None
        if control.kind is Kind.DAY:
            return day.isoformat()
        if not hour and not (hour := chosen_hour(control, self.filled)):
            return datetime.combine(day, NOON, self.zone).isoformat()
        moment = moment_typed(day, hour, self.zone)
        if not isinstance(moment, datetime):
            self.unread(control, moment, "time")
            return None
        return moment.isoformat()

    def unknown_day(self, control: Control) -> Unknown:
        """Return that nobody knows a day, which is then not given as well."""
        parts = ("day", "month", "year", "time")
        if any(self.filled.text(f"{control.path}-{part}") for part in parts):
            self.wrong(control, _DAY_OR_UNKNOWN)
        return Unknown.UNKNOWN

    def number(self, control: Control) -> int | None:
        text = self.filled.text(control.path)
        if not text:
            return None
        if (found := self.filled.number(control.path)) is None:
            self.unread(control, "Write a number in digits, such as 1.")
        return found

    def code(self, control: Control) -> str | None:
        """Return the code of what was written; None if nothing was, or no code can be made."""
        text = self.filled.text(control.path)
        code = code_named(text, names_in(control))
        if text and not code:
            self.unread(control, "Write it in letters from a to z, or digits.")
        return code or None

    def codes(self, control: Control) -> list[str] | None:
        """Return the codes that were ticked, and those of what was written under them."""
        if control.asks_if_looked and self.filled.text(f"{control.path}-looked") != "yes":
            return None
        ticked = [one for one in self.filled.texts(control.path) if one]
        others = re.split(r"[\n,;]", self.filled.text(f"{control.path}-others"))
        named = (code_named(one, names_in(control)) for one in others)
        found = [*ticked, *filter(None, named)]
        each = list(dict.fromkeys(found))
        return each or ([] if control.asks_if_looked else None)

    def unread(self, control: Control, says: str, part: str = "") -> None:
        """Report an answer that cannot be read, and name its question: the form has many."""
        self.wrong(control, f"{control.question.legend.rstrip('?')}: {says}", part)

    def wrong(self, control: Control, says: str, part: str = "") -> None:
        self.answers.wrong.append(Wrong(control.path, says, part=part))

    def _is_reported(self, control: Control) -> bool:
        return any(one.path == control.path for one in self.answers.wrong)


def names_in(control: Control) -> tuple[Option, ...]:
    """Return the options that an answer may name."""
    return (*control.options, *control.seats)


def _day_of(texts: Sequence[str], years: range) -> date | tuple[str, str]:
    """Return the day that three boxes give; or why they give none, and which box is wrong."""
    if not all(texts):
        return _NEEDS, ("day", "month", "year")[list(map(bool, texts)).index(False)]
    day, month, year = texts
    if not _YEAR.fullmatch(year):
        return "Write the year in four digits, such as 2026.", "year"
    if int(year) not in years:
        return f"Write a year from {years[0]} to {years[-1]}.", "year"
    number = _month(month)
    if number is None:
        return "There is no such month. Write its number or its name, such as 5 or May.", "month"
    try:
        return date(int(year), number, int(day) if _is_number(day) else 0)
    except ValueError:
        return ("This day does not exist." if _is_number(day) else _ONLY_THE_DAY), "day"


def _month(text: str) -> int | None:
    """Return a month, given as a number or by its name; None if there is no such month."""
    is_number = _is_number(text) and 1 <= int(text) <= len(MONTHS)
    return int(text) if is_number else month_named(text)


def _is_number(text: str) -> bool:
    return re.fullmatch("[0-9]{1,2}", text) is not None


def chosen_hour(control: Control, filled: Filled) -> str:
    """Return the hour that the page chose for the step; empty if that is noon."""
    return filled.text(CHOSEN) if control.path == "at" else ""
