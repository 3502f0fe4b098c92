"""Fields of events about the record itself, and about what left it.

Like `particulars`: a command asks it, an event records it.
"""

from typing import Annotated

from annotated_types import Ge

from rapid_review.domain.particulars import Particulars
from rapid_review.domain.statement import Said
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
    """A deadline is calculated again, with the calendar of now."""

    deadline: Code
    because: Words


class TermsChange(Particulars):
    """The case goes on under other terms."""

    because: Words


class CorrectionTarget(Particulars):
    """Which entry of this case is corrected, and why."""

    version: Version
    because: Words


class CorrectionApproval(Particulars):
    """What entry `proposal` proposes may be done."""

    proposal: Version
    because: Words | None = None


class Figures(Said):
    """Which figures were published: their question, and what was done to them; no count.

    Counted are the months from that of `first_on` to that of `last_on`. `seed` is the digest of
    the secret by which counts were perturbed.
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
    """Cases of the partnership were disclosed as a file, of which `digest` is; the entry says why.

    `recorded_by` and `happened_by` are the two times by which the cases were cut. Where nothing
    but `figures` of them was published, it says which, and no entry of a case left the record.
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
    """Words of the case were asked for by whom the entry names; the entry says why.

    `versions` are the entries that were asked for, none for all of the case, which then had
    `entries`. Of whose words were `opened` and which were `withheld`: "case", "person",
    "statistics". `emergency` says why the glass was broken, if it was; `permissions` is the digest
    of the permissions that allowed it, where they are a file.
    """

    versions: tuple[Version, ...] = ()
    entries: Annotated[int, Ge(0)]
    opened: SomeCodes
    withheld: Codes = ()
    emergency: Code | None = None
    permissions: Digest | None = None


class RefusedReading(Particulars):
    """Words of the case were asked for, and the permissions did not allow it; none were opened.

    `asked` says whose words were: "case", "person", "statistics". For the rest see `WordsReading`.
    """

    versions: tuple[Version, ...] = ()
    asked: SomeCodes
    emergency: Code | None = None
    permissions: Digest | None = None


class BreakGlassReview(Particulars):
    """A reading in an emergency was looked at by somebody else: entry `version` of this stream."""

    version: Version
    justified: bool
    permissions: Digest | None = None


class PermissionsChange(Particulars):
    """Permissions of this digest, in force from a day on, were applied for the first time."""

    digest: Digest
    in_force_from: Day
