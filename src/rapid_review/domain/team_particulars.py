"""Fields of what the Partnership Team records besides the steps of ToR 7.

As in `particulars`, a command and its event share each class.
"""

from rapid_review.domain.particulars import Particulars
from rapid_review.domain.vocabulary import (
    Code,
    Day,
    Document,
    Handle,
    Milestone,
    Moment,
    Reference,
    SomeCodes,
    Version,
    Words,
)

# --- The notification (ToR 8.1)


class NotifyingAgreement(Particulars):
    """These partners agreed that the notification is made."""

    partners: SomeCodes


class OtherArea(Particulars):
    """Another partnership is concerned as well: the child lived there, or was harmed there."""

    partnership: Code
    words: Words | None = None


class PublicInterest(Particulars):
    """The media took an interest, or are expected to."""

    is_expected: bool = False
    words: Words | None = None


class PanelNotice(Particulars):
    """When the local authority told the Panel; `at` is when that became known.

    `notified_at` is None if the Panel was told, and nobody knows when.
    """

    notified_at: Moment | None


# --- The meeting (ToR 8.5, 8.6)


class Cancellation(Particulars):
    """A meeting that was convened is not held, and why."""

    meeting: Version
    because: Words


class Minutes(Particulars):
    """The minutes of a meeting, in a document that is kept elsewhere."""

    meeting: Version
    document: Document


class ActionToTake(Particulars):
    """Something that is to be done: by whom, and by the end of which day, if one was set."""

    action: Reference
    owner: Handle
    words: Words
    due_on: Day | None = None


class ActionTaken(Particulars):
    """An action was done, and what it brought."""

    action: Reference
    words: Words


# --- The practice review (ToR 3.2, 8.10)


class ReviewMilestone(Particulars):
    """The practice review has come so far."""

    milestone: Milestone


class PublicationPlan(Particulars):
    """The day on which the practice review is to be published: a plan, and no fact."""

    planned_on: Day


class PublicationCopy(Particulars):
    """The practice review was sent, ahead of its publication, to these."""

    sent_to: SomeCodes
    document: Document | None = None
