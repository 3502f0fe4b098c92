"""The report of a rapid review: what it addresses, and its versions (ToR 1, 7.7)."""

from collections.abc import Collection
from itertools import count

from rapid_review.domain import clauses
from rapid_review.domain.case import Case
from rapid_review.domain.errors import listed
from rapid_review.domain.events import ReportCompiled
from rapid_review.domain.particulars import ReportDispatch, ReportVersion
from rapid_review.domain.rules.finding import Finding, Verdict, finding_if, finding_if_unknown
from rapid_review.domain.terms.citing import Refs
from rapid_review.domain.terms.terms import Terms


def limbs_are_known(details: ReportVersion, _case: Case, terms: Terms) -> Finding:
    """ToR 1, 7.7: the limbs a report addresses are the rule set's."""
    return finding_if_unknown(
        "limb", details.limbs, [limb.id for limb in terms.national.limbs], clauses.REPORT
    )


def every_limb_is_addressed(details: ReportVersion, _case: Case, terms: Terms) -> Finding:
    """ToR 1.1 to 1.4: the report addresses each aim of a rapid review."""
    missing = {limb.id for limb in terms.national.limbs} - set(details.limbs)
    return finding_if(
        missing,
        Refs(clauses.FACTS, clauses.SAFETY, clauses.IMPROVEMENTS, clauses.NEXT_STEPS),
        Verdict.IRREGULAR,
        f"the report does not address: {listed(missing)}",
        "Compile a further version that addresses them all.",
    )


def version_follows(details: ReportVersion, case: Case, _terms: Terms) -> Finding:
    """ToR 7.7: versions of the report have the numbers 1, 2, 3 ..."""
    compiled = {report.version for report in case.all(ReportCompiled)}
    return finding_if(
        details.version > 1 and details.version - 1 not in compiled,
        clauses.REPORT,
        Verdict.FORBIDDEN,
        f"this is version {details.version} of the report, and version {details.version - 1} has "
        "not been compiled",
        f"Record version {_first_missing(compiled)} first with CompileReport. A late record is "
        "accepted.",
    )


def version_comes_once(details: ReportVersion, case: Case, _terms: Terms) -> Finding:
    """ToR 7.7: the partnership compiles each version of the report once."""
    compiled = {report.version for report in case.all(ReportCompiled)}
    return finding_if(
        details.version in compiled,
        clauses.REPORT,
        Verdict.FORBIDDEN,
        f"version {details.version} of the report has already been compiled",
        f"The next version is {_first_missing(compiled)}.",
    )


def _first_missing(compiled: Collection[int]) -> int:
    """Return the first version of the report that has not been compiled."""
    return next(version for version in count(1) if version not in compiled)


def version_was_compiled(details: ReportDispatch, case: Case, _terms: Terms) -> Finding:
    """ToR 7.7: before the partnership sends a report, it has compiled it."""
    return finding_if(
        details.version not in {report.version for report in case.all(ReportCompiled)},
        clauses.REPORT,
        Verdict.FORBIDDEN,
        f"version {details.version} of the report has not been compiled",
        "Record that version first with CompileReport. A late record is accepted.",
    )
