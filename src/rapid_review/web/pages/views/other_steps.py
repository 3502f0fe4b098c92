"""The page “Something else happened”: the steps that do not come next, by subject."""

from typing import Final

from starlette.responses import Response

from rapid_review.domain.commands import COMMANDS
from rapid_review.web.pages.forms.questions import STEPS
from rapid_review.web.pages.site import Visit
from rapid_review.web.pages.views.recording import ELSEWHERE

GROUPS: Final = (
    (
        "At any time",
        (
            "RecordImmediateAction",
            "ShareLearning",
            "NoteMediaInterest",
            "RecordAnotherArea",
            "RecordAgreementToNotify",
            "FindCriteriaNotMet",
            "LinkProcess",
            "IdentifyLearningTheme",
            "AgreeAction",
            "LogPanelCorrespondence",
        ),
    ),
    ("Meetings", ("CancelMeeting", "InviteExpert", "RaiseChallenge", "RecordMinutes")),
    (
        "The practice review",
        (
            "RecordPracticeReviewMilestone",
            "PlanPublication",
            "WithholdPublication",
        ),
    ),
    (
        "The case and its record",
        (
            "ReopenCase",
            "ReckonDeadlineAgain",
            "ReplaceTerms",
            "ApproveCorrection",
            "PlaceHold",
            "ProposeLiftingHold",
            "LiftHold",
            "ProposeErasure",
            "ApproveErasure",
            "VerifyErasure",
        ),
    ),
)
"""The steps that nobody owes, by subject; the page lists the others below them."""


def something_else(visit: Visit) -> Response:
    """List the steps that are not among what comes next."""
    reading = visit.reading()
    ahead = {one.step for one in reading.next_steps if one.possible}
    shown = {name for _, names in GROUPS for name in names}
    rest = tuple(name for name in COMMANDS if name not in shown | ahead | ELSEWHERE)
    groups = [
        (
            title,
            [
                (name, STEPS[name])
                for name in names
                if name not in ahead and visit.offers(name, visit.case)
            ],
        )
        for title, names in (
            *GROUPS,
            ("Steps that do not come next, but are allowed", rest),
        )
    ]
    return visit.page("else.html", case=visit.case, groups=[one for one in groups if one[1]])
