"""The tables of cases as Parquet, a column-wise format that analysts' tools read; by DuckDB.

One archive holds them all, so that what leaves under one set of pseudonyms is one export with one
digest. Rows are put aside a line of JSON each as they come, and DuckDB turns them into columns in
batches: neither holds more in memory than a part. All of it lies in a temporary folder that its
owner alone can enter, and is removed.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import duckdb

from rapid_review.exports.analytics.tables import TABLES, Row

BATCH: Final = 20_000
"""How many rows are one group of a file, which is written and read together."""
_CHUNK: Final = 1 << 20
_SETTINGS: Final = {
    "autoinstall_known_extensions": "false",  # nothing is fetched
    "autoload_known_extensions": "false",
    "memory_limit": "256MB",
    "threads": "1",  # each would hold a batch of its own
}
_WRITTEN: Final = (
    "COPY (SELECT * FROM read_json($rows, format = 'newline_delimited', columns = {columns})) "
    "TO '{file}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {batch})"
)


def parquet(rows: Iterable[tuple[str, Row]]) -> Iterator[bytes]:
    """Yield the bytes of an archive (ZIP) with a Parquet file for each of the tables.

    Args:
        rows: those of all tables, each after the name of its own.
    """
    with TemporaryDirectory() as aside:
        folder = Path(aside)
        _put_aside(rows, folder)
        archive = folder / "tables.zip"
        with ZipFile(archive, "x", ZIP_STORED) as files:
            for table in TABLES:
                _in_columns(table, folder)
                _add(files, folder / f"{table}.parquet")
        with archive.open("rb") as written:
            while chunk := written.read(_CHUNK):
                yield chunk


def _put_aside(rows: Iterable[tuple[str, Row]], folder: Path) -> None:
    """Write each table's rows to a file of its own, a line each."""
    with ExitStack() as opened:
        files = {
            table: opened.enter_context((folder / f"{table}.json").open("x", encoding="utf-8"))
            for table in TABLES
        }
        for table, row in rows:
            files[table].write(f"{json.dumps(row)}\n")


def _in_columns(table: str, folder: Path) -> None:
    """Make a table's Parquet file of its rows, which are removed."""
    lines = folder / f"{table}.json"
    with closing(duckdb.connect(config={**_SETTINGS, "temp_directory": str(folder)})) as engine:
        file = str(folder / f"{table}.parquet").replace("'", "''")
        columns = dict(TABLES[table])  # as Python writes it, so does DuckDB
        statement = _WRITTEN.format(columns=columns, file=file, batch=BATCH)
        engine.execute(statement, {"rows": str(lines)})
    lines.unlink()


def _add(archive: ZipFile, file: Path) -> None:
    """Add a file to an archive, under no time of day, and remove it."""
    with file.open("rb") as source, archive.open(ZipInfo(file.name), "w", force_zip64=True) as to:
        while chunk := source.read(_CHUNK):
            to.write(chunk)
    file.unlink()
