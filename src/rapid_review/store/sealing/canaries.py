"""Looking for words where none should be: in files as they lie on the disk, and in stored rows.

A word is found as it is or in other capitals of ASCII, composed or decomposed, in UTF-8, in
UTF-16, and as JSON escapes it. Where it was found is said, and never the word.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from rapid_review.domain.errors import InvalidInputError, StorageError
from rapid_review.store.backends.ports import Rows

SHORTEST: Final = 4
"""How many characters a word has at the least: a shorter one is found by chance."""
BESIDE: Final = ("", "-wal", "-shm", "-journal")
"""What the names of a database's files end in."""
_CHUNK: Final = 1 << 20
_PAGE: Final = 1_000


class Found(NamedTuple):
    """A place at which a word was found.

    Attributes:
        where: the file, or the row's stream.
        offset: in the file, the byte at which it begins; of a row, the entry's version.
        word: which of the words, the first being 1.
    """

    where: str
    offset: int
    word: int


def words_of(text: bytes) -> tuple[str, ...]:
    """Return the words to look for: one a line, blank lines left out.

    Raises:
        InvalidInputError: there are none, it is no UTF-8, or one is too short to mean anything.
    """
    try:
        words = tuple(line.strip() for line in text.decode().splitlines() if line.strip())
    except UnicodeDecodeError:
        raise InvalidInputError("the words to look for are no UTF-8") from None
    if not words:
        raise InvalidInputError("there are no words to look for; give one a line")
    short = [at for at, word in enumerate(words, start=1) if len(word) < SHORTEST]
    if short:
        raise InvalidInputError(
            f"word {short[0]} has fewer than {SHORTEST} characters, and would be found by chance"
        )
    return words


def in_files(paths: Iterable[Path], words: Sequence[str]) -> Iterator[Found]:
    """Yield where words are found in files.

    Raises:
        StorageError: a file cannot be read.
    """
    forms = _forms(words)
    for path in paths:
        try:
            yield from _in_file(path, forms)
        except OSError as error:
            raise StorageError(f"{path.name} cannot be searched: {error.strerror}") from None


def files_of(*databases: Path) -> list[Path]:
    """Return the files of databases that are there: each with its log and what is beside it."""
    named = (Path(f"{one}{end}") for one in databases for end in BESIDE)
    return [path for path in named if path.is_file()]


def in_rows(rows: Rows, words: Sequence[str]) -> Iterator[Found]:
    """Yield where words are found in the rows of a store, whatever database holds them.

    A long row lies in several pieces in a file, and a word that is cut by one is found here alone.
    """
    forms = _forms(words)
    position = 0
    while page := rows.after(position, _PAGE):
        for _, stream, version, kind, body in page:
            text = kind.encode() + b"\n" + body
            for word in {word for word, form in forms if form in text.lower()}:
                yield Found(stream, version, word)
        position = page[-1][0]


def _in_file(path: Path, forms: Sequence[tuple[int, bytes]]) -> Iterator[Found]:
    overlap = max(len(form) for _, form in forms) - 1
    seen = set[Found]()
    with path.open("rb") as file:
        before, start = b"", 0
        while chunk := file.read(_CHUNK):
            data = (before + chunk).lower()
            for word, form in forms:
                at = data.find(form)
                while at >= 0:
                    seen.add(Found(path.name, start + at, word))
                    at = data.find(form, at + 1)
            before = data[-overlap:] if overlap else b""
            start += len(data) - len(before)
    yield from sorted(seen)


def _forms(words: Sequence[str]) -> list[tuple[int, bytes]]:
    """Return every form of each word, with its number, in lower case."""
    found: dict[tuple[int, bytes], None] = {}
    for number, word in enumerate(words, start=1):
        for form in ("NFC", "NFD"):
            text = unicodedata.normalize(form, word)
            for data in (
                text.encode(),
                json.dumps(text)[1:-1].encode(),
                json.dumps(text, ensure_ascii=False)[1:-1].encode(),
                text.encode("utf-16-le"),
                text.encode("utf-16-be"),
            ):
                found[number, data.lower()] = None
    return list(found)
