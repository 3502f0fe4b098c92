"""A file is a table of this record's, or is refused by name with what to do."""

import csv
import random
import struct
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapid_review import tables, terms
from rapid_review.tables import limits
from rapid_review.tables.columns import Reads
from rapid_review.tables.layout import Layout
from tests.how_many import in_proportion
from tests.tables.some_tables import (
    CANARY,
    KENT,
    NOTIFIED,
    XLS,
    Cells,
    checked,
    filled,
    headings,
    in_memory,
    refused,
    xlsx,
    zipped,
)

_GOOD = filled(NOTIFIED)


def as_csv(*rows: Cells, between: str = ",", encoding: str = "utf-8-sig") -> bytes:
    """Return a table as CSV, as another program would write it."""
    text, head = StringIO(), headings()
    writer = csv.writer(text, delimiter=between)
    writer.writerows([head, *([row.get(one, "") for one in head] for row in rows)])
    return text.getvalue().encode(encoding)


def ods(*rows: Cells) -> bytes:
    """Return a table as an ODS, whose empty cells are repeated to the sheet's end."""
    head = headings()
    given = [head, *([str(row.get(one, "")) for one in head] for row in rows)]
    cells = (
        "".join(
            _TEXT.format(one) if one else "<table:table-cell/>"
            for one in (each.replace("&", "&amp;") for each in row)
        )
        for row in given
    )
    return ods_of("".join(f"<table:table-row>{row}{_EMPTY}</table:table-row>" for row in cells))


_TEXT = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
_EMPTY = '<table:table-cell table:number-columns-repeated="16000"/>'
_EMPTY_ROWS = f'<table:table-row table:number-rows-repeated="1048000">{_EMPTY}</table:table-row>'


def ods_of(rows: str) -> bytes:
    """Return an ODS of rows as they are spelt."""
    spaces = "".join(
        f' xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"'
        for one in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces}><office:body>'
        f'<office:spreadsheet><table:table table:name="Reviews">{rows}{_EMPTY_ROWS}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "META-INF/manifest.xml": "<manifest/>",
        }
    )


def with_part(name: str, change: tuple[str, str], data: bytes = _GOOD) -> bytes:
    """Return a table, the good one if no other is given, with part of it put differently."""
    with ZipFile(BytesIO(data)) as archive:
        parts = {one: archive.read(one).decode() for one in archive.namelist()}
    assert change[0] in parts[name]
    return zipped(parts | {name: parts[name].replace(*change)})


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (XLS, "reviews.xls"),
        (_GOOD, "reviews.xlsx"),
        (ods(NOTIFIED), "reviews.ods"),
        (as_csv(NOTIFIED), "reviews.csv"),
        (as_csv(NOTIFIED, between=";"), "reviews.CSV"),
        (as_csv(NOTIFIED, between="\t", encoding="utf-8"), "reviews.csv"),
        (as_csv({**NOTIFIED, "Where it happened": "café"}, encoding="cp1252"), "reviews.csv"),
    ],
    ids=["xls", "xlsx", "ods", "csv", "semicolons", "tabs", "windows"],
)
def test_the_same_table_in_any_form_is_the_same_case(data: bytes, name: str) -> None:
    """XLSX, ODS and CSV of any spelling."""
    found = tables.check(data, name, in_memory())
    assert (found.problems, found.new) == ((), 1)


def test_columns_stand_in_any_order_and_agencies_may_be_added() -> None:
    """Headings are what is known by, however they are spaced, and one may be an agency's."""
    head = [*reversed(headings()), "agency  report: my-own"]
    row = {**NOTIFIED, "agency  report: my-own": "05/05/2021"}
    data = xlsx(head, [[row.get(one) for one in head]])
    (told,) = tables.check(data, "reviews.xlsx", in_memory()).good
    assert [event.kind for event in told.events] == ["NotificationReceived", "AgencyReportFiled"]


def test_a_table_of_others_or_of_nobody_is_refused_by_name_and_terms() -> None:
    """The choices of one partnership are not another's."""
    liverpool = tables.template(terms.load("liverpool"))
    assert "made for terms 'liverpool'" in refused(liverpool)
    assert "lacks the hidden last column" in refused(xlsx(["Case"], [["KM-1"]]))
    assert "no filled rows" in refused(tables.template(KENT))
    assert "no filled rows" in refused(tables.template(KENT, as_csv=True), "a.csv")
    marker = Layout.of(KENT).marker
    for old, new, gist in (
        ("table 1", "table 2", "found layout 2"),
        (KENT.digest, f"sha256:{'0' * 64}", "a different version"),
        ("table 1", "table one", "lacks the hidden last column"),
    ):
        assert gist in refused(xlsx(["Case", marker.replace(old, new)], [["KM-1"]]))


def test_headings_that_are_none_stand_twice_or_lack_are_told_at_once() -> None:
    """All of it, so that it is mended at once; a heading may be a name, and is not repeated."""
    head = [*headings(), "Outcom", CANARY, "Case"]
    head.remove("Nature")
    told = refused(xlsx(head, [["KM-1"] * len(head)]))
    assert "did you mean 'Outcome'?" in told
    assert "'Case' occurs twice" in told
    assert "'Nature' is missing" in told
    assert CANARY not in told
    for end in ("did you mean 'Outcome'?", "is not a heading of the table."):
        assert f"{end} Replace it with a heading of the template" in told


def test_headings_below_a_title_are_told_by_their_row() -> None:
    """Teams put a title above a table, often merged over all of it."""
    head = headings()
    told = refused(xlsx([CANARY], [[], head, [NOTIFIED.get(one) for one in head]]))
    assert "the headings of the table are in row 3; delete the rows above it" in told
    assert CANARY not in told


def test_a_row_that_is_blank_and_a_column_without_heading_are_passed_over() -> None:
    """Teams leave gaps."""
    head = [*headings(), ""]
    data = xlsx(head, [[row.get(one) for one in head] for row in ({}, NOTIFIED)])
    (told,) = tables.check(data, "reviews.xlsx", in_memory()).good
    assert told.rows == (3,)


@pytest.mark.parametrize(
    ("data", "gist"),
    [
        (b"", "not a spreadsheet"),
        (b"%PDF-1.7", "not a spreadsheet"),
        (b"PK\x03\x04 and no more", "damaged"),
        (b"\xd0\xcf\x11\xe0 and no more", "damaged"),
        (zipped({"a.txt": "x"}), "damaged"),
        (_GOOD[: len(_GOOD) // 2], "damaged"),
        (xlsx([""], []), "empty"),
        (bytes(limits.MOST_BYTES + 1), "limit of 16 MB"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_with_what_to_do(data: bytes, gist: str) -> None:
    """Whatever comes in is answered in words."""
    assert gist in refused(data)


@pytest.mark.parametrize(
    ("data", "gist"),
    [
        (b"\x81\xff,", "not text"),
        (as_csv(NOTIFIED) + b'"never closed', "is not valid CSV"),
        (b"\n" * (limits.MOST_ROWS + 1), "more than 10,000 rows"),
        (b"," * limits.MOST_COLUMNS, "more than 400 columns"),
        (b"a" * (limits.MOST_IN_A_CELL + 1), "more than 131,072 characters"),
    ],
)
def test_what_is_no_csv_is_refused_with_what_to_do(data: bytes, gist: str) -> None:
    """A CSV has limits of its own, whatever another library made of the reader's."""
    before = csv.field_size_limit()
    try:
        for of_the_process in (limits.MOST_IN_A_CELL, 100 * limits.MOST_IN_A_CELL):
            csv.field_size_limit(of_the_process)
            assert gist in refused(data, "reviews.csv")
    finally:
        csv.field_size_limit(before)


def test_a_small_file_that_unpacks_to_a_large_one_is_refused_before_it_is_read() -> None:
    """What a spreadsheet would unpack to is looked at first, also what a cell would repeat."""
    sheet, strings = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
    big = "x" * (limits.MOST_UNPACKED + 1)
    assert "64 MB unpacked" in refused(zipped({"xl/workbook.xml": big}))
    files = {f"{at}.xml": "" for at in range(limits.MOST_FILES + 1)}
    assert "more than 500 files" in refused(zipped(files))
    assert "10,000 rows" in refused(with_part(sheet, ('r="A2"', 'r="A1048576"')))
    assert "400 columns" in refused(with_part(sheet, ('r="A2"', "x='>' r = 'XFD2'")))
    assert "comment" in refused(with_part(sheet, ("<sheetData>", "<sheetData><!-- -->")))
    cells = '<c r="B3" t="s"><v>0</v></c>' * 4_000
    much = with_part(sheet, ("</sheetData>", f'<row r="3">{cells}</row></sheetData>'))
    long = ("<t>Case</t>", f"<t>{'y' * 20_000}</t>")
    assert "64 MB of text" in refused(with_part(strings, long, much))


@pytest.mark.parametrize(
    "row",
    [
        '<table:table-row table:number-rows-repeated="1000000">{}</table:table-row>',
        "<table:table-row>{}</table:table-row>" * (limits.MOST_ROWS + 1),
    ],
)
def test_a_sheet_that_repeats_a_cell_for_ever_is_refused(row: str) -> None:
    """ODS says how often a cell is repeated, and may say anything."""
    cell = _TEXT.format("x")
    assert "10,000 rows" in refused(ods_of(row.replace("{}", cell)), "reviews.ods")
    times = '<table:table-cell table:number-columns-repeated="{}"'
    wide = cell.replace("<table:table-cell", times.format(500))
    assert "400 columns" in refused(ods_of(f"<table:table-row>{wide}</table:table-row>"))
    many = cell.replace("<table:table-cell", times.format(400))
    rows = f'<table:table-row table:number-rows-repeated="5000">{many}</table:table-row>'
    head = f"<table:table-row>{cell}</table:table-row>"
    assert "lacks the hidden last column" in refused(ods_of(head + rows))


def test_an_old_workbook_is_held_to_the_same_limits() -> None:
    """One cell at the far corner of a sheet would take gigabytes to read."""
    cell = struct.pack("<HHHH", 0x00FD, 10, 1, 0)  # a text in the second row
    assert cell in XLS
    assert "10,000 rows" in refused(XLS.replace(cell, cell[:4] + struct.pack("<HH", 60_000, 0)))
    assert "400 columns" in refused(XLS.replace(cell, cell[:4] + struct.pack("<HH", 1, 60_000)))
    assert "4 MB" in refused(XLS + bytes(4 * 1024 * 1024))
    for cut in (100, 600, len(XLS) // 2):
        assert "damaged" in refused(XLS[:cut])
    name = "Workbook".encode("utf-16-le")
    assert "damaged" in refused(XLS.replace(name, "Workbeak".encode("utf-16-le")))
    begin = XLS.index(struct.pack("<H", 0x0809))
    sheets = struct.pack("<HH", 0x0809, 0) * 30
    assert "20 sheets" in refused(XLS[:begin] + sheets + XLS[begin + len(sheets) :])


@pytest.mark.parametrize("whole", [_GOOD, XLS], ids=["xlsx", "xls"])
@settings(max_examples=in_proportion(25))  # each starts a process
@given(seed=st.integers(0, 2**32))
def test_no_damage_to_a_file_ends_a_check(whole: bytes, seed: int) -> None:
    """A file with some bytes changed is a table, or is refused."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    damaged = bytearray(whole)
    for _ in range(20):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    try:
        tables.check(bytes(damaged), "reviews.xlsx", in_memory())
    except tables.TableError as told:
        assert "reviews.xlsx" in str(told)  # noqa: PT017 - either way will do


def test_a_file_that_ends_anyone_who_reads_it_is_refused() -> None:
    """The reader asks for eleven terabytes here, and that ends its process, which is not ours."""
    chance = random.Random(565)  # noqa: S311 - no secret
    damaged = bytearray(XLS)
    for _ in range(20):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    assert "damaged" in refused(bytes(damaged))


@given(
    st.sampled_from(headings()[:-1]),
    st.text(max_size=40),
)
def test_whatever_stands_in_a_table_is_taken_or_told_and_never_repeated(
    heading: str, text: str
) -> None:
    """Any text in any cell: no check ends by it, and nobody reads it in what is told."""
    found = checked({**NOTIFIED, heading: f"{CANARY} {text}", "Closed": "no day"})
    assert found.problems
    assert CANARY not in "".join(map(str, found.problems))
    assert found.to_mend(as_csv=True)


def test_formulas_go_out_as_texts_and_come_back_as_they_were() -> None:
    """A cell that begins like a formula is none in what is given back."""
    for text in ("=1+1", "+44 1622", "-", "@home", "'=1"):
        found = checked({**NOTIFIED, "Where it happened": text, "Nature": "deth"})
        back = tables.check(found.to_mend(), "m.xlsx", in_memory())
        place = back.found.places["where"]
        assert back.sheet.rows[0][1][place] == text
        out = found.to_mend(as_csv=True)
        assert f"'{text}".encode() in out or text.startswith("'")
        again = tables.check(out, "m.csv", in_memory())
        assert again.sheet.rows[0][1][again.found.places["where"]] == text.removeprefix("'")


def test_a_table_given_back_holds_every_kind_of_cell() -> None:
    """Days, hours, numbers and truths come back as what they are, in either form."""
    from datetime import date, datetime  # noqa: PLC0415 - beside their use

    cells: Cells = {
        **NOTIFIED,
        "Notification received": datetime(2021, 5, 4, 9, 30),  # noqa: DTZ001
        "Incident known on": date(2021, 5, 3),
        "Ages of children": 7,
        "Panel agrees": True,
    }
    found = checked(cells)
    assert [one.heading for one in found.problems] == ["Panel feedback"]
    for data, name in ((found.to_mend(), "m.xlsx"), (found.to_mend(as_csv=True), "m.csv")):
        again = tables.check(data, name, in_memory())
        assert [one.heading for one in again.problems] == ["Panel feedback"]


def test_the_template_has_lists_for_whatever_is_chosen() -> None:
    """Each list is on the sheet Choices, and each column says what it asks."""
    with ZipFile(BytesIO(tables.template(KENT, agencies=["school"]))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    columns = Layout.of(KENT, ["school"]).columns
    listed = [one for one in columns if one.choices or one.suggests or one.reads is Reads.YES_NO]
    assert sheet.count('type="list"') == len(listed)
    assert sheet.count("<dataValidation ") == len(columns)
    assert 'hidden="1"' in sheet
