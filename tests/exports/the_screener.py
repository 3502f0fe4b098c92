"""What the Department for Education's screener asks of a table and its metadata.

Written from the checks that the Department publishes as a package in R, eesyscreener 0.3.0, as it
was read in November 2026: those that refuse an upload. The Department's lists of regions and local
authorities are not here.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

Rows = Sequence[Mapping[str, str]]

META: Final = (
    *("col_name", "col_type", "label", "indicator_grouping", "indicator_unit", "indicator_dp"),
    *("filter_hint", "filter_grouping_column"),
)
REQUIRED: Final = (
    *("time_period", "time_identifier", "geographic_level", "country_code", "country_name"),
)
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
TIMES: Final = (
    (4, ("Calendar year",)),
    (4, MONTHS),
    (6, ("Financial year",)),
    (6, tuple(f"Financial year Q{number}" for number in range(1, 5))),
    (6, ("Part 1 (April to September)", "Part 2 (October to March)")),
)
"""How many digits a period has, and which names may be in one file."""
LEVELS: Final[Mapping[str, tuple[str, ...]]] = {
    "National": ("country_code", "country_name"),
    "Regional": ("region_code", "region_name"),
    "Local authority": ("old_la_code", "la_name"),
}
"""Which columns must be filled in at each level."""
PLACES: Final = (
    *REQUIRED,
    *("region_code", "region_name", "old_la_code", "new_la_code", "la_name"),
)
LIKE_A_PLACE: Final = re.compile(
    "^(country|sch|prov|inst|estab|reg|la|local|rsc|pfa|pcon|lep|mca|oa|ward|mat).*"
    "(name|code|urn|ukprn|number|upin|id)$"
)


def complaints(name: str, data: Rows, meta: Rows) -> list[str]:
    """Return what the screener would refuse a table for.

    Args:
        name: the name of its file, without its end.
        data: its rows.
        meta: those of its metadata.
    """
    filters = [row["col_name"] for row in meta if row["col_type"] == "Filter"]
    indicators = [row["col_name"] for row in meta if row["col_type"] == "Indicator"]
    return [
        *(["name"] if not re.fullmatch(r"[A-Za-z0-9_-]+", name) else []),
        *_of_the_meta(meta),
        *_of_the_columns(data, filters, indicators),
        *_of_the_time(data),
        *_of_the_place(data),
        *_of_the_filters(data, filters),
        *(
            f"indicator {one}"
            for one in indicators
            if {row[one] for row in data} & {"", ":", "~", "NA", "null"}
        ),
    ]


def _of_the_meta(meta: Rows) -> Iterator[str]:
    if not meta or tuple(meta[0]) != META:
        yield "columns of the metadata"
        return
    for key in ("col_name", "label"):
        told = Counter(row[key] for row in meta)
        yield from (f"{key} {one!r}" for one, times in told.items() if times > 1 or not one)
    for row in meta:
        is_filter = row["col_type"] == "Filter"
        if row["col_type"] not in {"Filter", "Indicator"}:
            yield f"type of {row['col_name']}"
        if is_filter and (row["indicator_dp"] or row["indicator_unit"]):
            yield f"unit of the filter {row['col_name']}"
        if not is_filter and (not row["indicator_dp"].isdigit() or row["filter_hint"]):
            yield f"decimal places of {row['col_name']}"
        if row["indicator_unit"] not in {"", "%", "pp", "£", "£m", "numberstring"}:
            yield f"unit of {row['col_name']}"


def _of_the_columns(
    data: Rows, filters: Sequence[str], indicators: Sequence[str]
) -> Iterator[str]:
    columns = set(data[0])
    yield from (f"no column {one}" for one in {*REQUIRED, *filters, *indicators} - columns)
    yield from (f"column {one}" for one in columns if not re.fullmatch("[a-z][a-z0-9_]*", one))
    yield from (
        f"place {one} in the metadata"
        for one in filters
        if one in PLACES or LIKE_A_PLACE.search(one)
    )


def _of_the_time(data: Rows) -> Iterator[str]:
    told = {row["time_identifier"] for row in data}
    fitting = [digits for digits, names in TIMES if told <= set(names)]
    if not fitting:
        yield f"times {sorted(told)}"
        return
    for period in {row["time_period"] for row in data}:
        if not period.isdigit() or len(period) != fitting[0]:
            yield f"period {period}"
        elif fitting[0] == 6 and (int(period[2:4]) + 1) % 100 != int(period[4:]):
            yield f"years of {period}"


def _of_the_place(data: Rows) -> Iterator[str]:
    for row in data:
        filled = LEVELS.get(row["geographic_level"])
        if filled is None or not all(row[column] for column in filled):
            yield f"place {row['geographic_level']}"
            return


def _of_the_filters(data: Rows, filters: Sequence[str]) -> Iterator[str]:
    for one in filters:
        levels = {row[one] for row in data}
        if len(levels) < 2:
            yield f"one level of {one}"
        if any(not level.strip() or level != level.strip() for level in levels):
            yield f"blanks in {one}"
        if "Total" not in levels:
            yield f"no total of {one}"
    keys = Counter(tuple(row[one] for one in (*PLACES, *filters)) for row in data)
    if max(keys.values()) > 1:
        yield f"{keys.most_common(1)} twice"
