"""Words are found wherever they lie, in whatever form; the answer never repeats them."""

import html
import io
import json
import os
from contextlib import closing
from pathlib import Path
from unicodedata import normalize
from urllib.parse import quote, quote_plus
from xml.etree import ElementTree as ET
from xml.sax import saxutils
from zipfile import ZIP_DEFLATED, ZipFile

import markupsafe
import pytest

from rapid_review.domain.errors import InvalidInputError, StorageError
from rapid_review.store import sealing
from rapid_review.store.sealing import canaries
from rapid_review.store.sealing.canaries import (
    Found,
    files_of,
    in_files,
    in_rows,
    under,
    words_of,
)
from rapid_review.store.sealing.opening import keys_in_memory
from rapid_review.store.store import Store
from tests.domain.a_review import ACT, RECEIVE, changed
from tests.store.a_record import kent_in, send_all

WORDS = ("Zoë Quux", "another child")
NAME = "a name"  # of the child in the notification


IN_EVERY_FORM = pytest.mark.parametrize(
    "form",
    [
        "Zoë Quux".encode(),
        "ZOë QUUX".encode(),
        normalize("NFD", "Zoë Quux").encode(),
        "Zoë Quux".encode("utf-16-le"),
        json.dumps("Zoë Quux")[1:-1].encode(),
        "ZOË QUUX".encode(),
        "Zoë Quux".encode("cp1252"),
        b"Zo&euml; Quux",
    ],
    ids=[
        "as it is",
        "in capitals of ASCII",
        "decomposed",
        "in UTF-16",
        "in JSON",
        "in capitals",
        "as a spreadsheet saves CSV",
        "as HTML names it",
    ],
)


@IN_EVERY_FORM
@pytest.mark.parametrize("before", [0, 7, (1 << 20) - 3, 2 * (1 << 20) - 1])
def test_a_word_is_found_in_every_form_and_at_every_place(
    tmp_path: Path, form: bytes, before: int
) -> None:
    """Also where one piece that is read ends and the next begins."""
    (tmp_path / "file").write_bytes(b"." * before + form + b"." * 5)
    (found,) = in_files([tmp_path / "file"], WORDS)
    assert found == Found("file", before, 1)


@IN_EVERY_FORM
@pytest.mark.parametrize("word", ["Zoë Quuxi", "Azoë Quux"])
def test_a_word_is_not_found_where_its_first_or_its_last_letter_is_missing(
    tmp_path: Path, form: bytes, word: str
) -> None:
    """A part of a name may be anybody's."""
    (tmp_path / "file").write_bytes(b'("' + form + b'")')
    assert not list(in_files([tmp_path / "file"], [word]))


@pytest.mark.parametrize("in_the_first", [1, 7], ids=["its first byte", "all but its last"])
def test_a_word_is_found_though_the_end_of_a_piece_cuts_its_longest_form(
    tmp_path: Path, in_the_first: int
) -> None:
    """As much of each piece is looked at again as a form may have in it."""
    before = (1 << 20) - in_the_first
    (tmp_path / "file").write_bytes(b"." * before + "abcd".encode("utf-16-le"))
    assert list(in_files([tmp_path / "file"], ("abcd",))) == [Found("file", before, 1)]


def test_the_search_is_shown_by_completion() -> None:
    """Before anybody has imported it: hosts use it on their own files."""
    assert {"canaries", "__all__"} <= set(dir(sealing))


def test_files_that_are_not_there_are_not_searched(tmp_path: Path) -> None:
    """A database with its log, if it has one."""
    (tmp_path / "a.db").write_bytes(b"")
    (tmp_path / "a.db-wal").write_bytes(b"ANOTHER CHILD")
    assert [one.name for one in files_of(tmp_path / "a.db")] == ["a.db", "a.db-wal"]
    assert list(in_files(files_of(tmp_path / "a.db"), WORDS)) == [Found("a.db-wal", 0, 2)]


def test_what_is_not_sealed_is_found_in_the_rows_and_what_is_sealed_is_not() -> None:
    """With the entry in which it stands."""
    with closing(Store.in_memory()) as store:
        send_all(kent_in(store), RECEIVE)
        (found,) = in_rows(store.opened.rows, [NAME])
        assert found.offset == 1
    with closing(Store.in_memory(keys_in_memory())) as store:
        send_all(kent_in(store), RECEIVE)
        assert not list(in_rows(store.opened.rows, [NAME]))


def test_the_words_are_one_a_line() -> None:
    """Blank lines aside; one of four letters is long enough."""
    assert words_of(b"abcd") == ("abcd",)
    assert words_of("Zoë Quux\n\n another child \r\n".encode()) == WORDS


def test_a_mark_at_the_start_and_other_spaces_are_no_part_of_a_word() -> None:
    """An editor puts them there, and nobody sees them."""
    for text in ("\ufeffZoë Quux", "Zoë\u00a0Quux", " Zoë \t\u2003Quux\u00a0\n"):
        assert words_of(text.encode()) == ("Zoë Quux",), ascii(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "no words"),
        (b"\xff\xfe", "not in UTF-8"),
        (b"long enough\nabc", "word 2"),
        ("long enough\nabcde\u200b".encode(), "word 2 contains a character that cannot be seen"),
        ("ab\u00adcde".encode(), "word 1 contains a character that cannot be seen"),
        (b"\xef\xbb\xbf\n", "no words"),
    ],
)
def test_what_cannot_be_looked_for_is_told(text: bytes, why: str) -> None:
    """By its number, and never by itself."""
    with pytest.raises(InvalidInputError, match=why) as told_of:
        words_of(text)
    assert "abc" not in str(told_of.value)


def test_a_folder_is_searched_with_all_that_is_in_it(tmp_path: Path) -> None:
    """In the order of names; what a link leads to is another's, and is not followed."""
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / "b" / "c" / "log").write_text("saw another child there")
    (tmp_path / "b" / "a.txt").write_text("another CHILD")
    (tmp_path / "link").symlink_to(tmp_path / "b" / "a.txt")
    (tmp_path / "b" / "loop").symlink_to(tmp_path)
    assert list(under([tmp_path], WORDS)) == [
        Found(f"{tmp_path.name}/b/a.txt", 0, 2),
        Found(f"{tmp_path.name}/b/c/log", 4, 2),
    ]
    assert list(under([tmp_path / "b" / "a.txt"], WORDS)) == [Found("a.txt", 0, 2)]


def test_the_members_of_an_archive_are_searched(tmp_path: Path) -> None:
    """An office document is one as well; compressed, nothing of them is seen from outside."""
    with ZipFile(tmp_path / "minutes.docx", "w", ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<p>" + "so " * 99 + "another child</p>")
    assert list(in_files([tmp_path / "minutes.docx"], WORDS)) == [
        Found("minutes.docx!word/document.xml", 300, 2)
    ]


def _archive(name: str, content: bytes) -> bytes:
    """Return an archive that holds a file."""
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return made.getvalue()


def test_an_archive_in_an_archive_is_searched(tmp_path: Path) -> None:
    """As a document is that somebody packed; up to four in one another."""
    content = b"<p>" + b"so " * 99 + b"another child</p>"
    for name in ("word/document.xml", "minutes.docx", "of-may.zip", "all.zip"):
        content = _archive(name, content)
    (tmp_path / "out.zip").write_bytes(content)
    inside = "out.zip!all.zip!of-may.zip!minutes.docx!word/document.xml"
    assert list(in_files([tmp_path / "out.zip"], WORDS)) == [Found(inside, 300, 2)]
    (tmp_path / "out.zip").write_bytes(_archive("deepest.zip", content))
    with pytest.raises(StorageError, match=r"^out\.zip!deepest\.zip!.*: more than 4 archives"):
        list(in_files([tmp_path / "out.zip"], WORDS))


def test_an_archive_in_an_archive_that_cannot_be_searched_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is too large, and one that was cut off; a large member that is none is searched."""
    monkeypatch.setattr(canaries, "LARGEST", 999)
    exact = _archive("a", b"another child")
    (tmp_path / "out.zip").write_bytes(_archive("exact.zip", exact.rjust(999, b".")))
    assert Found("out.zip!exact.zip!a", 0, 2) in in_files([tmp_path / "out.zip"], WORDS)
    large = b"." * 1_000 + b"another child"
    for name, content, told in (
        ("large.zip", large + _archive("a", b"b"), "may have 999 bytes at most"),
        ("broken.zip", _archive("a", b"b" * 99).replace(b"PK\1\2", b"PK\1\3"), "be opened"),
    ):
        (tmp_path / "out.zip").write_bytes(_archive(name, content))
        with pytest.raises(StorageError, match=rf"^out\.zip!{name} cannot be searched: .*{told}"):
            list(in_files([tmp_path / "out.zip"], WORDS))
    (tmp_path / "out.zip").write_bytes(_archive("large", large))
    (found,) = in_files([tmp_path / "out.zip"], WORDS)
    assert found == Found("out.zip!large", 1_000, 2)


def test_a_name_that_holds_a_word_is_found_and_not_said(tmp_path: Path) -> None:
    """Of a file, of a folder, and of a member; nor is it said of what cannot be read."""
    folder = tmp_path / "Zoë Quux"
    folder.mkdir()
    with ZipFile(folder / "another child.zip", "w") as archive:
        archive.writestr("another child", "")
    found = [*under([folder], WORDS), *under([folder / "another child.zip"], WORDS)]
    assert {one.word for one in found} == {1, 2}
    assert not any(word in one.where for one in found for word in WORDS)
    with ZipFile(folder / "another child.zip", "w") as archive:
        archive.writestr("a", "b" * 99)
    data = bytearray((folder / "another child.zip").read_bytes())
    data[40] ^= 1  # a byte of the member, whose checksum no longer fits
    (folder / "another child.zip").write_bytes(data)
    with pytest.raises(StorageError, match="cannot be searched") as raised:
        list(under([folder], WORDS))
    assert not any(word in str(raised.value) for word in WORDS)


def test_of_what_holds_a_word_in_a_name_only_the_length_is_shown(tmp_path: Path) -> None:
    """The rest of the name is shown, so that the place can be found."""
    folder = tmp_path / "of Zoë Quux"
    folder.mkdir()
    (folder / "minutes").touch()
    with ZipFile(folder / "archive", "w") as archive:
        archive.writestr("word/another child", "")
    assert list(under([folder], WORDS)) == [
        Found("(11 characters)/archive", 0, 1),
        *(Found("(11 characters)/archive", at, 2) for at in _at(folder / "archive", WORDS[1])),
        Found("(11 characters)/archive!word/(13 characters)", 0, 2),
        Found("(11 characters)/minutes", 0, 1),
    ]


def _at(path: Path, word: str) -> list[int]:
    """Return where a word lies in a file, found byte by byte."""
    data = path.read_bytes()
    return [at for at in range(len(data)) if data[at:].startswith(word.encode())]


def test_a_word_that_spreads_over_two_parts_of_a_name_hides_all_of_it(tmp_path: Path) -> None:
    """Neither part holds it."""
    (tmp_path / "zoe").mkdir()
    (tmp_path / "zoe" / "quux").touch()
    assert list(under([tmp_path / "zoe"], ("zoe/quux",))) == [Found("(8 characters)", 0, 1)]


def test_a_name_that_is_no_text_is_searched_as_well(tmp_path: Path) -> None:
    """As a system with another encoding wrote it."""
    with open(os.fsencode(tmp_path) + b"/\xff another child", "wb"):  # noqa: PTH123 - no text
        pass
    assert list(under([tmp_path], WORDS)) == [Found(f"{tmp_path.name}/(15 characters)", 0, 2)]


def test_of_what_cannot_be_searched_it_is_said_why(tmp_path: Path) -> None:
    """A file that is not there; an archive that was cut off."""
    with pytest.raises(
        StorageError, match=r"^gone cannot be searched: No such file or directory$"
    ):
        list(in_files([tmp_path / "gone"], WORDS))
    with ZipFile(tmp_path / "archive", "w") as archive:
        archive.writestr("a", "b" * 99)
    data = bytearray((tmp_path / "archive").read_bytes())
    data[40] ^= 1
    (tmp_path / "archive").write_bytes(data)
    why = r"^archive!a cannot be searched: the archive cannot be opened$"
    with pytest.raises(StorageError, match=why):
        list(in_files([tmp_path / "archive"], WORDS))


def test_a_folder_that_cannot_be_read_is_named_and_never_passed_over(tmp_path: Path) -> None:
    """As one that is removed while its neighbours are searched."""
    folder = tmp_path / "exports"
    (folder / "later").mkdir(parents=True)
    (folder / "first").write_text("otto")
    found = under([folder], ("otto",))
    assert next(found).where == "exports/first"
    (folder / "later").rmdir()
    with pytest.raises(
        StorageError, match=r"^exports cannot be searched: No such file or directory$"
    ):
        list(found)


def test_a_word_is_found_at_each_of_its_places(tmp_path: Path) -> None:
    """Also where one begins inside another."""
    (tmp_path / "log").write_text("otto anna otto aaaaa otto")
    assert list(in_files([tmp_path / "log"], ("otto", "aaaa"))) == [
        Found("log", 0, 1),
        Found("log", 10, 1),
        Found("log", 15, 2),
        Found("log", 16, 2),
        Found("log", 21, 1),
    ]


def test_a_word_with_quotation_marks_is_found_as_json_writes_it(tmp_path: Path) -> None:
    """With letters that are no ASCII as they are, or escaped; and in UTF-16 of either order."""
    word = 'Zoë "Zo" Quux'
    for form in (
        json.dumps(word, ensure_ascii=False).encode(),
        json.dumps(word).encode(),
        word.encode("utf-16-be"),
    ):
        (tmp_path / "log").write_bytes(form)
        assert [one.word for one in in_files([tmp_path / "log"], ("other", word))] == [2]


def _said(text: str) -> ET.Element:
    made = ET.Element("p")
    made.text = text
    return made


@pytest.mark.parametrize(
    "written", ["Zoë\u00a0Quux", "Zoë&nbsp;Quux", "Zoë&#xA0;Quux", "Zo%C3%AB%C2%A0Quux"]
)
def test_a_word_is_found_with_a_no_break_space_in_it(tmp_path: Path, written: str) -> None:
    """Editors put it between the parts of a name by themselves."""
    (tmp_path / "page").write_text(f"<p>{written}</p>")
    assert [one.word for one in in_files([tmp_path / "page"], WORDS)] == [1]


MARKED = """Niamh O'Brien & "Zoë" <sons>"""


def with_each(marks: str, spelling: str) -> str:
    """Return the marked name with these characters spelt by their numbers."""
    return "".join(spelling.format(ord(one)) if one in marks else one for one in MARKED)


ESCAPED = (
    html.escape(MARKED),
    html.escape(MARKED, quote=False),
    str(markupsafe.escape(MARKED)),
    ET.tostring(_said(MARKED)).decode(),
    ET.tostring(_said(MARKED), encoding="unicode"),
    html.escape(MARKED).replace("ë", "&#xEB;"),
    saxutils.quoteattr(MARKED),
    saxutils.escape(MARKED, {"'": "&apos;", '"': "&quot;"}),
    with_each("'\"&<>ë", "&#{};"),
    with_each("'\"&<>ë", "&#x{:X};"),
    html.escape(MARKED).encode("ascii", "xmlcharrefreplace").decode(),
    json.dumps(html.escape(MARKED)),
    with_each("'\"&<>", "\\u{:04x}"),
    quote(MARKED),
    quote(MARKED, safe="'"),
    quote_plus(MARKED),
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_a_word_is_found_as_pages_and_xml_escape_it(tmp_path: Path, encoding: str) -> None:
    """By each of the escapers that programs use; also in an archive, as in a spreadsheet."""
    files: list[Path] = []
    for number, written in enumerate(ESCAPED):
        page, book = tmp_path / f"page-{number}", tmp_path / f"book-{number}"
        page.write_bytes(f"<p>{written}</p>".encode(encoding))
        with ZipFile(book, "w", ZIP_DEFLATED) as archive:
            archive.writestr("xl/sharedStrings.xml", f"<t>{written}</t>".encode(encoding))
        files += [page, book]
    found = {(one.where.split("!")[0], one.word) for one in in_files(files, ("other", MARKED))}
    assert found == {(file.name, 2) for file in files}


def test_in_rows_it_is_said_which_of_the_words_was_found(tmp_path: Path) -> None:
    """And in which entry of which case; here in a file."""
    with closing(Store.on_sqlite(tmp_path / "record.db", unsealed=True)) as store:
        send_all(kent_in(store), changed(RECEIVE, source="a-source"), ACT)
        (stream,) = {row[1] for row in store.opened.rows.after(0, 100)}
        found = in_rows(store.opened.rows, ("no such word", "a-source"))
        assert list(found) == [Found(stream, 1, 2)]
