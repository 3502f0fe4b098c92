"""How things are measured: ours, the peers and the limit take turns in one and the same run.

- A contender is called once to warm up, unless the run is a quick one, then once in every round:
  A B C, A B C, ... So a machine that slows down for a while slows all of them.
- What is reported is the median of the rounds.
- The garbage collector stays on, as it is for anyone who uses the library. It is run once before
  each timed stretch, so that nobody pays for the rubbish of the one before.
- A peer does the same job in another library. A limit is the job with everything but the bare
  minimum left out: what no library could beat.
- A ratio is always ours divided by theirs. Where higher is better, more than 1 is faster than
  they are; where lower is better, less than 1 is.
"""

import gc
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Literal, TypedDict, TypeVar

T = TypeVar("T")

Contender = Callable[[], float]
"""Does the job once and returns its figure, in the benchmark's unit."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is done.

    Attributes:
        rounds: how often each contender is measured, after the warm-up.
        share: the part of the full amount of work in each round, as a divisor.
    """

    rounds: int
    share: int

    def of(self, full: int) -> int:
        """Return how many things to work on, where a full run takes `full`."""
        return max(1, full // self.share)

    @property
    def is_full(self) -> bool:
        """Whether the full amount of work is done; of less, no figure says anything."""
        return self.share == 1

    @property
    def turns(self) -> int:
        """How often each contender is called: the rounds, and before them a full run's warm-up."""
        return self.rounds + self.is_full


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One job, and who does it.

    Attributes:
        name: its key in the output.
        unit: what the figures count.
        better: whether a higher figure is the better one, or a lower.
        ours: this library.
        peers: other libraries or other ways, by name.
        limit: the bare minimum of the job: in words, and to be measured.
        at_most_rounds: fewer rounds than others have, for a job of minutes.
    """

    name: str
    unit: str
    better: Literal["higher", "lower"]
    ours: Contender
    peers: Mapping[str, Contender] = field(default_factory=dict[str, Contender])
    limit: tuple[str, Contender] | None = None
    at_most_rounds: int | None = None


class Figures(TypedDict):
    """What was measured: medians, and ours divided by theirs."""

    ours: float
    unit: str
    better: str
    peers: dict[str, float]
    limit: float | None
    ratio_to_best_peer: float | None
    ratio_to_limit: float | None


def measured(benchmark: Benchmark, effort: Effort) -> Figures:
    """Let the contenders of a benchmark take turns, and return the medians.

    Of less than the full amount of work no ratio is made: it would say nothing.
    """
    rounds, is_full = effort.rounds, effort.is_full
    contenders = [benchmark.ours, *benchmark.peers.values()]
    if benchmark.limit:
        contenders.append(benchmark.limit[1])
    if benchmark.at_most_rounds is not None:
        rounds = min(rounds, benchmark.at_most_rounds)
    for contender in contenders if is_full else ():
        contender()
    turns = [[contender() for contender in contenders] for _ in range(rounds)]
    ours, *others = (median(figures) for figures in zip(*turns, strict=True))
    limit = others.pop() if benchmark.limit else None
    best = max if benchmark.better == "higher" else min
    return Figures(
        ours=ours,
        unit=benchmark.unit,
        better=benchmark.better,
        peers=dict(zip(benchmark.peers, others, strict=True)),
        limit=limit,
        ratio_to_best_peer=ours / best(others) if others and is_full else None,
        ratio_to_limit=ours / limit if limit is not None and is_full else None,
    )


def rate(
    given: Callable[[], Sequence[T]], work: Callable[[Sequence[T]], object], counting: int = 1
) -> Contender:
    """Return a contender that says how much it did in a second.

    Args:
        given: makes what one turn works on; this is not timed.
        work: goes through all of it.
        counting: how much each of these things counts for, such as the events of a case.
    """

    def per_second() -> float:
        things = given()
        gc.collect()
        start = perf_counter()
        work(things)
        return len(things) * counting / (perf_counter() - start)

    return per_second


def one_by_one(act: Callable[[T], object]) -> Callable[[Sequence[T]], None]:
    """Return work that does this to each thing it is given, and keeps nothing."""

    def work(things: Sequence[T]) -> None:
        for thing in things:
            act(thing)

    return work


def process(command: Sequence[str], environment: Mapping[str, str]) -> Contender:
    """Return a contender that says how many milliseconds a process takes, start to end."""

    def milliseconds() -> float:
        start = perf_counter()
        subprocess.run(  # noqa: S603 - our own words
            command, env=environment, check=True, stdout=subprocess.DEVNULL
        )
        return 1_000 * (perf_counter() - start)

    return milliseconds


def peak_megabytes() -> float:
    """Return the most memory that this process has had.

    What `getrusage` tells begins at what the parent had, so Linux is asked for this process alone.
    """
    told = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    return int(told["VmHWM"].split()[0]) / 1_000


def must_agree(ours: object, *theirs: object) -> None:
    """Refuse to compare contenders that do not give the same answer."""
    if any(answer != ours for answer in theirs):
        raise ValueError(f"the contenders do not do the same job: {(ours, *theirs)!r:.200}")


def table(benchmark: Benchmark, figures: Figures, *, ratios: bool = True) -> str:
    """Return a benchmark's figures for people, ours first, the ratios beside the others."""
    ours = figures["ours"]
    lines = [
        f"{benchmark.name} ({benchmark.unit}, {benchmark.better} is better)",
        f"    {'ours':<44}{_shown(ours):>12}",
    ]
    others = dict(figures["peers"])
    if benchmark.limit and figures["limit"] is not None:
        others[f"limit: {benchmark.limit[0]}"] = figures["limit"]
    lines += [
        f"    {name:<44}{_shown(value):>12}"
        + (f"    ours is {ours / value:.2f} x" if ratios else "")
        for name, value in others.items()
    ]
    return "\n".join(lines)


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.1f}"  # noqa: PLR2004 - enough digits
