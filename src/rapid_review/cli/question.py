"""What a reading command asks: in which store, under which terms, and as of which time."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from rapid_review.cli.context import Shell, end_of, reviews_in, terms_named
from rapid_review.cli.errors import NotFoundError, report_left_out
from rapid_review.cli.options import (
    calendar_option,
    editions_option,
    happened_option,
    json_option,
    recorded_option,
    store_option,
    with_options,
)
from rapid_review.cli.output import with_progress
from rapid_review.wire.values import Json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapid_review.domain.terms.terms import Terms
    from rapid_review.domain.working_days import WorkingCalendar
    from rapid_review.projections.as_of import AsOf, CaseHistory
    from rapid_review.store import RapidReviews
    from rapid_review.store.read_model.readings import Snapshot

GivenTime = date | datetime | None
T = TypeVar("T")


@dataclass(frozen=True)
class Question:
    """The options that commands about cases share.

    Attributes:
        shell: the clock and the random numbers.
        store: the file, or the address, of the store.
        terms_name: the terms, by id or file.
        happened_by: leave out what happened after this time.
        recorded_by: leave out what was recorded after this time.
        as_json: whether to print JSON.
        calendar: the calendar that `--calendar` names, or None.
    """

    shell: Shell
    store: str
    terms_name: str
    happened_by: GivenTime = None
    recorded_by: GivenTime = None
    as_json: bool = False
    calendar: str | None = None

    @cached_property
    def terms(self) -> "Terms":
        """The terms that were named.

        Raises:
            TermsError: there are no such terms, or the file cannot be used.
        """
        return terms_named(self.terms_name)

    @property
    def is_of_now(self) -> bool:
        """Whether neither time was given, so that the read model can answer."""
        return self.happened_by is None and self.recorded_by is None

    @property
    def as_of(self) -> "AsOf":
        """The two times, with a date as the end of that day; see `as_of_times`."""
        return self.as_of_times(self.happened_by, self.recorded_by, self.terms)

    def as_of_times(
        self, happened_by: GivenTime, recorded_by: GivenTime, terms: "Terms"
    ) -> "AsOf":
        """Return both times, a date as its end; clocks are read at the first one given, or now."""
        from rapid_review.projections.as_of import AsOf

        happened = None if happened_by is None else end_of(happened_by, terms)
        recorded = None if recorded_by is None else end_of(recorded_by, terms)
        return AsOf(happened, recorded, happened or recorded or self.shell.clock())

    def reviews(
        self, *, create: bool = False, records: bool = False, reads_words: bool = False
    ) -> "RapidReviews":
        """Open the rapid reviews in the store; for the arguments and errors see `reviews_in`."""
        return reviews_in(
            self.store,
            self.terms,
            self.shell,
            create=create,
            calendar=self.calendar,
            records=records,
            reads_words=reads_words,
        )

    def from_read_model(
        self, read: "Callable[[Snapshot], T]", *, on_a_day: bool = True
    ) -> T | None:
        """Bring the read model up to date, and read from it; it answers only as of now.

        Args:
            read: reads the answer.
            on_a_day: whether the answer depends on which day it is.

        Returns:
            The answer. None if the entries must be read instead: a time was given; or the
            read model cannot answer, and standard error says why (see `wire.read_model`).
        """
        from rapid_review.wire.read_model import from_read_model

        if not self.is_of_now:
            return None
        moment = self.as_of.moment(self.terms) if on_a_day else None
        with self.reviews() as reviews:
            why, found = from_read_model(reviews, read, moment)
        if not why:
            return found
        click.echo(f"Read from the entries instead of the read model: {why}", err=True)
        return None

    def history(self, case: str) -> "CaseHistory":
        """Return a case with all that is needed to judge it; warn of terms that are missing.

        Raises:
            CaseNotFoundError: there is no such case.
        """
        from rapid_review.projections.editions import missing

        with self.reviews() as reviews:
            history = reviews.case_history(case)
        if gone := missing(history.entries, (*history.earlier, history.terms)):
            click.echo(
                f"Warning: the case was held under terms {', '.join(gone)}, whose file is not "
                f"at hand; what happened then is judged by {history.terms.id}. Give that file "
                "as well, with --earlier-terms",
                err=True,
            )
        return history

    def not_counted_because(self, case: str) -> dict[str, str]:
        """Return why no case counts in place of a duplicate, if so; see `wire.duplicates`."""
        from rapid_review.wire.duplicates import not_counted_because

        with self.reviews() as reviews:
            return not_counted_because(case, reviews)

    def calendar_of_now(self) -> "WorkingCalendar":
        """Return the calendar by which working days are counted now.

        Raises:
            CalendarError: it is not available.
        """
        with self.reviews() as reviews:
            return reviews.calendar_named(self.terms.calendar, None)

    def of_one_or_each(
        self, case: str | None, read: "Callable[[CaseHistory], T]", *, processes: int | None = 1
    ) -> "Iterator[T]":
        """Yield what `read` returns for one case; without a case, for each: see `of_each_case`.

        Raises:
            CaseNotFoundError: there is no such case.
            StorageError: the store cannot be read.
        """
        if case is not None:
            yield read(self.history(case))
        else:
            yield from self.of_each_case(read, processes=processes)

    def of_each_case(
        self, read: "Callable[[CaseHistory], T]", *, processes: int | None = 1
    ) -> "Iterator[T]":
        """Yield what `read` returns for each case of the partnership, in the order of opening.

        A case that cannot be read is left out; see `report_left_out`. The progress is shown.

        Args:
            read: reads something of a case; see `RapidReviews.each_history`.
            processes: the number of processes that read at the same time; see there.

        Raises:
            StorageError: the store cannot be read.
        """
        with self.reviews() as reviews:
            found = reviews.each_history(read, report_left_out, processes=processes)
            yield from with_progress(found, "case")


def entries_by_then(history: "CaseHistory", as_of: "AsOf") -> int:
    """Return how many entries a case had as of two times.

    Raises:
        NotFoundError: it had none.
    """
    from rapid_review.projections.as_of import entries_as_of

    if not (found := entries_as_of(history.entries, as_of)):
        raise NotFoundError(
            "by this time nothing had happened or been recorded in this case; ask for a later time"
        )
    return len(found)


def times_as_json(as_of: "AsOf") -> dict[str, Json]:
    """Return both times of an answer and the day of reading, for its JSON."""
    return {
        "happened_by": as_of.happened_by,
        "recorded_by": as_of.recorded_by,
        "today": as_of.read_on,
    }


def asks_as(
    kind: type[Question],
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that passes a command one question, and not each option by itself.

    Put it next to the function, below the options that the question consists of.

    Args:
        kind: the class of the question; each field except `shell` may be an option.
    """
    names = tuple(field.name for field in fields(kind) if field.name != "shell")

    def decorator(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        @click.pass_context
        def with_question(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - as click has it
            taken = {name: options.pop(name) for name in names if name in options}
            command(kind(ctx.ensure_object(Shell), **taken), **options)

        return with_question

    return decorator


def asks(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a `Question`, and pass it the question."""
    return with_options(*READING, calendar_option)(asks_as(Question)(command))


READING: Final = (store_option, editions_option, happened_option, recorded_option, json_option)
"""The options of a question, except `--calendar`."""
