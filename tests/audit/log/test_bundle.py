"""Bundles are the same bytes each time, whole or not there, and never of rows that are wrong."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review.audit.log.bundle import Row, case_files, log_files, write_archive, write_folder
from rapid_review.audit.log.merkle import nodes_of_leaves
from rapid_review.audit.verify import Files, UnreadableError, open_bundle, packed, verify
from rapid_review.audit.verify.__main__ import NOT_INTACT, main
from rapid_review.domain.errors import InvalidInputError, RecordError, StorageError
from tests.audit.a_log import (
    ATTACHED,
    CASES,
    KEY,
    TRUST,
    case_of,
    checkpoint_of,
    leaves_of,
    log_of,
    row,
    rows,
    state,
    verified,
)

ROWS: Final = rows(20)
KINDS: Final = {"log": log_of(ROWS), "case": case_of(ROWS, earlier=(7,))}


# --------------------------------------------------------------------- the same bytes each time


@given(st.integers(0, 600))
def test_a_log_makes_the_same_bundle_again(size: int) -> None:
    """And a verified one, whatever its size."""
    kept = rows(size)
    files = log_of(kept)
    assert files == log_of(kept)
    assert packed(files) == packed(dict(reversed(files.items())))
    assert verified(files).findings == []


@given(st.permutations([0, 1, 2]))
def test_other_cases_change_nothing_in_a_case_but_its_place_in_the_log(order: list[int]) -> None:
    """Independent cases may be recorded in any order: entries and bodies stay, proofs do not."""
    kept = [row(CASES[at], version) for version in range(1, 5) for at in order]
    files, usual = (
        case_of(kept),
        case_of(rows(0) + [row(c, v) for v in range(1, 5) for c in CASES]),
    )
    placed = ("proof/", "checkpoint", "case-head", "manifest")
    assert files.keys() == usual.keys()
    for name, data in files.items():
        assert data == usual[name] or name.startswith(placed)


# --------------------------------------------------------------- every single byte is held


def refuses(files: Files) -> bool:
    """Say whether a bundle is refused: with findings, or as none at all."""
    return verify(files, TRUST).findings != []


@pytest.mark.parametrize("kind", KINDS)
def test_every_single_byte_of_a_bundle_is_held(kind: str) -> None:
    """300 changes of one byte, in any file: none is accepted, and each is a finding."""
    random = Random(kind)  # noqa: S311 - which bytes are changed is no secret
    files = KINDS[kind]
    for _ in range(300):
        name = random.choice(sorted(files))
        hold_refused(kind, name, random.randrange(len(files[name])), random.randrange(1, 256))


@pytest.mark.faults
@pytest.mark.parametrize("kind", KINDS)
def test_every_byte_there_is_in_a_bundle_is_held(kind: str) -> None:
    """Each byte of each file, with a bit flipped."""
    for name, data in KINDS[kind].items():
        for at in range(len(data)):
            hold_refused(kind, name, at, 1 << at % 8)


def hold_refused(kind: str, name: str, at: int, by: int) -> None:
    """Hold that a bundle with one byte changed is refused."""
    wrong = bytearray(KINDS[kind][name])
    wrong[at] ^= by
    report = verified({**KINDS[kind], name: bytes(wrong)})
    assert report.findings, f"{name}, byte {at} changed by {by}"
    assert name in {"manifest", *(each.where for each in report.findings)}


@pytest.mark.parametrize("kind", KINDS)
def test_every_single_byte_of_an_archive_is_held(kind: str, tmp_path: Path) -> None:
    """Also those that say nothing of a file: dates, rights, the order of its parts."""
    random = Random(kind)  # noqa: S311 - which bytes are changed is no secret
    whole = packed(KINDS[kind])
    path = tmp_path / "bundle.zip"
    for _ in range(300):
        wrong = bytearray(whole)
        wrong[random.randrange(len(whole))] ^= random.randrange(1, 256)
        path.write_bytes(wrong)
        try:
            files = open_bundle(path)
        except UnreadableError:
            continue
        assert refuses(files)


@pytest.mark.parametrize(
    "how",
    [
        lambda whole: whole + b"\n",
        lambda whole: b"#!\n" + whole,
        lambda whole: whole.replace(b"\x00\x00!\x00", b"\x00\x00!\x01"),
    ],
    ids=["after", "before", "dates"],
)
def test_an_archive_with_more_in_it_is_found(
    how: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    """There is one archive of a bundle, and no room for anything else."""
    path = tmp_path / "bundle.zip"
    path.write_bytes(how(packed(KINDS["case"])))
    assert main([str(path), "--key", str(KEY.public)]) == NOT_INTACT


def test_an_archive_that_is_compressed_is_found(tmp_path: Path) -> None:
    """It is not unpacked: a few bytes might become very many."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in KINDS["case"].items():
            archive.writestr(name, data)
    path = tmp_path / "bundle.zip"
    path.write_bytes(whole.getvalue())
    report = verify(open_bundle(path), TRUST)
    assert report.findings[0].where == "the archive"
    assert {each.what for each in report.findings[1:]} == {"is missing"}


# ------------------------------------------------------------------------ whole, or not there


def test_a_folder_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    """Where the rows are wrong nothing is left; what already exists is not touched."""
    folder = tmp_path / "bundle"
    with pytest.raises(RecordError):
        write_folder(log_files(ROWS[1:], checkpoint_of(ROWS), state), folder)
    assert list(tmp_path.iterdir()) == []
    write_folder(KINDS["log"].items(), folder)
    assert not refuses(open_bundle(folder))
    with pytest.raises(InvalidInputError, match="already exists"):
        write_folder(KINDS["case"].items(), folder)
    assert not refuses(open_bundle(folder))


def test_a_bundle_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file is where a folder should; an archive of that name already exists."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="cannot be written"):
        write_folder(KINDS["case"].items(), tmp_path / "file" / "bundle")
    with pytest.raises(StorageError, match="cannot be written"):
        write_archive(KINDS["case"].items(), tmp_path / "file" / "bundle.zip")
    with pytest.raises(InvalidInputError, match="already exists"):
        write_archive(KINDS["case"].items(), tmp_path / "file")


# -------------------------------------------------------------------- of rows that are right


def made(kept: list[tuple[int, Row]], size: int = 20, earlier: tuple[int, ...] = ()) -> None:
    """Make the bundle of a case of any rows."""
    nodes = nodes_of_leaves(leaves_of(ROWS))
    dict(case_files(kept, nodes, checkpoint_of(ROWS[:size]), state, earlier=earlier))


OWN: Final = [(at, each) for at, each in enumerate(ROWS) if each.stream == ROWS[0].stream]


@pytest.mark.parametrize(
    ("kept", "size", "what"),
    [
        ([], 20, "to 0 cases"),
        ([*OWN, (1, ROWS[1])], 20, "to 2 cases"),
        (OWN[1:], 20, "stream must be 1"),
        ([*OWN[:2], *OWN[3:]], 20, "stream must be 3"),
        ([(1, ROWS[0])], 20, "leaf 1 does not match the checkpoint of 20 events"),
        ([(0, ROWS[0]._replace(state=b"{}"))], 20, "leaf 0 does not match"),
        (OWN, 10, "no proof can be made for leaf 12"),
        ([(0, ROWS[0]._replace(version=True))], 20, "a row has the types str, bool, str, bytes"),
    ],
)
def test_no_bundle_is_made_of_rows_that_are_wrong(
    kept: list[tuple[int, Row]], size: int, what: str
) -> None:
    """The maker stops, and names the leaf or the version."""
    with pytest.raises(RecordError, match=what):
        made(kept, size)


def test_no_bundle_of_a_log_is_made_of_rows_that_are_wrong() -> None:
    """One too few, one too many, or one that has no leaf."""
    for kept in (ROWS[:-1], [*ROWS, row(CASES[0], 8)]):
        with pytest.raises(RecordError, match="do not match the checkpoint of 20 events"):
            dict(log_files(kept, checkpoint_of(ROWS), state))
    with pytest.raises(RecordError, match="a row cannot be made into a leaf"):
        dict(log_files([ROWS[0]._replace(topic="")], checkpoint_of(ROWS), state))


def test_an_older_checkpoint_is_not_larger() -> None:
    """There is no proof from a tree that is yet to come."""
    with pytest.raises(InvalidInputError, match="no proof can be made from an older checkpoint"):
        made(OWN, earlier=(21,))


@pytest.mark.parametrize("name", ["x", "terms", "terms/", "terms/../x", "replay//x", "terms/a b"])
def test_an_attached_file_has_a_plain_name(name: str) -> None:
    """It must be safe as a path, wherever the bundle is unpacked."""
    with pytest.raises(InvalidInputError, match="the name of an attached file is not allowed"):
        dict(log_files(ROWS, checkpoint_of(ROWS), state, attached={**ATTACHED, name: b""}))
