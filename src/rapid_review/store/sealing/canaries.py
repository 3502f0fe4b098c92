"""Look for words where none should be: in files and folders, and in stored rows.

Hosts use it on their own files: exports, logs, backups, temporary files. In a ZIP archive, such as
an office document, every member is searched too, and so are archives in archives; in other
compressed files nothing is found.

A word is found as it is, in small letters or in capitals, composed or decomposed, in UTF-8, in
UTF-16, in the encoding of Windows, with spaces or no-break spaces, and as JSON, HTML, XML and
addresses of pages escape it. It is not found where a tag or the end of a line cuts it, or where a
mail encodes it. Findings name the place, and never repeat the word.
"""

import io
import json
import os
import unicodedata
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from html import escape
from html.entities import codepoint2name
from itertools import product
from pathlib import Path
from typing import IO, Final, NamedTuple
from urllib.parse import quote, quote_plus

from rapid_review.domain.errors import InvalidInputError, StorageError
from rapid_review.domain.printable import counted, printable
from rapid_review.store.backends.ports import Rows
from rapid_review.store.backends.sqlite.file import BESIDE

SHORTEST: Final = 4
"""The fewest characters of a word: a shorter one might be found by chance."""
DEEPEST: Final = 4
"""How many archives may lie in one another; one that lies deeper is not searched."""
LARGEST: Final = 64 << 20
"""The most bytes of an archive that lies in another; a larger one is not searched."""
Forms = Collection[tuple[int, bytes]]
"""Every form of each word, in lower case, with its number."""
_ENTITIES: Final[Mapping[str, tuple[str, ...]]] = {
    "&": ("&", "&amp;", "&#38;", "&#x26;"),
    "'": ("'", "&#39;", "&#039;", "&#x27;", "&apos;"),
    '"': ('"', "&quot;", "&#34;", "&#x22;"),
    "<": ("<", "&lt;", "&#60;", "&#x3c;"),
    ">": (">", "&gt;", "&#62;", "&#x3e;"),
}
"""How HTML and XML spell the characters that mean something to them; not all writers do."""
_ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be")
_WINDOWS: Final = "cp1252"  # as spreadsheets save CSV there
_NO_BREAK_SPACE: Final = ("\u00a0", "&nbsp;", "&#160;", "&#xa0;", "%c2%a0")
"""How it is spelt: editors put it between the parts of a name by themselves."""
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
    """Return the words to look for, one on each line; blank lines are left out.

    Any white space within a word, such as a no-break space, counts as one space.

    Raises:
        InvalidInputError: there are none, the text is not UTF-8, or a word is too short or holds
            a character that cannot be seen.
    """
    try:
        # Editors of Windows put a mark first.
        lines = [" ".join(line.split()) for line in text.decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError:
        raise InvalidInputError("the file of words to look for is not in UTF-8") from None
    words = tuple(filter(None, lines))
    if not words:
        raise InvalidInputError("no words to look for were given; give one word on each line")
    short = [at for at, word in enumerate(words, start=1) if len(word) < SHORTEST]
    if short:
        raise InvalidInputError(
            f"word {short[0]} has fewer than {SHORTEST} characters, so it could match by "
            "chance; give longer words"
        )
    for at, word in enumerate(words, start=1):
        _must_be_printable(word, at)
    return words


def _must_be_printable(word: str, at: int) -> None:
    """Check that a word holds nothing that cannot be seen: nobody would know why it is not found.

    Raises:
        InvalidInputError: it does.
    """
    try:
        printable(word)
    except ValueError:
        raise InvalidInputError(
            f"word {at} contains a character that cannot be seen, such as a zero-width space, so "
            "it would not be found; type the word again, and do not paste it"
        ) from None


def in_files(paths: Iterable[Path], words: Sequence[str]) -> Iterator[Found]:
    """Yield where words are found in files.

    Raises:
        StorageError: a file cannot be read.
    """
    forms = _forms(words)
    for path in paths:
        yield from _search_file(path, path.name, forms)


def under(paths: Iterable[Path], words: Sequence[str]) -> Iterator[Found]:
    """Yield where words are found in files, in the files of folders, and in their names.

    Links in folders are not followed. Of a name that holds a word only the length is shown.

    Args:
        paths: files, and folders with all that is in them.
        words: see `words_of`.

    Raises:
        StorageError: a file or a folder cannot be read.
    """
    forms = _forms(words)
    for path in paths:
        for file in _files_under(path, forms):
            where = file.relative_to(path.parent).as_posix()
            yield from (Found(_masked(where, forms), 0, word) for word in _held_by(where, forms))
            yield from _search_file(file, where, forms)


def files_of(*databases: Path) -> list[Path]:
    """Return the existing files of databases: each database, its log and the others beside it."""
    named = (Path(f"{one}{end}") for one in databases for end in ("", *BESIDE))
    return [path for path in named if path.is_file()]


def in_rows(rows: Rows, words: Sequence[str]) -> Iterator[Found]:
    """Yield where words are found in the rows of a store, whatever database holds them.

    A file holds a long row in several pieces; a word that is cut there is found only in the rows.
    """
    forms = _forms(words)
    position = 0
    while page := rows.after(position, _PAGE):
        for _, stream, version, *cells in page:
            for word in sorted({word for cell in cells for word in _held_by(cell, forms)}):
                yield Found(stream, version, word)
        position = page[-1][0]


def _files_under(path: Path, forms: Forms) -> Iterator[Path]:
    """Yield a file, or the files of a folder, in their order."""

    def cannot(error: OSError) -> None:
        raise _search_failed(_masked(path.name, forms), error) from None

    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path, onerror=cannot):
        folders.sort()
        yield from (
            file
            for name in sorted(names)
            if (file := Path(folder, name)).is_file() and not file.is_symlink()
        )


def _search_file(path: Path, where: str, forms: Forms) -> Iterator[Found]:
    """Yield where words are found in a file, and in the members of an archive.

    Raises:
        StorageError: it cannot be read.
    """
    shown = _masked(where, forms)
    try:
        with path.open("rb") as file:
            yield from _in_stream(file, shown, forms)
        if zipfile.is_zipfile(path):
            yield from _in_archive(path, shown, forms, depth=1)
    except OSError as error:
        raise _search_failed(shown, error) from None


def _in_archive(
    archive: Path | IO[bytes], shown: str, forms: Forms, *, depth: int
) -> Iterator[Found]:
    """Yield where words are found in the members of an archive, and of archives in it.

    Raises:
        StorageError: a member cannot be read, or is an archive that is too large or too deep.
    """
    inside = shown
    try:
        with zipfile.ZipFile(archive) as opened:
            for member in opened.infolist():
                inside = f"{shown}!{_masked(member.filename, forms)}"
                yield from (Found(inside, 0, word) for word in _held_by(member.filename, forms))
                with opened.open(member) as file:
                    # In memory, because to look for an archive's end takes several readings; and
                    # not on the disk, where it would leave its words.
                    fits = member.file_size <= LARGEST
                    content = io.BytesIO(file.read()) if fits else file
                    yield from _in_stream(content, inside, forms)
                    if zipfile.is_zipfile(content):
                        _must_be_within_limits(inside, depth, fits=fits)
                        yield from _in_archive(content, inside, forms, depth=depth + 1)
    # zipfile raises RuntimeError for an encrypted member, and NotImplementedError for a
    # compression that it does not know.
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error) as error:
        raise _search_failed(inside, error) from None


def _must_be_within_limits(shown: str, depth: int, *, fits: bool) -> None:
    """Check that an archive that lies in another can be searched.

    Raises:
        StorageError: it is too large, or lies too deep.
    """
    if depth < DEEPEST and fits:
        return
    why = (
        f"an archive that lies in another may have {LARGEST} bytes at most"
        if depth < DEEPEST
        else f"more than {DEEPEST} archives lie in one another"
    )
    raise StorageError(f"{shown} cannot be searched: {why}; unpack it, and search what is in it")


def _search_failed(shown: str, error: Exception) -> StorageError:
    why = error.strerror if isinstance(error, OSError) else "the archive cannot be opened"
    return StorageError(f"{shown} cannot be searched: {why}")


def _in_stream(file: IO[bytes], shown: str, forms: Forms) -> Iterator[Found]:
    overlap = max(len(form) for _, form in forms) - 1
    seen = set[Found]()  # a short word in the overlap is found in both chunks
    before, start = b"", 0
    while chunk := file.read(_CHUNK):
        data = (before + chunk).lower()
        for word, form in forms:
            at = data.find(form)
            while at >= 0:
                seen.add(Found(shown, start + at, word))
                at = data.find(form, at + 1)
        # A word may be cut in two by the end of a chunk.
        before = data[-overlap:]
        start += len(data) - len(before)
    yield from sorted(seen)


def _held_by(text: object, forms: Forms) -> list[int]:
    """Return which words a name holds, or a cell of a row."""
    # A name need not be UTF-8, and in an altered table a cell may be of any type.
    held = text if isinstance(text, bytes) else str(text).encode(errors="surrogateescape")
    searched = held.lower()
    return sorted({word for word, form in forms if form in searched})


def _masked(name: str, forms: Forms) -> str:
    """Return a name, or a remark about a part of it that holds a word."""
    parts = name.split("/")
    if not _held_by(name, forms):
        return name
    hidden = [
        f"({counted(len(one), 'character')})" if _held_by(one, forms) else one for one in parts
    ]
    # A word that holds a slash is in none of the parts, and in the name all the same.
    found = "/".join(hidden)
    return f"({counted(len(name), 'character')})" if _held_by(found, forms) else found


def _forms(words: Sequence[str]) -> Forms:
    return {
        (number, form.lower())
        for number, word in enumerate(words, start=1)
        for form in (*_as_it_is_written(word), *_in_other_letters(word))
    }


def _as_it_is_written(word: str) -> Iterator[bytes]:
    """Yield a word in each spelling, as it is and as JSON has it."""
    for form in ("NFC", "NFD"):
        for text in _spellings(unicodedata.normalize(form, word)):
            in_json = (json.dumps(text, ensure_ascii=one)[1:-1] for one in (True, False))
            for spelt, encoding in product((text, *in_json), _ENCODINGS):
                yield spelt.encode(encoding)


def _in_other_letters(word: str) -> Iterator[bytes]:
    """Yield a word in small letters and in capitals, also in the encoding of Windows."""
    # What is searched is put into small letters as bytes, which changes those of ASCII alone.
    for form in ("NFC", "NFD"):
        texts = [unicodedata.normalize(form, one) for one in (word, word.lower(), word.upper())]
        spelt = (*texts, *map(escape, texts))
        for text, encoding in product(spelt, (*_ENCODINGS, _WINDOWS)):
            with suppress(UnicodeEncodeError):  # Windows has few characters
                yield text.encode(encoding)


def _spellings(text: str) -> Iterator[str]:
    """Yield a text as it is, and as pages, XML, scripts in pages and addresses spell it.

    A writer spells a character the same way wherever it is in the text.
    """
    marks = [[(one, how) for how in _ENTITIES[one]] for one in _ENTITIES.keys() & set(text)]
    for others in (_as_it_is, _in_decimal, _in_hexadecimal):
        for chosen in product(*marks):
            spelt = dict(chosen)
            yield "".join(spelt.get(one) or others(one) for one in text)
    yield "".join(f"\\u{ord(one):04x}" if one in _ENTITIES else one for one in text)
    yield from (quote(text, safe="'"), quote(text, safe=""), quote_plus(text))
    yield "".join(map(_by_name, escape(text)))
    # Not each with each of the spellings above: those are thousands for a name with many marks.
    for space, spelt_out in product(_NO_BREAK_SPACE, (text, escape(text), quote(text, safe=" '"))):
        yield spelt_out.replace(" ", space)


def _as_it_is(one: str) -> str:
    return one


def _by_name(one: str) -> str:
    name = None if one.isascii() else codepoint2name.get(ord(one))
    return one if name is None else f"&{name};"


def _in_decimal(one: str) -> str:
    return one if one.isascii() else f"&#{ord(one)};"


def _in_hexadecimal(one: str) -> str:
    return one if one.isascii() else f"&#x{ord(one):x};"
