"""What a rule says: a finding, with its clause and its verdict."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from itertools import groupby
from typing import Final

from rapid_review.domain.clauses import ToRClause
from rapid_review.domain.errors import listed, shown
from rapid_review.domain.terms.citing import Refs, as_cited_under
from rapid_review.domain.terms.terms import Terms


class Verdict(StrEnum):
    """What a rule says of a step; the table is in `rapid_review.domain.rules`."""

    HOLDS = "holds"
    IRREGULAR = "irregular"
    FORBIDDEN = "forbidden"
    NONSENSE = "nonsense"


class Kind(StrEnum):
    """What is wrong: a rule, an order of days, two entries that contradict, a duty not done."""

    RULE = "rule"
    ORDER = "order"
    CONTRADICTION = "contradiction"
    DUTY = "duty"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of one step.

    Attributes:
        clause: where the rule is written, as it is cited; empty where the terms do not say.
        verdict: whether it holds, and if not, how much that matters.
        because: what stands in the way; codes only, never words or names.
        way_on: what is allowed, or what to record first.
        kind: what kind of thing is wrong.
        code: which rule, order, contradiction or duty it is.
        subject: what it is about, if one code covers several: two dates, a seat, a theme.
    """

    clause: str
    verdict: Verdict
    because: str = ""
    way_on: str = ""
    kind: Kind = Kind.RULE
    code: str = ""
    subject: str = ""

    def under(self, terms: Terms) -> "Finding":
        """Return the finding with its clause as the cases under some terms cite it."""
        if self.verdict is Verdict.HOLDS or not isinstance(self.clause, Refs):
            return self
        return replace(self, clause=as_cited_under(terms, self.clause))

    def about(self, subjects: str) -> "Finding":
        """Return the finding about other subjects: its reason names them in place of its own."""
        parts = self.because.rsplit(f" {self.subject} ", 1)
        return replace(self, because=f" {subjects} ".join(parts))


def joined(
    found: Iterable[Finding], in_words: Callable[[Sequence[str]], str]
) -> Iterator[Finding]:
    """Yield findings; adjacent ones that differ only in their subject become one.

    Args:
        found: the findings.
        in_words: returns the subjects of one finding as its reason names them.
    """
    for _, group in groupby(found, key=lambda one: (one.code, one.about("").because)):
        first, *others = group
        about_all = first.about(in_words([one.subject for one in (first, *others)]))
        yield replace(about_all, subject="") if others else about_all


IF_IT_HAPPENED: Final = (
    "If the record is right, this finding stays. If not, correct the entry with CorrectRecord."
)
"""What to do about something that was done in an irregular way and cannot be done again."""


Written = str | ToRClause
"""Where a rule is written: a clause that the terms give, or one of the document; see `Refs`."""


def finding_if(
    trouble: object, clause: Written, verdict: Verdict, because: str, way_on: str
) -> Finding:
    """Return a finding with a verdict if there is trouble; otherwise that the rule holds."""
    if not trouble:
        return holds(str(clause))
    return Finding(written(clause), verdict, because, way_on)


def written(clause: Written) -> str:
    """Return a clause as its own document cites it."""
    return clause if isinstance(clause, str) else Refs(clause)


@cache  # most rules hold for most events, and there are only as many findings as clauses
def holds(clause: str) -> Finding:
    """Return the finding that a rule holds."""
    return Finding(clause, Verdict.HOLDS)


def finding_if_unknown(
    what: str, found: Collection[str], allowed: Collection[str], clause: Written
) -> Finding:
    """Return a finding if a code is not one of those allowed; otherwise that the rule holds."""
    strange = [code for code in found if code not in allowed]
    if not strange:  # not `finding_if`, since it takes longer to list what is allowed
        return holds(str(clause))
    return Finding(
        written(clause),
        Verdict.FORBIDDEN,
        f"{what} {listed(map(shown, strange))} is not in these terms",
        f"Allowed: {listed(allowed)}.",
    )
