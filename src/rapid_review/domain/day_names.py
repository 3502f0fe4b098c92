"""The English names of days and months.

`calendar.day_name` and `calendar.month_name` would follow the locale of the machine.
"""

from typing import Final

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SHORTEST: Final = 3  # three letters name one month


def month_named(text: str) -> int | None:
    """Return the number of the month that a text names, in full or shortened; None if none.

    >>> month_named("May"), month_named("sept"), month_named("ma")
    (5, 9, None)
    """
    if len(text) < _SHORTEST:
        return None
    names = enumerate(MONTHS, start=1)
    return next((at for at, name in names if name.lower().startswith(text.lower())), None)
