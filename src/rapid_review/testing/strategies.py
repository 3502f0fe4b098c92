"""Hypothesis strategies: times and days, children, commands, events, and whole histories.

All are for given terms and a given calendar; Kent and Medway's of May 2020 and the newest, unless
others are given. `editions` and `calendars` give others.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Final

from hypothesis import strategies as st

from rapid_review.domain import commands as ask
from rapid_review.domain.case import Case, evolve, replay
from rapid_review.domain.commands import Command
from rapid_review.domain.decisions import decide
from rapid_review.domain.errors import Refused
from rapid_review.domain.events import AnyEvent
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Child
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.testing.adversities import ADVERSITIES
from rapid_review.testing.answers import facts_of, written_late
from rapid_review.testing.other_terms import calendars, editions
from rapid_review.testing.speaking import KINDS, Speaker, speaker
from rapid_review.testing.statements import stated
from rapid_review.testing.stories import Story, story
from rapid_review.testing.times import days, moments

__all__ = [
    "HERE_ALONE",
    "History",
    "adversarial",
    "calendars",
    "children",
    "commands",
    "days",
    "editions",
    "events",
    "histories",
    "moments",
    "stories",
]


def children() -> st.SearchStrategy[Child]:
    """Return children: of any age, unborn included, named or not."""
    return stated(Child, {})


def commands(
    terms: Terms | None = None,
    calendar: WorkingCalendar | None = None,
    *,
    case: Case | None = None,
) -> st.SearchStrategy[Command]:
    """Return commands with the codes of some terms, at any time, likely and unlikely ones.

    Args:
        terms: the terms whose seats, outcomes, partners and criteria are named.
        calendar: covers the days in the commands.
        case: the case to speak of, an empty one unless given. Half of the commands are then
            among its next steps, and their numbers mostly those that it would expect.
    """
    return speaker(terms, calendar).commands(case or Case())


def events(
    terms: Terms | None = None, calendar: WorkingCalendar | None = None
) -> st.SearchStrategy[AnyEvent]:
    """Return events of every kind, each valid by itself, whether or not it could have happened."""
    return speaker(terms, calendar).events


@dataclass(frozen=True, slots=True)
class History:
    """A case made by commands, none of which was refused.

    Attributes:
        terms: the terms by which the commands were decided.
        calendar: counted the working days.
        commands: the accepted commands, in order.
        made: the events of each command; none if the case had recorded it already.
    """

    terms: Terms = field(repr=False)
    calendar: WorkingCalendar = field(repr=False)
    commands: tuple[Command, ...]
    made: tuple[tuple[AnyEvent, ...], ...] = field(repr=False)

    @property
    def events(self) -> tuple[AnyEvent, ...]:
        """Everything that was recorded, in order."""
        return tuple(event for made in self.made for event in made)

    @property
    def case(self) -> Case:
        """The case at the end."""
        return replay(self.events)


HERE_ALONE: Final = (
    ask.ProposeErasure,
    ask.ApproveErasure,
    ask.ProposeLiftingHold,
    ask.LiftHold,
    ask.VerifyErasure,
)
"""Commands that need two people and a store; no imported history has them."""


def histories(
    terms: Terms | None = None,
    calendar: WorkingCalendar | None = None,
    *,
    without: Collection[type[Command]] = (),
    at_most: int = 24,
) -> st.SearchStrategy[History]:
    """Return histories: random commands, without those that were refused.

    They begin at any time, and last for some months. Entries come in any order of time, so that
    some are late, and some are about the time before the notification.

    Args:
        terms: the terms that hold.
        calendar: what counts working days.
        without: commands that are not used.
        at_most: the most commands that are tried.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5)
    ... @given(histories())
    ... def a_history_is_what_its_commands_made(history):
    ...     assert history.case.recorded == history.events
    >>> a_history_is_what_its_commands_made()
    """
    kinds = [kind for kind in KINDS if kind not in without]
    return _histories(speaker(terms, calendar), kinds, at_most)


@st.composite
def _histories(
    draw: st.DrawFn, says: Speaker, kinds: list[type[Command]], at_most: int
) -> History:
    case = Case()
    beginning = draw(says.moments)
    accepted: list[Command] = []
    recorded: list[tuple[AnyEvent, ...]] = []
    for _ in range(draw(st.integers(1, at_most) | st.just(at_most))):
        at = beginning + timedelta(hours=draw(st.integers(-30 * 24, 200 * 24)))
        command = draw(says.commands(case, kinds, at))
        try:
            made = decide(command, case, says.terms, says.calendar)
        except Refused:
            continue
        accepted.append(command)
        recorded.append(made)
        for event in made:
            case = evolve(case, event)
    return History(says.terms, says.calendar, tuple(accepted), tuple(recorded))


def stories(
    terms: Terms | None = None, calendar: WorkingCalendar | None = None
) -> st.SearchStrategy[Story]:
    """Return whole cases with plausible steps, of which some go wrong; see `testing.stories`.

    Args:
        terms: the terms that hold.
        calendar: what counts working days.
    """
    says = speaker(terms, calendar)
    seeds = st.integers(0, 2**32)
    return seeds.map(lambda seed: story(seed, [says.terms], says.calendar))


def adversarial(
    terms: Terms | None = None,
    calendar: WorkingCalendar | None = None,
    *,
    by: Collection[str] = tuple(ADVERSITIES),
) -> st.SearchStrategy[Story]:
    """Return the cases of `stories`, written down long after they happened, and on a bad day.

    The night in which clocks change, the edges of holidays, two agencies at once, steps recorded
    twice, corrections of corrections, wrong years, and other routes to the same facts: one to
    three of them in each case.

    Args:
        terms: the terms that hold.
        calendar: what counts working days.
        by: which adversities, by their names in `testing.adversities`.
    """
    says = speaker(terms, calendar)
    some = st.lists(st.sampled_from(sorted(by)), min_size=1, max_size=3, unique=True)
    return st.builds(
        _badly_recorded,
        stories(says.terms, says.calendar),
        some,
        st.integers(0, 2**32),
        st.just(says.calendar),
    )


def _badly_recorded(
    one: Story, adversities: Sequence[str], seed: int, calendar: WorkingCalendar
) -> Story:
    chance = Random(seed)  # noqa: S311 - a story, and no secret
    changed: Sequence[AnyEvent] = facts_of(one)
    for name in adversities:
        changed = ADVERSITIES[name](changed, chance, calendar)
    return Story(written_late(changed, one.terms, calendar), one.terms)
