"""Archives and streams that are made to cost: they are refused before anything in them is read."""

import io
import os
import struct
import subprocess
import sys
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from rapid_review.audit.verify import (
    MalformedError,
    UnreadableError,
    open_bundle,
    packed,
    verify,
)
from rapid_review.audit.verify.__main__ import main
from rapid_review.audit.verify.files import FileInArchive, end_of_archive
from tests.audit.a_log import KEY, TRUST, case_of, rows

CASE: Final = case_of(rows(20))
VKEY: Final = str(KEY.public)
MEGABYTE: Final = 1 << 20


def lying_over_one_another(size: int, names: int) -> bytes:
    """Return an archive whose every file is all that comes after its header, to the last one."""
    tail, headers = bytes(size), list[tuple[bytes, int, int]]()
    for number in reversed(range(names)):
        name = b"b%05d" % number
        sizes = zlib.crc32(tail), len(tail), len(tail)
        headers.append((name, *sizes[:2]))
        header = struct.pack("<4s2B4H3L2H", b"PK\3\4", 20, 0, 0, 0, 0, 33, *sizes, len(name), 0)
        tail = header + name + tail
    directory = b""
    for number, (name, checksum, length) in enumerate(reversed(headers)):
        lengths = checksum, length, length, len(name)
        rest = 0, 0, 0, 0, 0o100644 << 16, number * (30 + len(name))
        entry = struct.pack("<4s4B4H3L5H2L", b"PK\1\2", 20, 3, 20, 0, 0, 0, 0, 33, *lengths, *rest)
        directory += entry + name
    numbers = names, names, len(directory), len(tail)
    return tail + directory + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, *numbers, 0)


def one_entry_of_many_names(size: int, names: int) -> bytes:
    """Return an archive whose directory names its one entry over and over."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("a", bytes(size))
        archive.filelist *= names
    return whole.getvalue()


def findings(path: Path) -> tuple[list[str], int]:
    """Return what is found in a bundle, and the most memory that it took."""
    tracemalloc.start()
    try:
        found = verify(open_bundle(path), TRUST).findings
        return [f"{one.where}: {one.what}" for one in found], tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("make", "size", "names"),
    [
        (lying_over_one_another, 4 * MEGABYTE, 100),
        (lying_over_one_another, 1 << 16, 2_000),
        (one_entry_of_many_names, MEGABYTE, 5_000),
    ],
)
def test_entries_that_lie_over_one_another_are_refused_unread(
    make: Callable[[int, int], bytes], size: int, names: int, tmp_path: Path
) -> None:
    """4 MB held a hundred times 4 MB; nothing of it is read."""
    path = tmp_path / "bundle.zip"
    path.write_bytes(make(size, names))
    found, peak = findings(path)
    assert found[0].startswith("the archive: does not follow the archive format")
    assert peak < MEGABYTE


def reordered(*names: str) -> bytes:
    """Return an archive with these entries, in this order."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name in names:
            each = zipfile.ZipInfo(name)
            each.create_system, each.external_attr = 3, 0o100644 << 16
            archive.writestr(each, b"x")
    return whole.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
@pytest.mark.parametrize(
    "names", [("a", "a"), ("b", "a"), ("a/../b",), ("/a",), ("a\\b",), ("é",), ("",)]
)
def test_entries_that_come_twice_or_out_of_order_are_refused(
    names: tuple[str, ...], tmp_path: Path
) -> None:
    """And those whose names are not those of files of a bundle."""
    path = tmp_path / "bundle.zip"
    path.write_bytes(reordered(*names))
    assert findings(path)[0][0].startswith("the archive: does not follow the archive format")


@pytest.mark.parametrize("where", ["size", "data", "cut", "start"])
def test_a_damaged_archive_is_a_finding(where: str, tmp_path: Path) -> None:
    """Exit code 4, and what befell it: it was a bundle once, and is not as it was."""
    whole = bytearray(packed(CASE))
    if where == "size":
        struct.pack_into("<L", whole, 22, 0xFFFF_FFFE)
    elif where == "data":
        whole[len("checkpoint") + 200] ^= 1
    whole = whole[: len(whole) // 2] if where == "cut" else whole
    path = tmp_path / "bundle.zip"
    path.write_bytes(b"#!\n" + whole if where == "start" else whole)
    found, peak = findings(path)
    assert found
    assert peak < MEGABYTE
    assert main([str(path), "--key", VKEY]) == 4


def test_a_file_that_is_larger_than_any_of_a_bundle_is_not_read(tmp_path: Path) -> None:
    """In a folder as well as in an archive; it takes no room on the disk, and none in memory."""
    folder = tmp_path / "bundle"
    for name, data in CASE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    with (folder / "entry" / "1").open("wb") as file:
        file.truncate(1 << 40)
    found, peak = findings(folder)
    assert "entry/1: is too large: it has more than 268435456 bytes" in found
    assert peak < 300 * MEGABYTE


# -------------------------------------------------------------------------------------- streams


def limited(*arguments: str, stdin: bytes | None = None) -> "subprocess.CompletedProcess[bytes]":
    """Run the verifier with a gigabyte of memory at most, for a minute at most."""
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30));"
        "from rapid_review.audit.verify.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    return subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        check=False,
        input=stdin,
        timeout=60,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such file there")
def test_a_stream_without_end_is_refused(tmp_path: Path) -> None:
    """As a bundle, as a policy, as a checkpoint that was kept: exit code 2, and one line."""
    path = tmp_path / "bundle.zip"
    path.write_bytes(packed(CASE))
    for arguments in (
        ("/dev/zero",),
        (str(path), "--policy", "/dev/zero"),
        (str(path), "--held", "/dev/zero"),
    ):
        run = limited(*arguments, "--key", VKEY)
        assert (run.returncode, run.stdout, run.stderr.count(b"\n")) == (2, b"", 1)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such file there")
def test_a_bundle_is_read_from_a_pipe() -> None:
    """As far as one may be that is held in memory; what only begins like one is refused."""
    run = limited("/dev/stdin", "--key", VKEY, stdin=packed(CASE))
    assert (run.returncode, run.stderr) == (0, b"")
    assert limited("/dev/stdin", "--key", VKEY, stdin=b"no archive").returncode == 2
    reading, writing = os.pipe()
    process = os.fork()
    if not process:  # pragma: no cover - a process of its own
        os.close(reading)
        with open(writing, "wb") as endless:  # noqa: PTH123 - there is no path
            try:
                endless.write(b"PK\x03\x04")
                while endless.write(bytes(MEGABYTE)):
                    pass
            except BrokenPipeError:
                pass
            finally:
                os._exit(0)
    os.close(writing)
    try:
        with pytest.raises(UnreadableError, match="save it as a file"):
            open_bundle(Path(f"/dev/fd/{reading}"))
    finally:
        os.close(reading)
        os.waitpid(process, 0)


# ----------------------------------------------------------- the one form of an archive


def zipped(files: dict[str, bytes], start: int = 0) -> bytes:
    """Return an archive as Python's own library makes it, from a place in a file."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        archive.start_dir = start
        for name in sorted(files):
            each = zipfile.ZipInfo(name)
            each.create_system, each.external_attr = 3, 0o100644 << 16
            archive.writestr(each, files[name])
    return whole.getvalue()


@pytest.mark.parametrize(
    "make",
    [
        dict,
        lambda: CASE,
        lambda: {f"state/{number}": b"" for number in range(65_535)},
        lambda: {f"state/{number}": b"" for number in range(65_537)},
    ],
    ids=["nothing", "a case", "65,535 files", "65,537 files"],
)
def test_an_archive_is_what_another_library_makes_and_reads(
    make: Callable[[], dict[str, bytes]], tmp_path: Path
) -> None:
    """Also with more files than the old form of a directory counts."""
    files = make()
    path = tmp_path / "bundle.zip"
    path.write_bytes(packed(files))
    assert path.read_bytes() == zipped(files)
    kept = open_bundle(path)
    assert kept.names == frozenset(files)
    assert kept.irregular == ()
    assert all(kept.read(name) == data for name, data in list(files.items())[:50])


def test_an_archive_of_more_than_two_gigabytes_ends_as_another_library_ends_it(
    tmp_path: Path,
) -> None:
    """The directory begins beyond what its old form can say; the file takes no room."""
    path = tmp_path / "sparse"
    start = 3 << 30
    with path.open("w+b") as file:
        file.seek(start)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            each = zipfile.ZipInfo("manifest")
            each.create_system, each.external_attr = 3, 0o100644 << 16
            archive.writestr(each, b"x")
        place = FileInArchive(start + 30 + len("manifest"), 1, each.CRC)
        file.seek(place.start + 1)
        assert file.read() == b"".join(end_of_archive({"manifest": place}))


def test_a_file_that_is_too_large_for_a_bundle_is_not_packed() -> None:
    """What could not be read again is not made."""
    with pytest.raises(MalformedError, match="is too large"):
        packed({"manifest": bytes((1 << 28) + 1)})
