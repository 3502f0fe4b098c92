"""What holds for the rules under any terms and calendar: a class of tests to inherit from.

    class TestOurTerms(RulesConformance):
        terms = terms.load_file("ours.toml")

Each test is one law, and its docstring says it. If you write your own terms, or change a rule, you
see here whether the library's answers are still those of the naive judge.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property, reduce
from random import Random
from typing import ClassVar, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review import calendars
from rapid_review import terms as shipped
from rapid_review.domain.case import Case, evolve, replay
from rapid_review.domain.clocks import due_on
from rapid_review.domain.commands import Command, CorrectRecord
from rapid_review.domain.decisions import decide
from rapid_review.domain.errors import CalendarError, CalendarGapError, Refused
from rapid_review.domain.events import AnyEvent, RecordCorrected
from rapid_review.domain.registry import STEPS
from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.testing import invariants, routes
from rapid_review.testing.adversities import by_several_on_several_days
from rapid_review.testing.answers import answers, facts_of, written_late
from rapid_review.testing.assertions import examples, hold, same
from rapid_review.testing.naive.due_days import counted
from rapid_review.testing.oracle import disagreements_in
from rapid_review.testing.other_terms import editions
from rapid_review.testing.stories import Story, story
from rapid_review.testing.strategies import History, adversarial, histories
from rapid_review.testing.times import days

READ_ON: Final = datetime(2021, 9, 1, tzinfo=UTC)
_AS_OF: Final = (
    AsOf(read_on=READ_ON),
    AsOf(happened_by=datetime(2021, 3, 10, tzinfo=UTC), read_on=READ_ON),
    AsOf(recorded_by=datetime(2021, 3, 20, tzinfo=UTC), read_on=READ_ON),
    AsOf(read_on=date(2021, 2, 22)),
)


class RulesConformance:
    """What holds for the rules under some terms, and with a calendar.

    Attributes:
        terms: the terms; by default those of Kent and Medway of May 2020.
        calendar: the calendar that counts working days; by default the newest that the terms name.
        editions: the terms under which stories are told; `terms` alone unless others are given.
            Those of one partnership also replace each other in a story.
        stories: how many stories both judges are asked about.
        examples: how many histories each other law is tried on.
        chance: whether each run tries other histories.
    """

    terms: ClassVar[Terms | None] = None
    calendar: ClassVar[WorkingCalendar | None] = None
    editions: ClassVar[tuple[Terms, ...]] = ()
    stories: ClassVar[int] = 100
    examples: ClassVar[int] = 25
    chance: ClassVar[bool] = False

    # ------------------------------------------------------------------------------ the two judges

    def test_both_judges_say_the_same(self) -> None:
        """ToR 1 to 8: findings, clocks and duties, as of both times."""
        for seed in range(self.stories):
            self._agreed(self._story(seed), _AS_OF[seed % len(_AS_OF)])

    def test_both_judges_say_the_same_of_a_bad_day(self) -> None:
        """ToR 1 to 8: clock changes, holidays, two agencies at once, wrong years, corrections."""
        stories = [adversarial(terms, self._calendar) for terms in self.editions or (self._terms,)]

        @examples(5 * self.examples, chance=self.chance)
        @given(st.one_of(stories), st.sampled_from(_AS_OF))
        def law(one: Story, as_of: AsOf) -> None:
            self._agreed(one, as_of)

        law()

    def test_both_judges_say_the_same_under_other_terms(self) -> None:
        """ToR 5(a), 6.2: also with other clocks, another quorum, or an hour of receipt."""

        @examples(5 * self.examples, chance=self.chance)
        @given(editions(like=self._terms), st.integers(0, 10**6), st.sampled_from(_AS_OF))
        def law(terms: Terms, seed: int, as_of: AsOf) -> None:
            one, chance = story(seed, [terms], self._calendar), Random(seed)  # noqa: S311 - no secret
            facts = by_several_on_several_days(facts_of(one), chance, self._calendar)
            self._agreed(self._story_of(facts, terms), as_of)

        law()

    def test_any_route_to_the_same_facts_gives_equal_answers(self) -> None:
        """What is corrected, taken back, recorded again or late, or in another order."""
        every = (*routes.ROUTES, routes.shuffled)
        for seed in range(max(len(every), self.stories // 3)):
            one, chance = self._story(seed), Random(seed)  # noqa: S311 - a story, and no secret
            facts, route = facts_of(one), every[seed % len(every)]
            direct, other = (
                self._history(self._story_of(each, one.terms))
                for each in (facts, route(facts, chance))
            )
            as_of = _AS_OF[seed % 2]
            same(answers(other, as_of), answers(direct, as_of), f"a case {route.__name__}")

    # ------------------------------------------------------------------------------------- clocks

    def test_days_are_counted_as_by_hand(self) -> None:
        """ToR 5(a), 7.8: every clock of the terms, one day after the other, from any day."""
        clocks, calendar = list(self._terms.clocks.values()), self._calendar

        @examples(20 * self.examples, chance=self.chance)
        @given(st.sampled_from(clocks), days(calendar), st.integers(1, 30))
        def law(clock: Deadline, start: date, length: int) -> None:
            for one in (clock, clock.model_copy(update={"length": length})):
                by_hand = _by_hand(one, start, calendar)
                same(_due(one, start, calendar), by_hand, f"{one.id}, {one.length} from {start},")

        law()

    def test_working_days_are_those_that_are_not_days_off(self) -> None:
        """ToR 5(a): weekends and bank holidays are not working days; all other days are."""
        calendar = self._calendar

        @examples(20 * self.examples, chance=self.chance)
        @given(days(calendar))
        def law(day: date) -> None:
            off = day in calendar.closed or day.weekday() in calendar.weekend
            same(calendar.is_working(day), not off, f"whether {day} is a working day")

        law()

    def test_clocks_run_that_were_started(self) -> None:
        """ToR 5(a), 7.3: and no other clock runs; those in working days end on one."""

        def law(history: History) -> None:
            invariants.due_days_are_working_days(history.events, history.calendar)
            invariants.clocks_run_that_were_started(history.case, history.terms)

        self._try_on_histories(law)

    # ------------------------------------------------------------------------------- the decisions

    def test_what_is_accepted_is_recorded_once(self) -> None:
        """The same command, sent again, records nothing; a step done once not even later."""

        def law(history: History) -> None:
            case = Case()
            for command, made in zip(history.commands, history.made, strict=True):
                case = reduce(evolve, made, case)
                for again in _sent_again(command):
                    what = f"{type(command).__name__}, sent again at {again.at},"
                    try:
                        found = decide(again, case, history.terms, history.calendar)
                    except Refused as refusal:
                        raise AssertionError(f"{what} was refused: {refusal}") from refusal
                    same(found, (), what)

        self._try_on_histories(law)

    def test_a_case_is_what_its_entries_make_it(self) -> None:
        """A replay in parts gives the same case as a whole one; only corrections undo an entry."""

        def law(history: History) -> None:
            case = history.case
            for seen_by in (0, case.version // 2, max(0, case.version - 1)):
                invariants.replays_alike(case, seen_by)
            invariants.only_corrections_unmake(case)
            invariants.only_corrections_unmake(replay(_all_taken_back(case.recorded)))
            invariants.reads_back(case.recorded)

        self._try_on_histories(law)

    def test_only_a_quorate_meeting_decides(self) -> None:
        """ToR 6.2, 7.6: whatever is asked, if the terms let an inquorate meeting do nothing."""
        if self._terms.quorum.chair_selects:
            pytest.skip("by these terms an inquorate meeting may act; override `terms`")

        @self._examples
        @given(histories(self._terms, self._calendar, without=[CorrectRecord]))
        def law(history: History) -> None:
            invariants.only_a_quorate_meeting_decides(history.events)

        law()

    def test_stories_ask_something(self) -> None:
        """A law that is tried only on empty cases always holds."""
        stories = [self._story(seed) for seed in range(min(20, self.stories))]
        kinds = {entry.event.kind for one in stories for entry in one.entries}
        hold(len(kinds) > _KINDS, f"stories of {len(kinds)} kinds of events say too little")

    # --------------------------------------------------------------------------------------------

    @cached_property
    def _terms(self) -> Terms:
        return self.terms or shipped.load(shipped.KENT_AND_MEDWAY_2020)

    @cached_property
    def _calendar(self) -> WorkingCalendar:
        return self.calendar or calendars.load(self._terms.calendar)

    @property
    def _examples(self) -> Callable[[Callable[..., None]], Callable[..., None]]:
        return examples(self.examples, chance=self.chance)

    def _try_on_histories(self, law: Callable[[History], None]) -> None:
        self._examples(given(histories(self._terms, self._calendar))(law))()

    def _story(self, seed: int) -> Story:
        # In every other story the next terms of the partnership come in between, if there are any.
        later = self.editions if seed % 2 else ()
        return story(seed, self.editions or (self._terms,), self._calendar, later=later)

    def _story_of(self, facts: Sequence[AnyEvent], terms: Terms) -> Story:
        return Story(written_late(facts, terms, self._calendar), terms)

    def _history(self, one: Story) -> CaseHistory:
        return one.history(self._at_hand)

    @cached_property
    def _at_hand(self) -> Callable[[str, str | None], WorkingCalendar]:
        own = self._calendar

        @cache
        def at_hand(name: str, version: str | None) -> WorkingCalendar:
            if name == own.id and version in (None, own.version):
                return own
            return calendars.load(name, version)

        return at_hand

    def _agreed(self, one: Story, as_of: AsOf) -> None:
        apart = list(disagreements_in("a story", self._history(one), as_of))
        hold(not apart, "\n".join(["both judges were asked, and said:", *_first_lines(apart)]))


_KINDS: Final = 20
_MOST: Final = 10


def _first_lines(apart: Iterable[object]) -> Iterator[str]:
    for one, _ in zip(apart, range(_MOST), strict=False):
        yield f"  {one}"


def _sent_again(command: Command) -> Iterator[Command]:
    """Yield a command as it may come again: as it is, and later if its time does not count."""
    yield command
    step = STEPS[type(command)]
    if step.is_done_once and not step.at_counts:
        yield command.model_copy(update={"at": command.at + timedelta(minutes=1)})


def _all_taken_back(recorded: Sequence[AnyEvent]) -> list[AnyEvent]:
    """Return events with one more for each corrected entry: it is again what it first was."""
    back = {
        event.version: event.model_copy(update={"replacement": recorded[event.version - 1]})
        for event in recorded
        if isinstance(event, RecordCorrected) and event.version <= len(recorded)
    }
    return [*recorded, *back.values()]


def _due(clock: Deadline, start: date, calendar: WorkingCalendar) -> date | None:
    """Return the day on which a clock is due; None where the calendar does not reach it."""
    try:
        return due_on(clock, start, calendar)
    except (CalendarError, CalendarGapError):
        return None


def _by_hand(clock: Deadline, start: date, calendar: WorkingCalendar) -> date | None:
    """Return the same, counted one day after the other."""
    try:
        return counted(clock.model_dump(mode="python"), start, calendar)
    except (CalendarError, CalendarGapError):
        return None
