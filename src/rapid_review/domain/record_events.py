"""What happened to the record itself: due days calculated again, other terms, corrections by two.

These names are stored, like those of `events`, which lists them all. `RecordCorrected` is defined
there, since it holds any event.
"""

from typing import Literal

from rapid_review.domain import record_particulars as record
from rapid_review.domain.particulars import Event
from rapid_review.domain.vocabulary import CalendarRef, Day, TermsRef


class DeadlineReckonedAgain(Event, record.Reckoning):
    """The library calculated a due day again: a calendar or the start of its clock changed."""

    kind: Literal["DeadlineReckonedAgain"] = "DeadlineReckonedAgain"
    counted_from: Day
    old_due: Day
    due: Day
    old_calendar: CalendarRef
    calendar: CalendarRef


class TermsReplaced(Event, record.TermsChange):
    """The case continues under other terms; clocks already running keep their due days."""

    kind: Literal["TermsReplaced"] = "TermsReplaced"
    old_terms: TermsRef
    terms: TermsRef


class CorrectionApproved(Event, record.CorrectionApproval):
    """A second person, of another agency, approved a correction; the correction follows."""

    kind: Literal["CorrectionApproved"] = "CorrectionApproved"
