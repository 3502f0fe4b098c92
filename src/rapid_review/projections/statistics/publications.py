"""What was published before, and what it reveals together with the figures published now.

Suppression protects within one export, and not across two. Anyone who has the same cases by month
and by agency, or a quarter as it was in May and in June, can subtract one from the other. So a
person who publishes again gets a note of what is in the partnership's register of exports. Only a
treatment that always changes the same count alike is safe: rounding to the same number, or cell
keys with the same seed.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from rapid_review.domain.entry import Entry
from rapid_review.domain.events import ExportMade
from rapid_review.domain.record_particulars import Figures
from rapid_review.projections.statistics.selection import Selection

WAYS_THAT_HOLD = (
    "Numbers that are suppressed in one export may be calculated from both. Rounding "
    "(--round-to 5) and cell keys (--perturb) protect across exports, if all exports use the "
    "same treatment"
)


def figures(selection: Selection, seed: str | None = None) -> Figures:
    """Return what the register of exports keeps about the figures of a selection.

    Args:
        selection: the selection.
        seed: the digest of the seed by which counts are perturbed.
    """
    months, treatment = selection.months, selection.treatment
    return Figures(
        grouped_by=selection.by,
        dated_by=selection.dated_by.name.lower(),
        first_on=None if months.first is None else date.fromisoformat(f"{months.first}-01"),
        last_on=None if months.last is None else _last_day(months.last),
        clock=selection.deadline.id,
        suppressed_below=treatment.suppress_below,
        rounded_to=treatment.round_to,
        seed=seed,
    )


def published_before(register: Iterable[Entry], now: Figures) -> tuple[str, ...]:
    """Describe each earlier publication that reveals something together with this one.

    Args:
        register: the partnership's register of exports.
        now: the figures that are published now.
    """
    return tuple(
        _description(entry, entry.event, before)
        for entry in register
        if isinstance(entry.event, ExportMade)
        and (before := entry.event.figures) is not None
        and _may_overlap(before, now)
        and not _treated_alike(before, now)
    )


def _may_overlap(one: Figures, other: Figures) -> bool:
    """Say whether two publications may have cases in common: by their months, if dated alike."""
    if one.dated_by != other.dated_by:
        return True
    first = max(one.first_on or date.min, other.first_on or date.min)
    return first <= min(one.last_on or date.max, other.last_on or date.max)


def _treated_alike(one: Figures, other: Figures) -> bool:
    """Say whether the same count is always changed alike in both."""
    if one.suppressed_below or other.suppressed_below:
        return False
    treated = (one.rounded_to, one.seed)
    return treated == (other.rounded_to, other.seed) and treated != (None, None)


def _description(entry: Entry, event: ExportMade, before: Figures) -> str:
    treated = [
        *([f"suppressed below {before.suppressed_below}"] if before.suppressed_below else []),
        *([f"rounded to {before.rounded_to}"] if before.rounded_to else []),
        *(["perturbed by another seed"] if before.seed else []),
    ]
    first, last = before.first_on or "the first", before.last_on or "the last"
    return (
        f"export {entry.version} of the register, {event.at:%Y-%m-%d}: figures by "
        f"{before.grouped_by}, {first} to {last}, "
        f"{' and '.join(treated) or 'with small numbers shown'}"
    )


def _last_day(month: str) -> date:
    """Return the last day of a month."""
    first = date.fromisoformat(f"{month}-01")
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
