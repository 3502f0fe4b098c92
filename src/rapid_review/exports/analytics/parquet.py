"""The tables of cases as Parquet, a column-wise format that analysts' tools read; by DuckDB.

One archive holds all tables, so that everything under one set of pseudonyms is one export with one
digest. Rows are first written as lines of JSON. DuckDB then turns them into columns in batches, so
that neither step holds more than a part in memory. The files are in a temporary folder that only
its owner can enter, and that is then removed.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import duckdb

from rapid_review.exports.analytics.tables import TABLES, Row
from rapid_review.exports.put_aside import chunks_of

BATCH: Final = 20_000
"""How many rows are one group of a file, which is written and read together."""
_SETTINGS: Final = {
    "autoinstall_known_extensions": "false",  # nothing is fetched
    "autoload_known_extensions": "false",
    "memory_limit": "256MB",
    "threads": "1",  # each thread would hold a batch of its own in memory
}
_WRITTEN: Final = (
    "COPY (SELECT * FROM read_json($rows, format = 'newline_delimited', columns = {columns})) "
    "TO '{file}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {batch})"
)


def parquet(rows: Iterable[tuple[str, Row]]) -> Iterator[bytes]:
    """Yield the bytes of an archive (ZIP) with a Parquet file for each of the tables.

    Args:
        rows: the rows of all tables, each with the name of its table.
    """
    with TemporaryDirectory() as aside:
        folder = Path(aside)
        _put_aside(rows, folder)
        archive = folder / "tables.zip"
        with ZipFile(archive, "x", ZIP_STORED) as files:
            for table in TABLES:
                _make_parquet(table, folder)
                _move_into(files, folder / f"{table}.parquet")
        with archive.open("rb") as written:
            yield from chunks_of(written)


def _put_aside(rows: Iterable[tuple[str, Row]], folder: Path) -> None:
    """Write each table's rows to a file of its own, a line each."""
    with ExitStack() as opened:
        files = {
            table: opened.enter_context((folder / f"{table}.json").open("x", encoding="utf-8"))
            for table in TABLES
        }
        for table, row in rows:
            files[table].write(f"{json.dumps(row)}\n")


def _make_parquet(table: str, folder: Path) -> None:
    """Make a table's Parquet file from the file of its rows, and remove that."""
    lines = folder / f"{table}.json"
    with closing(duckdb.connect(config={**_SETTINGS, "temp_directory": str(folder)})) as engine:
        file = str(folder / f"{table}.parquet").replace("'", "''")
        columns = dict(TABLES[table])  # as Python writes it, so does DuckDB
        statement = _WRITTEN.format(columns=columns, file=file, batch=BATCH)
        engine.execute(statement, {"rows": str(lines)})
    lines.unlink()


def _move_into(archive: ZipFile, file: Path) -> None:
    """Move a file into an archive, without the time, so that the same rows give the same bytes."""
    with file.open("rb") as source, archive.open(ZipInfo(file.name), "w", force_zip64=True) as to:
        copyfileobj(source, to)
    file.unlink()
