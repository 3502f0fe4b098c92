"""The tables of a partnership's statistics as tidy CSV, a file each, and a page about them.

Columns are named as the Department for Education names them in its open data; see
`statistics.dfe_csv`.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from rapid_review.exports.dfe_metadata import DATA_PACKAGE, data_package, meta_csv, written
from rapid_review.projections.case.findings import EDITION
from rapid_review.projections.statistics.dfe_csv import Place, Tidy, tidy
from rapid_review.projections.statistics.publications import WAYS_THAT_HOLD
from rapid_review.projections.statistics.published import Published, PublishedTable
from rapid_review.projections.statistics.tables import Mark

README: Final = "README.md"
"""The file that explains the others."""
_MARKS: Final[Mapping[Mark, str]] = {
    Mark.NOT_APPLICABLE: "not applicable: there can be no number, such as a percentage of 0",
    Mark.UNKNOWN: "not known: there is a number, but nobody recorded it",
    Mark.SUPPRESSED: "confidential: there is a number, but it is suppressed",
    Mark.LOW: "not 0, but rounds to 0",
}


def table_name(table: PublishedTable) -> str:
    """Return a table's name as a file has it: "rapid-review-came-to"."""
    return table.name.replace(": ", "-").replace(" ", "-")


def place_of(
    partnership: str,
    *,
    region: tuple[str, str] | None = None,
    local_authority: tuple[str, str, str] | None = None,
) -> Place:
    """Return where figures were counted, at the lowest of the Department's levels that is given.

    Args:
        partnership: the partnership; it is not one of the Department's levels.
        region: the region's code and name.
        local_authority: the local authority's new code, its old one, and its name.
    """
    region_code, region_name = region or ("", "")
    new_code, old_code, name = local_authority or ("", "", "")
    level = "Safeguarding partnership"
    if local_authority is not None:
        level = "Local authority"
    elif region is not None:
        level = "Regional"
    return Place(
        level,
        region_code=region_code,
        region_name=region_name,
        old_la_code=old_code,
        new_la_code=new_code,
        la_name=name,
        partnership=partnership,
    )


def tidy_of(table: PublishedTable, place: Place) -> Tidy:
    """Return a table's rows, one for each count."""
    return tidy(table.table, place, of=table.of, quartiles=table.quartiles)


def csv_of(table: PublishedTable, place: Place) -> str:
    """Return a table as CSV with a header, and a line for each count."""
    rows = tidy_of(table, place)
    return written(rows.header, rows.rows)


def files(
    published: Published, place: Place | None = None, earlier: Sequence[str] = ()
) -> Mapping[str, str]:
    """Return the contents of each file by its name: the tables, and descriptions of them.

    Args:
        published: the tables.
        place: where they were counted; None for the partnership, which is no level of the
            Department's.
        earlier: descriptions of earlier publications that reveal something together with these.
    """
    partnerships = ", ".join(published.selection.partnerships)
    where = place or place_of(partnerships)
    found: dict[str, str] = {}
    described: dict[str, tuple[str, Tidy]] = {}
    for one in published.tables:
        name, rows = table_name(one), tidy_of(one, where)
        found[f"{name}.csv"] = written(rows.header, rows.rows)
        found[f"{name}.meta.csv"] = meta_csv(rows)
        described[name] = (one.means, rows)
    package = data_package(f"Statistics of rapid reviews: {partnerships}", described)
    return {
        **found,
        DATA_PACKAGE: json.dumps(package, indent=2, ensure_ascii=False) + "\n",
        README: _readme(published, earlier),
    }


def _readme(published: Published, earlier: Sequence[str]) -> str:
    """Return the page that says what each file counts, of what, and what the symbols mean."""
    selection, first = published.selection, published.tables[0].table
    all_terms, as_of = (selection.terms, *selection.also), selection.as_of
    times = {
        "clocks read on": as_of.today,
        "as it had happened by": as_of.happened_by,
        "as it was recorded by": as_of.recorded_by,
    }
    facts = {
        "partnership": ", ".join(selection.partnerships),
        "terms": "; ".join(f"{one.id}, {one.digest}" for one in all_terms),
        **{name: time.isoformat() for name, time in times.items() if time is not None},
        "months": first.basis.months,
        "counted by": first.basis.dated_by,
        "a row is for": selection.by.named,
        "edition of the rules": EDITION,
        "disclosure control": "; ".join(first.treatment) or "none: small numbers are shown",
    }
    lines = [
        f"# Statistics of rapid reviews: {', '.join(selection.partnerships)}",
        "",
        *(f"- {name}: {fact}" for name, fact in facts.items()),
        "",
        "| file | what is counted | unit | shares are of |",
        "| --- | --- | --- | --- |",
        *(
            f"| `{table_name(one)}.csv` | {one.means} | {one.table.basis.counted} "
            f"| {_denominators_of(one)} |"
            for one in published.tables
        ),
        "",
        "| symbol | means |",
        "| --- | --- |",
        *(f"| `{mark}` | {means} |" for mark, means in _MARKS.items()),
        "",
        "The `.meta.csv` file of each table names its filters and indicators, and",
        f"`{DATA_PACKAGE}` the type of every column. The Department's screener accepts only a",
        "table whose rows are whole periods of one length, for a region or a local authority.",
        "",
        "Someone who knows all but one of the cases behind a count can work out the last one:",
        "check before you publish.",
        *(["", f"Published before. {WAYS_THAT_HOLD}:", ""] if earlier else []),
        *(f"- {one}" for one in earlier),
    ]
    return "\n".join(lines) + "\n"


def _denominators_of(one: PublishedTable) -> str:
    """Return what the denominators of a table are."""
    if one.of is not None:
        return one.of.measure
    return "nothing" if one.table.columns_by is None else "its own total"
