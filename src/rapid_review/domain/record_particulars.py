"""Fields of events about the record itself, and about what left it.

As in `particulars`, a command and its event share each class.
"""

from typing import Annotated

from annotated_types import Ge

from rapid_review.domain.particulars import Particulars
from rapid_review.domain.statement import Statement
from rapid_review.domain.vocabulary import (
    Code,
    Codes,
    Day,
    Digest,
    Moment,
    SomeCodes,
    Version,
    Words,
)


class Reckoning(Particulars):
    """A deadline is calculated again with the current calendar."""

    deadline: Code
    because: Words


class TermsChange(Particulars):
    """The case continues under other terms."""

    because: Words


class CorrectionTarget(Particulars):
    """Which entry of this case is corrected, and why."""

    version: Version
    because: Words


class CorrectionApproval(Particulars):
    """The correction that entry `proposal` proposes is approved."""

    proposal: Version
    because: Words | None = None


class Figures(Statement):
    """Which figures were published: what they count and how they were protected, but no count.

    They count the months from that of `first_on` to that of `last_on`. `seed` is the digest of the
    secret by which counts were perturbed.
    """

    grouped_by: Code
    dated_by: Code
    first_on: Day | None = None
    last_on: Day | None = None
    clock: Code
    suppressed_below: Annotated[int, Ge(0)] | None = None
    rounded_to: Annotated[int, Ge(0)] | None = None
    seed: Digest | None = None


class Export(Particulars):
    """Cases of the partnership were disclosed as a file; the entry says why.

    `digest` is the digest of the file. It holds only what was recorded by `recorded_by` and
    happened by `happened_by`. If only figures were published, `figures` says which, and no entry
    of a case left the record.
    """

    recipient: Code
    form: Code
    cases: Annotated[int, Ge(0)]
    entries: Annotated[int, Ge(0)]
    recorded_by: Moment
    happened_by: Moment | None = None
    digest: Digest
    pseudonymous: bool
    figures: Figures | None = None


class WordsReading(Particulars):
    """The person whom the entry names asked for words of the case; the entry says why.

    `versions` are the entries that they asked for; empty for all of the case, which then had
    `entries`. `opened` and `withheld` say whose words were opened and whose were not: "case",
    "person", "statistics". `emergency` is the reason for breaking the glass, if they did.
    `permissions` is the digest of the permissions that allowed it, if these are a file.
    """

    versions: tuple[Version, ...] = ()
    entries: Annotated[int, Ge(0)]
    opened: SomeCodes
    withheld: Codes = ()
    emergency: Code | None = None
    permissions: Digest | None = None


class RefusedReading(Particulars):
    """Words of the case were asked for, and the permissions did not allow it; none were opened.

    `asked` says whose words they were: "case", "person", "statistics". For the other fields see
    `WordsReading`.
    """

    versions: tuple[Version, ...] = ()
    asked: SomeCodes
    emergency: Code | None = None
    permissions: Digest | None = None


class BreakGlassReview(Particulars):
    """Somebody else reviewed a reading in an emergency: entry `version` of this stream."""

    version: Version
    justified: bool
    permissions: Digest | None = None


class PermissionsChange(Particulars):
    """Permissions of this digest, in force from a day on, were applied for the first time."""

    digest: Digest
    in_force_from: Day
