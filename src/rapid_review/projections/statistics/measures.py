"""Everything that is counted, in one place: its name in a cell, its unit, its kinds, its whole.

Code that turns a case into cells uses these names. For each measure, `means` says what one of it
is. The key of a cell is "" if the kind is not known, and if a measure has no kinds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from rapid_review.domain.vocabulary import AgeBand
from rapid_review.projections.statistics.basis import Counted


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that is counted.

    Attributes:
        name: what a cell calls it.
        counted: the unit.
        keyed_by: what the key of a cell says: None if there is only one kind; two names, joined as
            by `crossed`, if it says two things.
        of: the measure of which a share is taken: its count of the same key, if both have the same
            kinds; else its count of all. None for a share of all of this measure.
        means: what one of it is.
    """

    name: str
    counted: Counted
    keyed_by: str | None = None
    of: "Measure | None" = None
    means: str = field(kw_only=True)


# --- Receipt

NOTIFICATION: Final = Measure(
    "notification",
    Counted.NOTIFICATION,
    "nature",
    means="a notification, by the nature of its incident",
)
NATURE_BY_AGE: Final = Measure(
    "nature-by-age",
    Counted.NOTIFICATION,
    "nature, age-band",
    means="a notification, by the nature of its incident and the age band of its index child",
)
INCIDENT: Final = Measure(
    "incident",
    Counted.INCIDENT,
    "nature",
    means="an incident, by the nature that its first notification gives",
)
CHILD: Final = Measure(
    "child",
    Counted.CHILD,
    "age-band",
    means="a child of a notification, by age band; an unborn child counts as a child",
)
AGE_BANDS: Final[Mapping[AgeBand, str]] = {
    band: band.replace("-", " to ") if band[0].isdigit() else str(band) for band in AgeBand
}
"""What each age band is called in a figure: "1 to 5", which no spreadsheet takes for a date."""
CRITERIA_NOT_MET: Final = Measure(
    "criteria-not-met",
    Counted.NOTIFICATION,
    of=NOTIFICATION,
    means="a notification whose criteria were found not met",
)
REVIEW: Final = Measure(
    "review",
    Counted.REVIEW,
    means="a notification that opened a rapid review, unless its criteria were found not met",
)

# --- Agencies (ToR 7.4); the key is the agency that was asked, not the one that notified

REPORT_REQUESTED: Final = Measure(
    "agency-report-requested",
    Counted.AGENCY_REPORT,
    "agency",
    means="an agency that was asked, counted once for each case",
)
REPORT_FILED: Final = Measure(
    "agency-report-filed",
    Counted.AGENCY_REPORT,
    "agency",
    REPORT_REQUESTED,
    means="an agency that was asked and has answered",
)
REPORT_LATE: Final = Measure(
    "agency-report-late",
    Counted.AGENCY_REPORT,
    "agency",
    REPORT_FILED,
    means="an agency that was asked to answer by a day and first answered after it",
)
REPORT_NIL: Final = Measure(
    "agency-report-nil",
    Counted.AGENCY_REPORT,
    "agency",
    REPORT_FILED,
    means="an agency that was asked and answered that it knew nothing of the family",
)
REPORT_UNASKED: Final = Measure(
    "agency-report-unasked",
    Counted.AGENCY_REPORT,
    "agency",
    means="an agency that reported although nobody had asked it",
)

# --- The meeting (ToR 6)

MEETING: Final = Measure(
    "meeting", Counted.MEETING, means="a meeting whose attendance is recorded"
)
QUORUM_NOT_MET: Final = Measure(
    "quorum-not-met", Counted.MEETING, of=MEETING, means="a meeting that was not quorate"
)
EMPTY_SEAT: Final = Measure(
    "empty-seat",
    Counted.SEAT,
    "seat",
    QUORUM_NOT_MET,
    means="a seat that was empty at a meeting that was not quorate",
)

# --- The outcome (ToR 5(b), 7.6)

DECISION: Final = Measure("decision", Counted.REVIEW, means="a review that has come to a decision")
OUTCOME: Final = Measure(
    "outcome",
    Counted.OUTCOME,
    "outcome",
    DECISION,
    means="an outcome of the decision in effect; a review may have several",
)
RECONSIDERATION: Final = Measure(
    "reconsideration", Counted.REVIEW, of=DECISION, means="a review that decided again"
)
PRACTICE_REVIEW: Final = Measure(
    "practice-review",
    Counted.REVIEW,
    of=REVIEW,
    means="a review after which a practice review was commissioned",
)

# --- The Panel, and learning (ToR 4(b), 7.8)

PANEL_ANSWER: Final = Measure(
    "panel-answer",
    Counted.REVIEW,
    "answer",
    means="a review that the Panel has answered, by its last answer",
)
AGREES, DISAGREES = "agrees", "disagrees"
"""The two kinds of `PANEL_ANSWER`."""
OUTCOME_ANSWERED: Final = Measure(
    "outcome-answered",
    Counted.OUTCOME,
    "outcome",
    means="an outcome of a decision that the Panel has answered, by its last answer",
)
OUTCOME_AGREED: Final = Measure(
    "outcome-agreed",
    Counted.OUTCOME,
    "outcome",
    OUTCOME_ANSWERED,
    means="an outcome of a decision with which the Panel agreed in its last answer",
)
THEME: Final = Measure(
    "theme",
    Counted.THEME,
    "theme",
    REVIEW,
    means="a learning theme of a review; a review may have several",
)

MEASURES: Final = {
    measure.name: measure
    for measure in (
        NOTIFICATION,
        NATURE_BY_AGE,
        INCIDENT,
        CHILD,
        CRITERIA_NOT_MET,
        REVIEW,
        REPORT_REQUESTED,
        REPORT_FILED,
        REPORT_LATE,
        REPORT_NIL,
        REPORT_UNASKED,
        MEETING,
        QUORUM_NOT_MET,
        EMPTY_SEAT,
        DECISION,
        OUTCOME,
        RECONSIDERATION,
        PRACTICE_REVIEW,
        PANEL_ANSWER,
        OUTCOME_ANSWERED,
        OUTCOME_AGREED,
        THEME,
    )
}
"""Every measure by its name, in the order of ToR 7."""
AND: Final = ", "
"""The text between two kinds in a key, and between their names in `keyed_by`."""


def crossed(*kinds: str) -> str:
    """Return the key of what is counted by two kinds at once, such as "death, under-1"."""
    return AND.join(kinds)
