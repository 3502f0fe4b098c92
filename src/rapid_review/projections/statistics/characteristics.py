"""Figures by characteristics: how many children of each sex, each ethnicity, one at a time.

What is recorded of a child for statistics alone is sealed under its own keys (`Child`), so no
other figure uses it, and the read model does not hold it. It is counted here, for those who may
read it: from the children of each case with corrections settled, and the codes that were opened.
The result is a table in which small numbers are always hidden, and never a single child.

Each child is of one kind: its code; or that no code was recorded, that it was withheld from the
reader, or that it was erased. A code without a printed number of 5 or more is not named, because
the name alone, or a typing mistake in it, may show who is meant. Only printed numbers decide
whether a code is named, so the names reveal no more than the numbers do.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Final, NamedTuple

from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import InvalidInputError
from rapid_review.domain.events import AnyEvent, NotificationReceived, RecordCorrected
from rapid_review.domain.sealed_words import ERASED, WITHHELD
from rapid_review.domain.vocabulary import Child, person_of
from rapid_review.projections.as_of import NOW, AsOf, CaseHistory
from rapid_review.projections.statistics.basis import Counted, Dated
from rapid_review.projections.statistics.case_facts import CaseFacts, case_facts_as_of
from rapid_review.projections.statistics.disclosure import FEWER_THAN, Treatment
from rapid_review.projections.statistics.facts import CountCell, Facts
from rapid_review.projections.statistics.measures import Measure
from rapid_review.projections.statistics.published import Published, publish_one
from rapid_review.projections.statistics.selection import Selection
from rapid_review.projections.statistics.tables import Mark, Table, in_columns

NOT_RECORDED: Final = "(not recorded)"
NOT_READ: Final = (NOT_RECORDED, f"({WITHHELD.value})", f"({ERASED.value})")
"""The labels of children whose code is not known; no code has this form."""


class Characteristic(StrEnum):
    """What can be counted: each a field of `Child`, recorded as at the notification."""

    SEX = "sex"
    ETHNICITY = "ethnicity"
    DISABILITY = "disability"
    PLACEMENT = "placement"
    PLAN = "plan"
    KNOWN_TO_SERVICES = "known-to-services"

    def of(self, child: Child) -> object:
        """Return a child's code, the mark in its place if it cannot be read, or None."""
        return getattr(child, self.replace("-", "_"))

    @property
    def measure(self) -> Measure:
        """The measure that counts children by this characteristic."""
        what = self.replace("-", " ")
        return Measure(
            f"child-by-{self}",
            Counted.CHILD,
            self,
            means=f"a child of a notification, by {what} on the day of the notification; a code "
            f"is numbered, and not named, unless its total is shown and is {FEWER_THAN} or more",
        )


class ChildrenOf(NamedTuple):
    """The entry of a case that names its children.

    Attributes:
        entry: the notification, or its latest correction.
        facts: what the case adds to every other statistic; the children count by its month and
            agency.
    """

    entry: Entry
    facts: CaseFacts

    def have(self, characteristic: Characteristic) -> bool:
        """Say whether a code is recorded for any of them, whether it can be read or not."""
        return any(characteristic.of(child) is not None for child in _children(self.entry))


class Kinds(NamedTuple):
    """The kinds of the children of a case; it does not show which child is of which kind.

    Attributes:
        facts: what the case adds to every other statistic.
        kinds: a kind for each child.
        key: the key of the case, where counts are to be perturbed; see `cell_keys`.
    """

    facts: CaseFacts
    kinds: Sequence[str]
    key: int = 0


def children_of(
    history: CaseHistory, as_of: AsOf = NOW, *, dated_by: Dated = Dated.RECEIPT
) -> ChildrenOf | None:
    """Return the entry of a case that names its children, as it had happened and was recorded.

    None if the case had no notification by these times.

    Args:
        history: the case.
        as_of: as of when.
        dated_by: which day decides in which month they count.

    Raises:
        RecordError: the entries are not all of one case, from its first.
        TermsError: a clock is running that none of the terms given holds.
    """
    facts = case_facts_as_of(history, as_of, dated_by=dated_by)
    if facts is None:
        return None
    stands = history.case(as_of).all(NotificationReceived)[0]
    naming = next(one for one in reversed(history.entries) if _statement_of(one.event) is stands)
    return ChildrenOf(naming, facts)


def kinds(entry: Entry, characteristic: Characteristic) -> Iterator[str]:
    """Yield the kind of each child.

    Args:
        entry: the entry that names them; its sealed fields hold what was opened, see `with_words`.
        characteristic: what is counted.
    """
    found: dict[str, object] = {}
    for child in _children(entry):
        who = person_of(child.reference)  # a child who is named twice has the code first given
        if found.get(who) is None:
            found[who] = characteristic.of(child)
    for value in found.values():
        if value is None:
            yield NOT_RECORDED
        elif isinstance(value, str):
            yield value
        else:
            yield f"({ERASED.value})" if value is ERASED else f"({WITHHELD.value})"


def publish_by(
    characteristic: Characteristic, cases: Sequence[Kinds], selection: Selection
) -> Published:
    """Return the table of the children of some cases, by one characteristic, as it is published.

    The result has the number of cases, and no untreated count of children.

    Args:
        characteristic: what is counted.
        cases: the kinds of the children of each case; duplicates of others are left out, and
            cases of other months.
        selection: what is selected, and how small numbers are hidden.

    Raises:
        InvalidInputError: small numbers are not to be hidden; or `publish_one` refuses.
    """
    must_hide_small_numbers(selection.treatment)
    measure = characteristic.measure
    within = [one for one in cases if selection.months.holds(one.facts.month)]
    counted = [one for one in within if not one.facts.is_duplicate]
    counts, keys = Counter[CountCell](), Counter[CountCell]()
    for facts, its_kinds, key in counted:
        for kind in its_kinds:
            cell = CountCell(measure.name, kind, facts.source, facts.month)
            counts[cell] += 1
            keys[cell] += key
    number, duplicates = len(counted), len(within) - len(counted)
    found = Facts(number, {}, counts, duplicates, Facts(number, {}, keys))
    published = publish_one(found, selection, measure, NOT_READ)
    tables = tuple(replace(one, table=_without_rare_names(one.table)) for one in published.tables)
    return replace(published, tables=tables)


def must_hide_small_numbers(treatment: Treatment) -> None:
    """Check that small numbers are hidden in figures by characteristics.

    Raises:
        InvalidInputError: nothing is done to them, or too little.
    """
    below, to = treatment.suppress_below, treatment.round_to
    wanting = next((one for one in (below, to) if one is not None and one < FEWER_THAN), None)
    if wanting is None and treatment.changes:
        return
    asked = (
        "you asked for no treatment of small numbers" if wanting is None else f"found {wanting}"
    )
    raise InvalidInputError(
        f"figures by characteristics: {asked}; allowed: suppress below {FEWER_THAN} or more, "
        f"round to {FEWER_THAN} or more, or perturb"
    )


def _without_rare_names(table: Table) -> Table:
    """Return a treated table that names only the codes whose printed total is not small.

    The other codes are numbered, after the named ones.
    """
    named, rare, not_read = list[int](), list[int](), list[int]()
    for at, (column, total) in enumerate(zip(table.columns, table.total.parts, strict=True)):
        is_large = not isinstance(total, Mark) and total >= FEWER_THAN
        (not_read if column in NOT_READ else named if is_large else rare).append(at)
    names = [
        *(table.columns[at] for at in named),
        *(f"(another {number})" for number in range(1, len(rare) + 1)),
        *(table.columns[at] for at in not_read),
    ]
    found = in_columns(table, (*named, *rare, *not_read))
    return replace(found, columns=tuple(names), share_of=tuple(names))


def _statement_of(event: AnyEvent) -> AnyEvent | None:
    """Return an event, or for a correction the event that it puts in place."""
    return event.replacement if isinstance(event, RecordCorrected) else event


def _children(entry: Entry) -> Sequence[Child]:
    """Return the children that an entry names; one may be named twice."""
    statement = _statement_of(entry.event)
    return statement.children if isinstance(statement, NotificationReceived) else ()
