"""One case as a document for a recipient: the Panel's pack, or a draft to publish.

Both are the same document under two views. It shows what is in the record, corrections
settled, section by section, with the figures of every clock. It loads nothing and runs nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rapid_review import __version__
from rapid_review.domain.events import NotificationReceived
from rapid_review.domain.vocabulary import person_of
from rapid_review.projections.as_of import AsOf, CaseHistory, effective_entries
from rapid_review.projections.case.clock_reading import ClockReading
from rapid_review.projections.case.judgement import judgement
from rapid_review.projections.case.stage import stage
from rapid_review.projections.views import Name, View, When, seen
from rapid_review.reports.documents.sections import OF_CLOCKS, sections_of
from rapid_review.reports.labels import Opened, day_in, label_of, text_of, when_in, words_of
from rapid_review.reports.page import filled_in

NO_WORDS: Final = "No words were opened for it."


@dataclass(frozen=True, slots=True)
class Document:
    """What a document is made from.

    Attributes:
        title: what it is called.
        history: the case; the sealed fields of its entries hold what was opened of them, see
            `views.with_words`.
        as_of: as of when the case is read, and on which day its clocks are read.
        view: what it shows.
        name: gives the pseudonyms, where the view asks for them.
        opened: by whom words were opened for it; None if none were.
        by_month: whether only the months of days and times are shown.
    """

    title: str
    history: CaseHistory
    as_of: AsOf
    view: View
    name: Name
    opened: Opened | None = None
    by_month: bool = False

    @property
    def when(self) -> When:
        """The function that writes days and times."""
        terms = self.history.terms_of(self.history.case(self.as_of))
        if self.by_month or self.view.to_the_day:
            return day_in(terms, by_month=self.by_month)
        return when_in(terms)


def document_page(asked: Document) -> str:
    """Return the document; the same arguments give the same bytes.

    Raises:
        RecordError: the entries are not all of one case, from its first, or none counts.
        TermsError: a clock is running that none of the terms given holds.
    """
    history, as_of = asked.history, asked.as_of
    case = history.case(as_of)
    terms = history.terms_of(case)
    when = asked.when
    shown = seen(effective_entries(history.entries, as_of), asked.view, name=asked.name, when=when)
    return filled_in(
        "document.html",
        version=__version__,
        title=asked.title,
        terms=terms,
        case=_name_of_case(asked),
        stage=words_of(stage(case, terms)),
        facts=tuple(_facts(asked)),
        columns=_columns(asked),
        clocks=tuple(_clock(one, asked) for one in judgement(history, as_of).clocks),
        sections=tuple(sections_of(one for one in shown if one.kind not in OF_CLOCKS)),
        when=when,
        words=words_of,
        label=label_of,
        text=text_of,
        said_by=asked.opened or NO_WORDS,
        view=asked.view,
    )


def _name_of_case(asked: Document) -> str:
    reference = asked.history.entries[0].case
    return reference if asked.view.as_recorded else asked.name("case", reference, "")


def _facts(asked: Document) -> Iterator[tuple[str, object]]:
    """Yield what the document is about: a name and a value each."""
    history, as_of = asked.history, asked.as_of
    case = history.case(as_of)
    terms = history.terms_of(case)
    received = case.first(NotificationReceived)
    yield "Partnership", terms.partnership
    yield "Terms", terms.id
    yield "National rule set", terms.ref.rule_set
    if received:
        children = {person_of(child.reference) for child in received.children}
        yield "Notification received", asked.when(received.at)
        yield "Children", str(len(children))
    yield "Clocks read on", asked.when(as_of.day(terms))


def _columns(asked: Document) -> tuple[str, ...]:
    """Return the columns of the table of clocks; if only months are shown, without days taken."""
    # Anyone who knows the first day of a clock could work out the last from the days taken.
    taken = () if asked.by_month else ("Days taken",)
    return ("Clock", "State", "Counted from", "Due", "Stopped", *taken, "Days allowed", "Clause")


def _clock(one: ClockReading, asked: Document) -> tuple[object, ...]:
    """Return the figures of a clock, for a row of the table; see `_columns`."""
    when = asked.when
    taken = "" if one.days_taken is None else str(one.days_taken)
    return (
        one.title,
        words_of(one.state),
        "" if one.counted_from is None else when(one.counted_from),
        "" if one.due is None else when(one.due),
        "" if one.stopped_on is None else when(one.stopped_on),
        *(() if asked.by_month else (taken,)),
        "" if one.days_allowed is None else str(one.days_allowed),
        one.rule.clause,
    )
