"""Where one case stands, read once: stage, clocks, findings, duties and next steps of one moment.

Every view of a case reads it here, so that all parts of the view are of the same moment and of the
same version of the case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from rapid_review.domain.case import Case, replay
from rapid_review.domain.events import CorrectionProposed
from rapid_review.domain.proposed_corrections import to_approve
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import AsOf, CaseHistory, entries_as_of
from rapid_review.projections.case.judgement import Judgement, judgement
from rapid_review.projections.case.stage import Stage, stage
from rapid_review.projections.work.next_steps import NextStep, next_steps


@dataclass(frozen=True)
class CaseReading:
    """One case at one moment.

    Attributes:
        history: its entries as they were read together, with its terms and calendars.
        as_of: the moment of the reading; it names a day.
        case: the case as it stood.
        terms: the terms that were in force for it.
    """

    history: CaseHistory
    as_of: AsOf
    case: Case
    terms: Terms

    @classmethod
    def of(cls, history: CaseHistory, as_of: AsOf) -> "CaseReading":
        """Read a case.

        Raises:
            RecordError: the entries are not all of one case, from its first.
            InvalidInputError: no day is given.
        """
        case = history.case(as_of)
        return cls(history, as_of, case, history.terms_of(case))

    @property
    def version(self) -> int:
        """How many entries the case had when it was read: what a command may expect."""
        return self.history.entries[-1].version

    @property
    def stage(self) -> Stage:
        """How far the case has come."""
        return stage(self.case, self.terms)

    @cached_property
    def judged(self) -> Judgement:
        """Its clocks, duties and findings, and how much was asked.

        Raises:
            TermsError: a clock is running that none of the terms given holds.
        """
        return judgement(self.history, self.as_of)

    @cached_property
    def next_steps(self) -> tuple[NextStep, ...]:
        """What comes next, in the order of the document, and what stands in its way."""
        return next_steps(
            self.case,
            self.terms,
            self.judged.clocks,
            at=self.as_of.moment(self.terms),
            recorded=self._recorded,
            proposals=self.proposals,
            duties=self.judged.duties,
        )

    @property
    def _recorded(self) -> Case:
        """The case as a command finds it, also with what is dated ahead."""
        if not self.history.lies_ahead(self.as_of):
            return self.case
        return self.history.with_what_lies_ahead(self.as_of)

    @cached_property
    def proposals(self) -> Mapping[int, CorrectionProposed]:
        """The corrections that wait for a second person, by the entry that proposes each.

        Their numbers are those of the record, so everything recorded counts, whether or not it had
        happened by the day of the reading.
        """
        recorded = entries_as_of(self.history.entries, self.as_of._replace(happened_by=None))
        if not any(isinstance(entry.event, CorrectionProposed) for entry in recorded):
            return {}  # as in almost every case, which need not be replayed once more
        return to_approve(replay(entry.event for entry in recorded))
