"""Whatever bytes a parser is given, it says clearly that they are wrong, or reads their one form.

Each parser meets bytes that chance made, and bytes that are almost right: 2,000 of them in every
run, and 100,000 with `-m faults`. What it accepts it must write again just as it was.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from random import Random
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review.audit.log.leaf import entry_of
from rapid_review.audit.log.merkle import tiles
from rapid_review.audit.log.note import SigningKey, read_key, read_note
from rapid_review.audit.log.witness import known_size, with_answer
from rapid_review.audit.verify import (
    REPLAY,
    Checkpoint,
    Epoch,
    MalformedError,
    UnreadableError,
    packed,
    read_case,
    read_case_head,
    read_checkpoint,
    read_consistency_proof,
    read_entries,
    read_entry,
    read_envelope,
    read_epoch,
    read_inclusion_proof,
    read_manifest,
    read_policy,
    read_signatures,
    read_tile,
    verify,
)
from rapid_review.audit.verify.files import unpacked
from rapid_review.domain.errors import InvalidInputError, RecordError
from tests.audit.a_log import (
    KEY,
    POLICY,
    TRUST,
    WITNESSES,
    case_of,
    checkpoint_of,
    leaves_of,
    log_of,
    rows,
    state,
    verified,
    witnessed,
)
from tests.golden.sealed import SEALED
from tests.golden.write import FOLDER

ROWS: Final = rows(3)
CHECKPOINT: Final = checkpoint_of(ROWS)
NOTE: Final = witnessed(CHECKPOINT, "icb")
LOG: Final = log_of(ROWS, NOTE)
CASE: Final = case_of(ROWS, note=NOTE, earlier=(2,))
ICB: Final = WITNESSES["icb"].public
SEALED_BODIES: Final = [
    FOLDER / SEALED / "v1" / f"{kind}.body" for kind in ("CaseReopened", "DeadlineSet")
]
ENTRY: Final = entry_of(*ROWS[0], None)
EPOCH: Final = Epoch(
    f"{KEY.name}/epoch/2", Checkpoint(KEY.name, 9, bytes(32)), 2, bytes(32), ("u-1", "u-2")
)


def entry(data: bytes) -> bytes:
    """Read an entry, and write it again."""
    told = read_entry(data)
    lines = (told.stream, told.version, told.topic, told.digest, told.previous)
    return b"rapidreview.audit/v1\n" + "".join(f"{line}\n" for line in lines).encode()


def entries(data: bytes) -> bytes:
    """Read a bundle of three entries, and write it again."""
    return b"".join(len(each).to_bytes(2) + each for each in read_entries(data, 3))


def case(data: bytes) -> bytes:
    """Read a body; JSON has many forms, and is hashed as it is."""
    read_case(read_entry(ENTRY), data)
    return data


def sealed_body(data: bytes) -> bytes:
    """Read a sealed body, as that of a case too, and write it again from its parts."""
    told = read_envelope(data)
    parts = b"".join(map(bytes, told.sections))
    with suppress(MalformedError):
        read_case(read_entry(ENTRY), data, is_sealed=True)
    count, epoch = bytes((len(told.sections),)), bytes((told.epoch,))
    return told.public + b"\n\x01" + count + parts + epoch + told.mac


def policy(data: bytes) -> bytes:
    """Read a policy; it has many forms, and the auditor brings it."""
    read_policy(data).is_met([])
    return data


def answer(data: bytes) -> bytes:
    """Read a witness's answer, which is trusted as far as its signature goes."""
    assert with_answer(CHECKPOINT, data, [ICB]) == NOTE
    return data


def text(again: Callable[[str], str]) -> Callable[[bytes], bytes]:
    """Return what reads text and writes it again, for bytes of any kind."""

    def parse(data: bytes) -> bytes:
        written = again(data.decode(errors="surrogateescape"))
        return written.encode(errors="surrogateescape")

    return parse


PARSERS: Final[dict[str, tuple[Callable[[bytes], object], list[bytes]]]] = {
    "note": (lambda data: bytes(read_note(data)), [bytes(NOTE), LOG["manifest"]]),
    "signatures": (
        text(lambda data: "".join(map(str, read_signatures(data)))),
        [bytes(NOTE).partition(b"\n\n")[2]],
    ),
    "checkpoint": (lambda data: bytes(read_checkpoint(data)), [NOTE.text]),
    "manifest": (lambda data: bytes(read_manifest(data)), [read_note(CASE["manifest"]).text]),
    "case head": (lambda data: bytes(read_case_head(data)), [read_note(CASE["case-head"]).text]),
    "epoch": (lambda data: bytes(read_epoch(data)), [bytes(EPOCH)]),
    "entry": (entry, [ENTRY]),
    "body": (case, [ROWS[0].state]),
    "sealed body": (sealed_body, [one.read_bytes() for one in SEALED_BODIES]),
    "tile": (
        lambda data: b"".join(read_tile(data, 3)),
        [dict(tiles(leaves_of(ROWS)))["tile/0/000.p/3"]],
    ),
    "entries": (entries, [LOG["tile/entries/000.p/3"]]),
    "proof": (lambda data: bytes(read_inclusion_proof(data)), [CASE["proof/1.tlog-proof"]]),
    "growth": (lambda data: bytes(read_consistency_proof(data)), [CASE["consistency/2"]]),
    "public key": (text(lambda data: str(read_key(data))), [str(KEY.public).encode()]),
    "private key": (text(lambda data: SigningKey.read(data).text()), [KEY.text().encode()]),
    "policy": (policy, [POLICY, b"quorum none\n"]),
    "witness's answer": (answer, [bytes(NOTE).partition(b"reviews ")[2].partition(b"\n")[2]]),
    "witness's size": (lambda data: b"%d\n" % known_size(data), [b"20\n"]),
}
TOKENS: Final = [
    b"\n",
    b"\n\n",
    b" ",
    b"+",
    b"=",
    b"-",
    b"0",
    "—".encode(),
    b"\0",
    b"\xff",
    b"9" * 20,
]


def mutated(random: Random, seeds: list[bytes]) -> bytes:
    """Return bytes that are almost those of a seed."""
    data = bytearray(random.choice(seeds))
    for _ in range(random.choice((1, 1, 1, 2, 5))):
        start = random.randint(0, len(data))
        end = min(len(data), start + random.choice((0, 1, 1, 4, 40)))
        other = random.choice(seeds)
        at = random.randint(0, len(other))
        data[start:end] = random.choice(
            (
                b"",
                random.randbytes(end - start),
                random.choice(TOKENS),
                bytes(data[start:end]) * 2,
                other[at : at + 40],
            )
        )
    return bytes(data)


def hold_clear(name: str, data: bytes) -> None:
    """Hold that a parser reads bytes in their one form, or raises its clear error."""
    parse, _ = PARSERS[name]
    try:
        again = parse(data)
    except (MalformedError, InvalidInputError, RecordError) as error:
        assert str(error)  # noqa: PT017 - a message is what a clear error is
    else:
        assert again == data


@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_reads_what_is_right(name: str) -> None:
    """Else the rest of this file would show nothing."""
    parse, seeds = PARSERS[name]
    for seed in seeds:
        assert parse(seed) == seed


@pytest.mark.parametrize("name", PARSERS)
@given(data=st.binary(max_size=200) | st.text(max_size=99).map(str.encode))
def test_a_parser_is_clear_about_anything(name: str, data: bytes) -> None:
    """Bytes and words that chance made."""
    hold_clear(name, data)


def fuzz(name: str, runs: int) -> None:
    """Give a parser bytes that are almost right."""
    random = Random(name)  # noqa: S311 - which bytes are changed is no secret
    for _ in range(runs):
        hold_clear(name, mutated(random, PARSERS[name][1]))


@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_is_clear_about_what_is_almost_right(name: str) -> None:
    """2,000 times."""
    fuzz(name, 2_000)


@pytest.mark.faults
@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_is_always_clear(name: str) -> None:
    """100,000 times."""
    fuzz(name, 100_000)


# -------------------------------------------------------------------------------------- bundles

WHOLE: Final = [packed(LOG), packed(CASE)]
HOLDING: Final = replace(
    TRUST, checkpoints=(("held", read_checkpoint(checkpoint_of(ROWS[:2]).text)),)
)
UNWITNESSED: Final = (
    log_of(ROWS),
    case_of(ROWS, earlier=(2,)),
)  # who knows no witness passes it by


def fuzz_archives(runs: int) -> None:
    """Give the verifier archives that are almost right: none but the right ones is accepted."""
    random = Random("archives")  # noqa: S311 - which bytes are changed is no secret
    for _ in range(runs):
        data = mutated(random, WHOLE)
        try:
            report = verify(unpacked(data), TRUST)
        except UnreadableError as error:
            assert str(error)  # noqa: PT017 - a message is what a clear error is
        else:
            assert bool(report.findings) == (data not in WHOLE)


def fuzz_files(runs: int) -> None:
    """Give it bundles with a file that is almost right, and a manifest that fits them."""
    random = Random("files")  # noqa: S311 - which bytes are changed is no secret
    bundles = [(files, read_manifest(read_note(files["manifest"]).text)) for files in UNWITNESSED]
    for _ in range(runs):
        files, manifest = random.choice(bundles)
        name = random.choice(list(manifest.files))
        data = mutated(random, [files[name]])
        fitting = replace(manifest, files={**manifest.files, name: sha256(data).hexdigest()})
        signed = bytes(state(bytes(fitting)))
        report = verified({**files, name: data, "manifest": signed}, HOLDING)
        assert report.as_text()
        assert bool(report.findings) == (data != files[name] and name != REPLAY)


def test_the_verifier_is_clear_about_bundles_that_are_almost_right() -> None:
    """500 times each."""
    fuzz_archives(500)
    fuzz_files(500)


@pytest.mark.faults
def test_the_verifier_is_always_clear_about_archives() -> None:
    """100,000 times."""
    fuzz_archives(100_000)


@pytest.mark.faults
def test_the_verifier_is_always_clear_about_files() -> None:
    """100,000 times."""
    fuzz_files(100_000)
