"""The tables of a partnership's statistics as tidy CSV, a file each, and a page about them.

Columns are named as the Department for Education names them in its open data; see
`statistics.dfe_csv`.
"""

import csv
import io
from collections.abc import Mapping
from typing import Final

from rapid_review.projections.case.findings import EDITION
from rapid_review.projections.statistics.dfe_csv import Place, Tidy, tidy
from rapid_review.projections.statistics.periods import By
from rapid_review.projections.statistics.published import Published, PublishedTable
from rapid_review.projections.statistics.tables import Mark

README: Final = "README.md"
"""The file that explains the others."""
_MARKS: Final[Mapping[Mark, str]] = {
    Mark.NOT_APPLICABLE: "not applicable: there can be no number, as for a percentage of nothing",
    Mark.UNKNOWN: "not known: there is a number, and nobody recorded it",
    Mark.SUPPRESSED: "confidential: there is a number, and it is suppressed",
    Mark.LOW: "not 0, and rounds to 0",
}


def table_name(table: PublishedTable) -> str:
    """Return a table's name as a file has it: "rapid-review-came-to"."""
    return table.name.replace(": ", "-").replace(" ", "-")


def csv_of(table: PublishedTable, partnership: str) -> str:
    """Return a table as CSV under its header, a line a count."""
    return _written(
        tidy(
            table.table,
            Place("Safeguarding partnership", partnership=partnership),
            of=table.of,
            quartiles=table.quartiles,
        )
    )


def files(published: Published) -> Mapping[str, str]:
    """Return what stands in each file, by its name: a table each, and the page about them."""
    partnership = published.selection.terms.partnership
    return {
        **{f"{table_name(one)}.csv": csv_of(one, partnership) for one in published.tables},
        README: _about(published),
    }


def _written(rows: Tidy) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(rows.header)
    writer.writerows(rows.rows)
    return text.getvalue()


def _about(published: Published) -> str:
    """Return the page that says what each file counts, of what, and what the symbols mean."""
    selection, first = published.selection, published.tables[0].table
    terms, as_of = selection.terms, selection.as_of
    times = {
        "clocks read on": as_of.today,
        "as it had happened by": as_of.happened_by,
        "as it was recorded by": as_of.recorded_by,
    }
    facts = {
        "partnership": terms.partnership,
        "terms": f"{terms.id}, {terms.digest}",
        **{name: time.isoformat() for name, time in times.items() if time is not None},
        "months": first.basis.months,
        "counted by": first.basis.dated_by,
        "a row is of": "notifying agency" if selection.by is By.AGENCY else f"a {selection.by}",
        "edition of the rules": EDITION,
        "disclosure control": "; ".join(first.treatment) or "none: small numbers are shown",
    }
    lines = [
        f"# Statistics of rapid reviews: {terms.partnership}",
        "",
        *(f"- {name}: {fact}" for name, fact in facts.items()),
        "",
        "| file | one of what is counted | unit | a share of |",
        "| --- | --- | --- | --- |",
        *(
            f"| `{table_name(one)}.csv` | {one.means} | {one.table.basis.counted} "
            f"| {_share_of(one)} |"
            for one in published.tables
        ),
        "",
        "| symbol | means |",
        "| --- | --- |",
        *(f"| `{mark}` | {means} |" for mark, means in _MARKS.items()),
        "",
        "Tables of the same cases may be subtracted from each other, and somebody may know all",
        "the cases behind a count but one: look before you publish.",
    ]
    return "\n".join(lines) + "\n"


def _share_of(one: PublishedTable) -> str:
    """Return what the denominators of a table are."""
    if one.of is not None:
        return one.of.measure
    return "nothing" if one.table.columns_by is None else "its own total"
