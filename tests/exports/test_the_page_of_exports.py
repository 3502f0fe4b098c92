"""What the reference page says of the formats is so."""

import re
from pathlib import Path

from rapid_review.exports.analytics.tables import TABLES
from rapid_review.exports.ocel.objects import object_types
from rapid_review.exports.process_mining.declare import constraints
from tests.domain.a_review import KENT

PAGE = (Path(__file__).parents[2] / "docs/reference/exports.md").read_text(encoding="utf-8")


def test_every_type_of_object_is_explained_with_its_attributes() -> None:
    """And no other."""
    section = PAGE.partition("## OCEL 2.0")[2].partition("## XES")[0]
    rows = re.findall(r"^\| `([a-z-]+)` \| [^|]+ \| ([^|]*)\|$", section, re.MULTILINE)
    told = {name: re.findall(r"`([a-z_]+)`", attributes) for name, attributes in rows}
    assert told == {name: list(attributes) for name, attributes in object_types().items()}


def test_every_table_is_listed_with_its_columns() -> None:
    """In their order, and no other."""
    section = PAGE.partition("## Tables in Parquet")[2].partition("## CloudEvents")[0]
    rows = re.findall(r"^\| `([a-z]+)\.parquet` \| [^|]+ \| ([^|]*)\|$", section, re.MULTILINE)
    listed = {name: re.findall(r"`([a-z_]+)`", columns) for name, columns in rows}
    assert listed == {name: list(columns) for name, columns in TABLES.items()}


def test_every_constraint_is_listed_with_its_template() -> None:
    """Those of clocks in one row."""
    section = PAGE.partition("## DECLARE constraints")[2].partition("## The BPMN model")[0]
    rows = re.findall(r"^\| `(\w+)`[^|]* \| ([a-z-]+) \|$", section, re.MULTILINE)
    names = {re.sub(r"^clock_.+_stops$", "clock_ID_stops", c.rule): c for c in constraints(KENT)}
    assert dict(rows) == {name: str(one.template) for name, one in names.items()}
