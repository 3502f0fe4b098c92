"""What a log signs beside its checkpoints, each in its one form."""

from dataclasses import replace
from typing import Final

import pytest

from rapid_review.audit.verify import (
    CaseHead,
    Checkpoint,
    Epoch,
    MalformedError,
    Manifest,
    next_origin,
    read_case_head,
    read_epoch,
    read_manifest,
)

HEAD: Final = CaseHead("log.example", 20, "0" * 32, 3, "f" * 64)
MANIFEST: Final = Manifest(
    "case", "log.example", 20, {"a/b.c-d_e": "0" * 64, "checkpoint": "f" * 64}
)
SEALED: Final = replace(MANIFEST, is_sealed=True)
EPOCH: Final = Epoch(
    "log.example/epoch/2", Checkpoint("log.example", 20, bytes(32)), 15, bytes(32), ("u-1", "u-2")
)


def test_a_manifest_of_sealed_bodies_is_of_another_form() -> None:
    """A verifier that knows the first form alone refuses it; all else is written as there."""
    first, _, rest = bytes(SEALED).partition(b"\n")
    assert first == b"rapidreview.bundle/v2"
    assert bytes(MANIFEST) == b"rapidreview.bundle/v1\n" + rest


def test_a_statement_is_read_as_it_was_written() -> None:
    """Each of them."""
    assert read_case_head(bytes(HEAD)) == HEAD
    assert read_manifest(bytes(MANIFEST)) == MANIFEST
    assert read_manifest(bytes(SEALED)) == SEALED
    assert read_epoch(bytes(EPOCH)) == EPOCH


def test_the_texts_are_as_the_reference_tells_them() -> None:
    """Line by line: an outsider must be able to read them."""
    assert bytes(HEAD).decode().split("\n") == [
        "rapidreview.case-head/v1",
        "log.example",
        "20",
        "0" * 32,
        "3",
        "f" * 64,
        "",
    ]
    assert bytes(MANIFEST).decode().split("\n") == [
        "rapidreview.bundle/v1",
        "case",
        "log.example",
        "20",
        f"{'0' * 64}  a/b.c-d_e",
        f"{'f' * 64}  checkpoint",
        "",
    ]
    zeros = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    assert bytes(EPOCH).decode().split("\n") == [
        "rapidreview.epoch/v1",
        "log.example/epoch/2",
        "log.example",
        "20",
        zeros,
        "15",
        zeros,
        "5",
        "u-1",
        "u-2",
        "",
    ]


TEXT: Final = bytes(HEAD)


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"\n",
        TEXT[:-1],
        TEXT + b"\n",
        TEXT.replace(b"/v1", b"/v2"),
        TEXT.replace(b"log.example", b"log example"),
        TEXT.replace(b"\n3\n", b"\n03\n"),
        TEXT.replace(b"\n3\n", b"\n0\n"),
        TEXT.replace(b"\n3\n", b"\n21\n"),
        TEXT.replace(b"\n3\n", b"\n"),
        TEXT.replace(b"0" * 32, b"0" * 31),
        TEXT.replace(b"f" * 64, b"F" * 64),
        b"\xff" + TEXT,
    ],
)
def test_a_case_head_in_another_form_is_refused(wrong: bytes) -> None:
    """Its numbers must agree as well."""
    with pytest.raises(MalformedError):
        read_case_head(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        bytes(replace(MANIFEST, kind="report")),
        bytes(replace(MANIFEST, origin="")),
        bytes(replace(MANIFEST, size=-1)),
        *(
            bytes(replace(MANIFEST, files={name: "0" * 64}))
            for name in ("", "manifest", "../a", "/a", "a/", "a//b", ".a", "a b", "ä", "a/..")
        ),
        bytes(replace(MANIFEST, files={"a": "0" * 63})),
        bytes(MANIFEST).replace(b"  ", b" "),
        bytes(MANIFEST) + b"0" * 64 + b"  checkpoint\n",
        bytes(MANIFEST) + b"0" * 64 + b"  a\n",
        bytes(MANIFEST) + b"\n",
        b"rapidreview.bundle/v1\ncase\nlog.example\n",
    ],
)
def test_a_manifest_in_another_form_is_refused(wrong: bytes) -> None:
    """No name in it leads out of the bundle, and none occurs twice or out of order."""
    with pytest.raises(MalformedError):
        read_manifest(wrong)


@pytest.mark.parametrize(
    ("origin", "after"),
    [
        ("log.example", "log.example/epoch/2"),
        ("log.example/epoch/2", "log.example/epoch/3"),
        ("log.example/epoch/9", "log.example/epoch/10"),
        ("log.example/epoch/02", "log.example/epoch/02/epoch/2"),
    ],
)
def test_an_epoch_is_numbered(origin: str, after: str) -> None:
    """So that each log has one that follows it."""
    assert next_origin(origin) == after
