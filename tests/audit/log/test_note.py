"""Signed notes, keys and checkpoints, in the one form that each of them has."""

import base64
import contextlib
from typing import Final

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from rapid_review.audit.log.note import (
    COSIGNATURE,
    ED25519,
    Checkpoint,
    MalformedError,
    SigningKey,
    cosigned,
    read_checkpoint,
    read_key,
    read_note,
    signed,
)
from rapid_review.domain.errors import InvalidInputError

LOG: Final = SigningKey("safeguarding.example/rapid-review/test", bytes(range(32)))
OTHER: Final = SigningKey("safeguarding.example/other", bytes(32))
WITNESS: Final = SigningKey("police.example/witness", bytes(range(1, 33)), COSIGNATURE)
CHECKPOINT: Final = Checkpoint(LOG.name, 2, bytes(range(32)))
NOTE: Final = bytes(signed(bytes(CHECKPOINT), LOG))
SEEDS: Final = st.binary(min_size=32, max_size=32)
NAMES: Final = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="+"), min_size=1
)


# -------------------------------------------------------------------------------------- keys


def test_the_golden_key_comes_out() -> None:
    """The public key, as text, of the private key 00 01 … 1f."""
    assert str(LOG.public) == (
        "safeguarding.example/rapid-review/test+f32a00a0+"
        "AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    )


@given(NAMES, SEEDS, st.sampled_from([1, COSIGNATURE]))
def test_a_key_is_read_as_it_was_written(name: str, seed: bytes, kind: int) -> None:
    """Both of its halves; and the private one is never shown by its repr."""
    key = SigningKey(name, seed, kind)
    assert SigningKey.read(key.text()) == key
    assert read_key(str(key.public)) == key.public
    assert repr(seed) not in repr(key)


def test_a_new_key_is_like_no_other() -> None:
    """And its name must be one that a signature line can hold."""
    assert SigningKey.new("a.example").seed != SigningKey.new("a.example").seed
    for name in ("", "a b", "a+b", "a\u00a0b", "a\nb", "\ud800"):
        with pytest.raises(InvalidInputError, match="the name of a key"):
            SigningKey.new(name)


@pytest.mark.parametrize("kind", [ED25519, COSIGNATURE])
def test_a_new_key_is_of_the_name_and_kind_that_were_asked_for(kind: int) -> None:
    """One of a log, where nothing is said."""
    key = SigningKey.new("a.example", kind)
    assert (key.name, key.kind) == ("a.example", kind)
    assert SigningKey.new("a.example").kind == ED25519


PUBLIC: Final = str(LOG.public)
HELD: Final = base64.b64encode(b"\x01" + LOG.public.public).decode()


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "a+b",
        PUBLIC[:-1],
        PUBLIC + "A",
        PUBLIC + "\n",
        PUBLIC.replace("f32a00a0", "f32a00a1"),
        PUBLIC.replace("f32a00a0", "F32A00A0"),
        PUBLIC.replace("test", "tost"),
        PUBLIC.replace("test", "te st"),
        PUBLIC.replace("AQ", "AA"),
        PUBLIC.replace("TG4", "TG5"),
        f"+f32a00a0+{HELD}",
        "a+f32a00a0+" + base64.b64encode(b"\1" * 32).decode(),
    ],
)
def test_a_public_key_in_another_form_is_refused(wrong: str) -> None:
    """Whatever is wrong with it: name, id, type, length or base64."""
    with pytest.raises(MalformedError):
        read_key(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        LOG.text().removeprefix("PRIVATE+"),
        LOG.text() + "\n",
        LOG.text().replace("f32a00a0", "f32a00a1"),
        LOG.text().replace("+AQ", "+Ag"),
        LOG.text()[:-4],
    ],
)
def test_a_private_key_in_another_form_is_refused_and_not_shown(wrong: str) -> None:
    """The message says nothing of what the text held."""
    with pytest.raises(InvalidInputError) as refused:
        SigningKey.read(wrong)
    assert wrong[-20:] not in str(refused.value) or not wrong


# ------------------------------------------------------------------------------------- notes


@given(st.binary(max_size=90), SEEDS)
def test_a_note_is_read_as_it_was_signed(words: bytes, seed: bytes) -> None:
    """Text and signatures; and the person who signed it is found among the keys that are known."""
    key = SigningKey("a.example", seed)
    text = base64.b64encode(words) + b"\n\nand more\n"
    note = read_note(bytes(signed(text, key, OTHER)))
    assert note == signed(text, key, OTHER)
    assert note.signers([key.public]) == {key.public}
    assert note.signers([key.public, OTHER.public]) == {key.public, OTHER.public}
    assert note.signers([LOG.public]) == frozenset()


@given(st.integers(0, len(NOTE) - 1), st.integers(1, 255))
def test_a_note_with_any_byte_changed_is_refused(at: int, by: int) -> None:
    """It is malformed, or signed by nobody who is known, or falsely."""
    wrong = bytearray(NOTE)
    wrong[at] ^= by
    with contextlib.suppress(MalformedError):
        assert read_note(bytes(wrong)).signers([LOG.public]) == frozenset()


SIGNATURE: Final = NOTE.partition(b"\n\n")[2]


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"\n",
        b"\n\n",
        bytes(CHECKPOINT),
        NOTE[:-1],
        NOTE + b"\n",
        NOTE.replace(b"\n\n", b"\n"),
        NOTE.replace(b"\n", b"\r\n"),
        NOTE.replace(b"rapid", b"rap\0id"),
        b"\xff" + NOTE,
        NOTE.replace("—".encode(), b"-"),
        NOTE.replace("— ".encode(), "—".encode()),
        NOTE + "— a.example\n".encode(),
        NOTE + "— a.example AAAAAA==\n".encode(),
        NOTE + "— a.example AAAAAAA\n".encode(),
        NOTE + "— a.example AAAAAAB=\n".encode(),
        NOTE + "— a.example AAAA AAA=\n".encode(),
        NOTE + "— a+b AAAAAAA=\n".encode(),
        NOTE + "—  AAAAAAA=\n".encode(),
        NOTE + SIGNATURE,
        NOTE + b"".join(f"— a{n} AAAAAAA=\n".encode() for n in range(64)),
    ],
)
def test_a_note_in_another_form_is_refused(wrong: bytes) -> None:
    """Nothing is passed over in silence, least of all a line that is no signature."""
    with pytest.raises(MalformedError):
        read_note(wrong)


def test_a_note_may_have_64_signatures_and_no_more() -> None:
    """The log's own and 63 others."""
    others = [f"— a{number} AAAAAAA=\n".encode() for number in range(64)]
    assert len(read_note(NOTE + b"".join(others[:63])).signatures) == 64
    with pytest.raises(MalformedError, match="more than 64 signatures"):
        read_note(NOTE + b"".join(others))


def test_the_text_ends_at_the_last_blank_line() -> None:
    """So a text may hold blank lines itself."""
    text = b"one\n\n\ntwo\n"
    assert read_note(bytes(signed(text, LOG))).text == text


def test_a_false_signature_by_a_known_key_is_refused() -> None:
    """Even where another known key signed the note: one of the two is lied about."""
    forged = signed(b"another text\n", OTHER).signatures
    note = cosigned(read_note(NOTE), *forged)
    assert note.signers([LOG.public]) == {LOG.public}
    with pytest.raises(MalformedError, match=r"signature labelled safeguarding\.example/other"):
        note.signers([LOG.public, OTHER.public])


# ------------------------------------------------------------------------------ cosignatures


def test_a_witness_signs_the_checkpoint_and_the_time() -> None:
    """21 May 2020, 16:00 in London, in seconds since 1970."""
    note = read_note(NOTE)
    both = cosigned(note, WITNESS.sign(note.text, at=1_590_073_200))
    assert read_note(bytes(both)).signers([WITNESS.public]) == {WITNESS.public}
    assert both.signatures[1].data[:8] == (1_590_073_200).to_bytes(8)
    assert cosigned(both, WITNESS.sign(note.text, at=1_590_073_201)) == both
    assert WITNESS.sign(note.text).data[:8] == bytes(8)


def test_the_golden_cosignature_is_accepted() -> None:
    """Its text is that of C2SP's tlog-cosignature, put together by hand."""
    by_hand = b"cosignature/v1\ntime 1590073200\n" + bytes(CHECKPOINT)
    signature = WITNESS.sign(bytes(CHECKPOINT), at=1_590_073_200).data[8:]
    held = Ed25519PublicKey.from_public_bytes(WITNESS.public.public)
    held.verify(signature, by_hand)
    with pytest.raises(InvalidSignature):
        held.verify(signature, by_hand + b"x")


@pytest.mark.parametrize("data", [b"1", bytes(8), bytes(72), b"\xff" * 72])
def test_a_cosignature_without_a_true_time_and_signature_is_refused(data: bytes) -> None:
    """Too short, not signed, or of a time that eight bytes cannot hold."""
    note = read_note(NOTE)
    line = WITNESS.sign(note.text)
    wrong = type(line)(line.name, line.id, data)
    with pytest.raises(MalformedError):
        cosigned(note, wrong).signers([WITNESS.public])


@pytest.mark.parametrize("at", [-1, 1 << 63])
def test_a_witness_signs_no_time_that_cannot_be(at: int) -> None:
    """Before 1970, or beyond what the form holds."""
    with pytest.raises(MalformedError, match="out of range"):
        WITNESS.sign(b"text\n", at=at)


# ------------------------------------------------------------------------------- checkpoints


@given(NAMES, st.integers(0, (1 << 63) - 1), SEEDS)
def test_a_checkpoint_is_read_as_it_was_written(origin: str, size: int, root: bytes) -> None:
    """Origin, size and root, a line each."""
    checkpoint = Checkpoint(origin, size, root)
    assert read_checkpoint(bytes(checkpoint)) == checkpoint


TEXT: Final = bytes(CHECKPOINT)


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"\xff" + TEXT,
        TEXT[:-1],
        TEXT + b"more\n",
        TEXT.replace(b"\n2\n", b"\n02\n"),
        TEXT.replace(b"\n2\n", b"\n-2\n"),
        TEXT.replace(b"\n2\n", "\n٢\n".encode()),
        TEXT.replace(b"\n2\n", b"\n9223372036854775808\n"),
        TEXT.replace(b"test", b"te st"),
        TEXT.replace(b"AAEC", b"AAE"),
        TEXT.replace(b"Hh8=", b"Hh9="),
        TEXT.replace(b"AAEC", b""),
    ],
)
def test_a_checkpoint_in_another_form_is_refused(wrong: bytes) -> None:
    """There are no further lines: nobody could say what they mean."""
    with pytest.raises(MalformedError):
        read_checkpoint(wrong)
