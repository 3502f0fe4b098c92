"""Words are found wherever they lie, in whatever form; the answer never repeats them."""

import json
from contextlib import closing
from pathlib import Path
from unicodedata import normalize

import pytest

from rapid_review.domain.errors import InvalidInputError
from rapid_review.store.sealing.canaries import (
    Found,
    files_of,
    in_files,
    in_rows,
    words_of,
)
from rapid_review.store.sealing.opening import keys_in_memory
from rapid_review.store.store import Store
from tests.domain.a_review import RECEIVE
from tests.store.a_record import kent_in, told

WORDS = ("Zoë Quux", "another child")
NAME = "a name"  # of the child in the notification


@pytest.mark.parametrize(
    "form",
    [
        "Zoë Quux".encode(),
        "ZOë QUUX".encode(),
        normalize("NFD", "Zoë Quux").encode(),
        "Zoë Quux".encode("utf-16-le"),
        json.dumps("Zoë Quux")[1:-1].encode(),
    ],
    ids=["as it is", "in capitals", "decomposed", "in UTF-16", "in JSON"],
)
@pytest.mark.parametrize("before", [0, 7, (1 << 20) - 3, 2 * (1 << 20) - 1])
def test_a_word_is_found_in_every_form_and_at_every_place(
    tmp_path: Path, form: bytes, before: int
) -> None:
    """Also where one piece that is read ends and the next begins."""
    (tmp_path / "file").write_bytes(b"." * before + form + b"." * 5)
    (found,) = in_files([tmp_path / "file"], WORDS)
    assert found == Found("file", before, 1)


def test_files_that_are_not_there_are_not_searched(tmp_path: Path) -> None:
    """A database with its log, if it has one."""
    (tmp_path / "a.db").write_bytes(b"")
    (tmp_path / "a.db-wal").write_bytes(b"ANOTHER CHILD")
    assert [one.name for one in files_of(tmp_path / "a.db")] == ["a.db", "a.db-wal"]
    assert list(in_files(files_of(tmp_path / "a.db"), WORDS)) == [Found("a.db-wal", 0, 2)]


def test_what_is_not_sealed_is_found_in_the_rows_and_what_is_sealed_is_not() -> None:
    """With the entry in which it stands."""
    with closing(Store.in_memory()) as store:
        told(kent_in(store), RECEIVE)
        (found,) = in_rows(store.opened.rows, [NAME])
        assert found.offset == 1
    with closing(Store.in_memory(keys_in_memory())) as store:
        told(kent_in(store), RECEIVE)
        assert not list(in_rows(store.opened.rows, [NAME]))


def test_the_words_are_one_a_line() -> None:
    """Blank lines aside."""
    assert words_of("Zoë Quux\n\n another child \r\n".encode()) == WORDS


@pytest.mark.parametrize(
    ("text", "why"),
    [(b"", "no words"), (b"\xff\xfe", "no UTF-8"), (b"long enough\nabc", "word 2")],
)
def test_what_cannot_be_looked_for_is_told(text: bytes, why: str) -> None:
    """By its number, and never by itself."""
    with pytest.raises(InvalidInputError, match=why) as told_of:
        words_of(text)
    assert "abc" not in str(told_of.value)
