"""ToR 5(a): the sections of a page about one clock: its share in time, its change, its days."""

from collections.abc import Iterator, Sequence
from typing import Final

from rapid_review.domain.printable import counted
from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.domain.vocabulary import Unit
from rapid_review.projections.statistics import relations
from rapid_review.projections.statistics.bands import BANDS
from rapid_review.projections.statistics.basis import Basis, Counted
from rapid_review.projections.statistics.control_chart import ENOUGH, Measured, XmR, xmr
from rapid_review.projections.statistics.published import MET
from rapid_review.projections.statistics.rows import Figure
from rapid_review.projections.statistics.selection import Selection
from rapid_review.projections.statistics.survival import Curve
from rapid_review.projections.statistics.tables import TOTAL, Mark
from rapid_review.reports.charts import Picture, picture
from rapid_review.reports.statistics.charts import Period, ends, in_time, series
from rapid_review.reports.statistics.wording import Section, Shown, Table, drawn

FEWEST: Final = 5
"""For fewer clocks no curve is drawn, because each of its steps would be one case."""

_HIDDEN: Final = "Changes are not shown, because some of the shares are hidden."


def share_in_time(shown: Shown, deadline: Deadline) -> Section:
    """Return the section on the share in time, by group."""
    name = relations.came_to(deadline)
    points = [
        Period(label, met.percent, met.lower_percent, met.upper_percent)
        for label, group in shown.groups(name).items()
        if label != TOTAL
        and (met := group[MET]).percent is not None
        and met.lower_percent is not None
        and met.upper_percent is not None
    ]
    title = f"{deadline.title}: share in time"
    words = f"{title}, with its 95 % interval. {_lowest_and_highest(points)}"
    labels = [label for label in shown.groups(name) if label != TOTAL]
    chart = picture("in-time", title, words, in_time(points, labels)) if points else None
    return Section(
        "in-time",
        f"{deadline.title}: was it in time?",
        _in_time_headline(shown.total(name, MET)),
        shown.basis(name),
        chart,
        "" if points else "No chart: no group has a share that may be shown.",
        (shown.grid(name, "Results of the clocks"),),
        "The share in time is a share of the clocks whose due day is over. A clock that is still "
        "open is a breach from the day after its due day. A clock that seems to have stopped "
        "before it started is also a breach, so that a typing mistake never improves the share; "
        "it has its own column, and the best possible share counts all such clocks as in time. "
        "Clocks of four kinds are left out of the share: those whose due day is not over, those "
        "that wait for something withheld, those that are late only by a limit that national "
        "guidance had relaxed, and those that ended otherwise because no review was called for. "
        "The last kind has its own column. The interval is Wilson's, at 95 %: it shows how far "
        "chance alone may move the share from its long-run value.",
    )


def _lowest_and_highest(points: Sequence[Period]) -> str:
    """Say in words where a series of shares is lowest and highest; empty if there are none."""
    if not points:
        return ""
    low, high = (pick(points, key=lambda one: one.percent) for pick in (min, max))
    return (
        f"Of the shares shown, {low.label} has the lowest, {low.percent:.1f} %, and {high.label} "
        f"the highest, {high.percent:.1f} %; the table has every number."
    )


def _in_time_headline(met: Figure) -> str:
    if isinstance(met.value, Mark) or met.denominator is None:
        return "The share in time is not shown, because small numbers are hidden."
    if met.percent is None:
        return "No clock has come due, so the share in time is undefined."
    were = "was" if met.value == 1 else "were"
    return f"{met.value} of {met.denominator} {were} in time: {met.percent:.1f} %."


def change(shown: Shown, selection: Selection) -> Section:
    """Return the section on the change of the share in time, with its limits of chance.

    If a share is hidden, nothing is drawn.
    """
    name = relations.came_to(selection.deadline)
    basis = Basis(Counted.CLOCK, selection.as_of, selection.months, dated_by=selection.dated_by)
    shares = {label: group[MET] for label, group in shown.groups(name).items() if label != TOTAL}
    # Limits from only the shown values would mislead.
    hidden = any(met.denominator is None for met in shares.values())
    found = xmr(
        [
            Measured(label, basis, met.percent, met.denominator)
            for label, met in shares.items()
            if met.percent is not None and met.denominator is not None
        ]
    )
    title = f"{selection.deadline.title}: share in time, with its limits of chance"
    headline = _HIDDEN if hidden else _change_headline(found)
    enough = not found.trial and not hidden
    return Section(
        "change",
        "Is it getting better or worse?",
        headline,
        shown.basis(name),
        picture("change", title, f"{title}. {headline}", series(found)) if enough else None,
        "" if enough or hidden else f"No chart: limits from fewer than {ENOUGH} periods mislead.",
        (_series_table(found),) if enough else (),
        "An XmR chart by the rules of NHS Making Data Count: the limits are the mean ± 2.66 times "
        "the mean step from one period to the next. A limit may lie below 0 or above 100 %. A "
        "period in which nothing came due has no value. If a period has few reviews, even these "
        "limits mislead: use longer periods.",
        enough or hidden,
    )


def _change_headline(found: XmR) -> str:
    if found.trial:
        have = "period has" if len(found.points) == 1 else "periods have"
        return f"{len(found.points)} {have} a share; {ENOUGH} are needed to tell."
    signals = [point.measured.label for point in found.points if point.signals]
    if not signals:
        return "No period differs from the others by more than chance."
    return f"More than chance: {', '.join(signals)}."


def _series_table(found: XmR) -> Table:
    rows = [
        (
            point.measured.label,
            f"{point.measured.value:.1f} %",
            str(point.measured.denominator),
            ", ".join(point.signals) or "none",
        )
        for point in found.points
    ]
    if found.limits is not None:
        limits = (found.limits.mean, found.limits.lower, found.limits.upper)
        for name, value in zip(("mean", "lower limit", "upper limit"), limits, strict=True):
            rows.append((name, f"{value:.1f} %", "", ""))
    return Table("The series", ("period", "in time", "of", "signals"), tuple(rows))


def how_long(shown: Shown, deadline: Deadline, curve: Curve | None, why_not: str) -> Section:
    """Return the section on the share that had stopped by each day, open clocks included.

    Args:
        shown: the figures.
        deadline: which clock.
        curve: its curve; None if it is not to be shown.
        why_not: why it is not.
    """
    title = f"{deadline.title}: share stopped by each day"
    headline = why_not if curve is None else _curve_headline(curve, deadline)
    chart, not_drawn = None, ""
    if curve is not None and curve.clocks >= FEWEST:
        allowed = None if deadline.unit is Unit.MONTHS else deadline.length
        drawing = ends(curve, allowed, _unit_of_days(deadline))
        chart = picture("how-long", title, f"{title}. {headline}", drawing)
    elif curve is not None:
        not_drawn = f"No chart: there are fewer than {FEWEST} clocks."
    return Section(
        "how-long",
        "How long does it take, including open clocks?",
        headline,
        shown.basis(relations.came_to(deadline)),
        chart,
        not_drawn,
        () if curve is None else (_steps_table(curve),),
        "This is a Kaplan-Meier curve: an open clock counts for the days that it has run so far. "
        "Ending otherwise is a separate kind of end, by the method of Aalen and Johansen. These "
        "two shares and the share of clocks still running add up to 100 %.",
        curve is not None and curve.clocks > 0,
    )


def _curve_headline(curve: Curve, deadline: Deadline) -> str:
    days = _unit_of_days(deadline)
    if curve.median_days is None:
        return (
            f"Fewer than half of the clocks are known to have stopped: {curve.clocks} started, "
            f"and {curve.still_open} of them still run."
        )
    return (
        f"Half of the clocks had stopped by day {curve.median_days}, in {days}: "
        f"{curve.clocks} started."
    )


def _steps_table(curve: Curve) -> Table:
    return Table(
        "Day by day",
        ("day", "at risk", "stopped", "ended otherwise", "still open", "share stopped"),
        tuple(
            (
                str(step.day),
                *map(str, (step.at_risk, step.stopped, step.ended_otherwise, step.still_open)),
                f"{100 * step.has_stopped:.1f} %",
            )
            for step in curve.steps
        ),
    )


def days_taken(shown: Shown, deadline: Deadline) -> Section:
    """Return the section on the days that stopped clocks took: bands and quartiles."""
    name = relations.days_taken(deadline)
    chart, why_not = _bands_chart(shown, deadline, "days-taken")
    return Section(
        "days-taken",
        "How long did the stopped clocks take?",
        _median_headline(shown, deadline),
        shown.basis(name),
        chart,
        why_not,
        tuple(_days_tables(shown, deadline)),
        "The bands and quartiles are those that the Department for Education publishes. They "
        "cover clocks that have stopped, and say nothing about open ones.",
        shown.holds(name),
    )


def _bands_chart(shown: Shown, deadline: Deadline, name: str) -> tuple[Picture | None, str]:
    """Return the chart of the days that a clock took, or why there is none."""
    bars = shown.bars(relations.days_taken(deadline))
    title = f"{deadline.title}: {_unit_of_days(deadline)} taken"
    return drawn(name, title, [bar for bar in bars if bar.label in BANDS], "clock")


def of_the_panel(shown: Shown, deadline: Deadline) -> Section:
    """ToR 7.8: return the section on how long the Panel took from its meeting to its answer."""
    came_to, name = relations.came_to(deadline), relations.days_taken(deadline)
    chart, why_not = _bands_chart(shown, deadline, "panel-clock")
    return Section(
        "panel-clock",
        "How long did the Panel take to answer?",
        _median_headline(shown, deadline),
        shown.basis(name),
        chart,
        why_not,
        (shown.grid(came_to, "Results of its clocks"), *_days_tables(shown, deadline)),
        f"{deadline.title}: counted from the day of the Panel's own meeting, where that is known.",
        shown.holds(came_to),
    )


def _median_headline(shown: Shown, deadline: Deadline) -> str:
    groups = shown.groups(_quartiles_name(deadline))
    if TOTAL not in groups:
        return "No clock has stopped."
    median = groups[TOTAL]["median"]
    if isinstance(median.value, Mark):
        return "The days taken are not shown, because small numbers are hidden."
    days = counted(
        median.value, _unit_of_days(deadline).removesuffix("s"), _unit_of_days(deadline)
    )
    return f"Half of the stopped clocks took at most {days}."


def _days_tables(shown: Shown, deadline: Deadline) -> Iterator[Table]:
    yield shown.grid(relations.days_taken(deadline), "Clocks by the number of days they took")
    if shown.groups(_quartiles_name(deadline)):
        yield shown.grid(_quartiles_name(deadline), "Quartiles of the clocks that have stopped")


def _quartiles_name(deadline: Deadline) -> str:
    return f"{deadline.id}: quartiles of the stopped"


def _unit_of_days(deadline: Deadline) -> str:
    """Return the unit of a clock's days; a clock in months has calendar days."""
    return "working days" if deadline.unit is Unit.WORKING_DAYS else "calendar days"
