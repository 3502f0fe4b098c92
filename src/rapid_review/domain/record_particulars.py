"""What is said of the record itself, and of what left it.

Like `particulars`: a command asks it, an event records it.
"""

from typing import Annotated

from annotated_types import Ge

from rapid_review.domain.particulars import Particulars
from rapid_review.domain.vocabulary import Code, Digest, Moment, Version, Words


class Reckoning(Particulars):
    """A deadline is reckoned again, with the calendar of now."""

    deadline: Code
    because: Words


class TermsChange(Particulars):
    """The case goes on under other terms."""

    because: Words


class CorrectionTarget(Particulars):
    """Which entry of this case is corrected, and why."""

    version: Version
    because: Words


class Export(Particulars):
    """Cases of the partnership were disclosed as a file, of which `digest` is; the entry says why.

    `recorded_by` and `happened_by` are the two times by which the cases were cut.
    """

    recipient: Code
    form: Code
    cases: Annotated[int, Ge(0)]
    entries: Annotated[int, Ge(0)]
    recorded_by: Moment
    happened_by: Moment | None = None
    digest: Digest
    pseudonymous: bool
