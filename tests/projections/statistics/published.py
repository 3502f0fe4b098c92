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

DFE_HALF_YEARS: Final[Mapping[int, Mapping[str, int]]] = {
    2020: {"death": 89, "serious-harm": 132},
    2021: {"death": 119, "serious-harm": 153, "other": 13},
}
"""Of the same, April to September, by the year to 31 March that it lies in.

Department for Education, part 1 of the year to 31 March 2021, as first released: 285 in all, from
which the 13 follow, and the figures of the year before beside them.
"""
PANEL_2020: Final = ({"death": 206, "serious-harm": 267, "other": 9}, 514)
"""Incidents of 2020 by nature, and how many children: the Panel's annual report."""
PANEL_2023: Final = {"death": 146, "serious-harm": 227, "other": 20}
"""Notifications of the year to March 2023: the Panel's report; the 20 are the rest of 393."""
PANEL_2024: Final = (330, 485)
"""Rapid reviews of April 2023 to March 2024, and their children: the Panel's annual report."""
DEVON_2024: Final = (6, 4, 1)
"""Devon, April 2023 to March 2024: notifications, rapid reviews, practice reviews."""


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
