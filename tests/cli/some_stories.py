"""Whole cases as lines for `apply`, each right but for what one test changes in it."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from rapid_review.domain import commands as ask
from tests.cli.a_terminal import TEAM, lines
from tests.domain.a_review import (
    AGREE,
    ASSESS,
    ATTEND,
    CLOSE,
    COLLATE,
    COMPILE,
    CONVENE,
    DECIDE_NOT,
    DISAGREE,
    DISCUSS,
    FILE,
    INFORM_ALL,
    NOT_MET,
    RECEIVE,
    RECONSIDER,
    REQUEST,
    SEATS,
    SHARE,
    TELL_GROUP,
    TELL_PARTNERS,
    TO_MEMBERS,
    TO_PANEL,
    at,
    changed,
    seated,
)

CASE: Final = "KM-2020-007"
LATER: Final = {"id": "pt-09", "role": "reviewer", "agency": "audit"}
"""Anyone who corrects."""

GATHERED: Final = (RECEIVE, *INFORM_ALL, REQUEST, FILE, COLLATE, SHARE)
MET: Final = (CONVENE, changed(ATTEND, experts=()), ASSESS, DECIDE_NOT)
WENT_OUT: Final = (COMPILE, TO_MEMBERS, TO_PANEL)
TOLD: Final = (DISCUSS, AGREE, TELL_GROUP, TELL_PARTNERS)
ALL_DONE: Final = (*GATHERED, *MET, *WENT_OUT, *TOLD, CLOSE)
"""A review in which nothing is to be found."""

WITHOUT_THE_POLICE: Final = changed(
    ATTEND, at=at("2020-05-19 13:10"), sat=seated(*(set(SEATS) - {"police"})), experts=()
)
RECORDED_AGAIN: Final = (*ALL_DONE, WITHOUT_THE_POLICE)
"""The attendance is recorded again, without a seat that the quorum needs."""

DUTIES_NEVER_DONE: Final = (
    *(RECEIVE, *INFORM_ALL, *MET, COMPILE, TO_PANEL),
    *(DISCUSS, AGREE, TELL_GROUP, TELL_PARTNERS, CLOSE),
)
SENT_A_YEAR_EARLY: Final = (*GATHERED, *MET, COMPILE, changed(TO_PANEL, at=at("2019-05-21 09:00")))
SENT_AGAIN: Final = (
    *(*GATHERED, *MET, *WENT_OUT, DISCUSS, DISAGREE, TELL_GROUP, TELL_PARTNERS, RECONSIDER),
    changed(COMPILE, at=at("2020-06-30 09:00"), version=2),
    changed(TO_MEMBERS, at=at("2020-06-30 10:00"), version=2),
    changed(TO_PANEL, at=at("2020-07-01 09:00"), version=2),
)
"""The Panel disagreed, and has the reconsidered decision before it."""
DISCUSSED_AGAIN: Final = changed(DISCUSS, at=at("2020-07-08 09:00"), discussed_on=date(2020, 7, 7))
CRITERIA_NOT_MET_AFTERWARDS: Final = (
    *(*GATHERED, *MET, *WENT_OUT),
    changed(NOT_MET, at=at("2020-05-22 10:00")),
)


def said(*commands: ask.Command, case: str = CASE, by: object = TEAM) -> str:
    """Return a line for each command."""
    return lines(*(line_of(one, case, by) for one in commands))


def line_of(command: ask.Command, case: str = CASE, by: object = TEAM) -> dict[str, Any]:
    """Return what is on the line of a command."""
    fields = command.model_dump(mode="json", exclude_none=True)
    return {"case": case, "command": type(command).__name__, "by": by, **fields}


def codes(findings: Iterable[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Return which findings there are: kind, code, verdict; a duty of several seats once."""
    told = ((one["kind"], one["code"], one["verdict"]) for one in findings)
    return list(dict.fromkeys(told))
