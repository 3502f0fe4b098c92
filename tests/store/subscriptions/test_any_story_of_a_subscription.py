"""Whatever is recorded, fails and is mended, and when: the side table is a fold of the log.

Two handles on one store take turns, as two workers do, and each may lose its claim at any moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from rapid_review.store import Store
from tests.domain.a_review import RECEIVE, WRITE, changed
from tests.store.a_record import HandSetClock, kent_in, send_all
from tests.store.subscriptions.a_side_table import Keeper, folded, handled, make_table

CASES = ("KM-1", "KM-2", "KM-3")


@dataclass(frozen=True, slots=True)
class Step:
    """What happens next.

    Attributes:
        what: whether something is recorded, or a subscription steps, retries, or loses its claim.
        who: which of the two it is, or in which case something is recorded.
        failing: the cases with which the handler fails from now on.
    """

    what: str
    who: int
    failing: frozenset[str]


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from(["record", "record", "step", "step", "retry", "claim", "wait"]),
        st.integers(0, 2),
        st.frozensets(st.sampled_from(CASES), max_size=2),
    ),
    max_size=40,
)


@given(steps=STEPS, page=st.sampled_from([1, 2, 5, 100]), tries=st.integers(1, 3))
def test_the_side_table_is_a_fold_of_the_log(steps: Sequence[Step], page: int, tries: int) -> None:
    """At every moment each case is handled up to some entry; in the end each is, to its end."""
    store, clock = Store.in_memory(), HandSetClock()
    reviews = kent_in(store)
    reviews._record.clock = clock  # noqa: SLF001 - the hand that sets it
    make_table(store)
    keeper = Keeper()
    both = [reviews.subscription("keeping", keeper, page=page, tries=tries) for _ in range(2)]
    for number, step in enumerate(steps):
        keeper.fails = lambda one, step=step: one.entry.case in step.failing  # type: ignore[misc]
        one = both[step.who % 2]
        match step.what:
            case "record":
                case = CASES[step.who]
                send_all(reviews, RECEIVE, changed(WRITE, correspondence=f"L-{number}"), case=case)
            case "step":
                one.step()
            case "retry":
                one.retry()
            case "claim":
                one.position  # noqa: B018 - it is begun
                one._table.claim(clock(), clock() + timedelta(seconds=30))  # noqa: SLF001
            case _:
                clock.now += timedelta(seconds=20)
        rows, every = handled(store), folded(reviews)
        for case in CASES:
            mine = [row for row in rows if row[1] == case]
            assert mine == [row for row in every if row[1] == case][: len(mine)]
    keeper.fails = lambda _: False
    clock.now += timedelta(hours=2)
    both[0].retry()
    for _ in range(300):
        if both[0].step() == (len(folded(reviews)), len(folded(reviews)), 0):
            break
    assert handled(store) == folded(reviews)
