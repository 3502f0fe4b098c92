"""Published figures, as the cells that would have produced them."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from rapid_review.projections.statistics.facts import CountCell
from rapid_review.projections.statistics.measures import NOTIFICATION, Measure

DFE_NOTIFICATIONS: Final[Mapping[int, tuple[int, Mapping[str, int]]]] = {
    2019: (498, {}),
    2020: (449, {"death": 188, "serious-harm": 253, "other": 8}),
    2021: (536, {"death": 223, "serious-harm": 284, "other": 29}),
    2022: (442, {"death": 191, "serious-harm": 227, "other": 24}),
    2023: (456, {"death": 201, "serious-harm": 244, "other": 11}),
    2024: (405, {"death": 205, "serious-harm": 180, "other": 20}),
    2025: (338, {"death": 162, "serious-harm": 167, "other": 9}),
    2026: (357, {"death": 160, "serious-harm": 188, "other": 9}),
}
"""Serious incident notifications, England, by the year to 31 March in which they were notified.

Department for Education, as first released; the parts of 2020 follow from the changes published
with 2021. For 2019 only the total was found.
"""


def cells(measure: Measure, month: str, counts: Mapping[str, int]) -> Counter[CountCell]:
    """Return the cells of a measure in a month, by key; the notifying agency is Kent's council."""
    return Counter(
        {CountCell(measure.name, key, "kent", month): count for key, count in counts.items()}
    )


def dfe_notifications() -> Counter[CountCell]:
    """Return the cells of the Department's table, half of each year's in the spring after."""
    found: Counter[CountCell] = Counter()
    for year, (total, parts) in DFE_NOTIFICATIONS.items():
        by_nature = parts or {"": total}
        early = {nature: count // 2 for nature, count in by_nature.items()}
        late = {nature: count - early[nature] for nature, count in by_nature.items()}
        found += cells(NOTIFICATION, f"{year - 1}-04", early)
        found += cells(NOTIFICATION, f"{year}-03", late)
    return found
