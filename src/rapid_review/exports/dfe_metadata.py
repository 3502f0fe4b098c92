"""The files beside each table of `dfe`: the Department's metadata, and a data package.

The Department's screener takes a table with a `.meta.csv` that names its filters and indicators.
A data package (Frictionless Data Package 1.0) gives the type and the title of each column, so that
programs read numbers as numbers, and symbols as missing values.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

from rapid_review.projections.statistics.dfe_csv import Tidy
from rapid_review.projections.statistics.tables import Mark

DATA_PACKAGE: Final = "datapackage.json"
"""The file that describes the others for programs."""

_META: Final = (
    "col_name",
    "col_type",
    "label",
    "indicator_grouping",
    "indicator_unit",
    "indicator_dp",
    "filter_hint",
    "filter_grouping_column",
)
"""The columns that the Department's metadata must have."""
_TYPES: Final = {"complete": "boolean", "as_of": "date"}
_YES_OR_NO: Final = {"trueValues": ["yes"], "falseValues": ["no"]}


def written(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows as CSV under their header, a line a row."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def meta_csv(tidy: Tidy) -> str:
    """Return the Department's metadata of a table: a line for each filter and each indicator.

    A column with only one value is left out: the Department accepts no filter without a choice.
    """
    columns = dict(zip(tidy.header, zip(*tidy.rows, strict=True), strict=False))
    filters = (name for name in tidy.filters if len(set(columns.get(name, ()))) > 1)
    rows = [
        *((name, "Filter", _label(name), "", "", "", "", "") for name in filters),
        *((name, "Indicator", _label(name), "", "", "0", "", "") for name in tidy.counts),
        *((name, "Indicator", _label(name), "", "%", "1", "", "") for name in tidy.percentages),
    ]
    return written(_META, rows)


def data_package(title: str, tables: Mapping[str, tuple[str, Tidy]]) -> dict[str, Any]:
    """Return the description of all tables, as JSON has it.

    Args:
        title: the title, which says whose figures they are.
        tables: by the name of each table, what it counts, and its rows.
    """
    return {
        "profile": "tabular-data-package",
        "name": "rapid-review-statistics",
        "title": title,
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": name,
                "path": f"{name}.csv",
                "description": means,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {
                    "fields": [_field(column, tidy) for column in tidy.header],
                    "missingValues": ["", *Mark],
                },
            }
            for name, (means, tidy) in tables.items()
        ],
    }


def _field(name: str, tidy: Tidy) -> dict[str, Any]:
    kind = _TYPES.get(name, "string")
    if name in tidy.counts:
        kind = "integer"
    elif name in tidy.percentages:
        kind = "number"
    more = _YES_OR_NO if kind == "boolean" else {}
    return {"name": name, "type": kind, "title": _label(name), **more}


def _label(name: str) -> str:
    """Return a column's name as a reader would write it."""
    return name.replace("_", " ").capitalize()
