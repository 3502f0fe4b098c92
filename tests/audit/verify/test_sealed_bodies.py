"""Bodies of which words are sealed: what the verifier that runs alone asks of them."""

from dataclasses import replace
from hashlib import sha256
from typing import Final

import pytest

from rapid_review.audit.log.bundle import Row
from rapid_review.audit.verify import (
    LeafEntry,
    MalformedError,
    Manifest,
    Section,
    is_marked_sealed,
    public_part,
    read_case,
    read_envelope,
    read_manifest,
    read_note,
)
from tests.audit.a_log import CASES, log_of, resigned, row, state, verified
from tests.store.a_ledger import found

_PLAIN: Final = row(CASES[0], 1)
SECTIONS: Final = (
    Section(bytes(16), 1, bytes(12), bytes(80)),
    Section(bytes([1]) * 16, 1, bytes([2]) * 12, bytes([10]) * 144),  # line feeds, all of it
)


def sealed_state(*sections: Section) -> bytes:
    """Return the body of a row as a sealed store would keep it."""
    public = _PLAIN.state.replace(b'{"schema":1,', b'{"schema":1,"sealed":1,')
    parts = b"".join(map(bytes, sections))
    return public + b"\n" + bytes((1, len(sections))) + parts + b"\x01" + bytes([7]) * 32


STATE: Final = sealed_state(*SECTIONS)
ENTRY: Final = LeafEntry(*_PLAIN[:3], sha256(STATE).hexdigest(), "-")


def test_a_sealed_body_is_taken_apart_as_it_was_put_together() -> None:
    """Whatever bytes are in it: only the first line feed counts."""
    envelope = read_envelope(STATE)
    assert envelope.sections == SECTIONS
    assert envelope.public == public_part(STATE)
    assert (envelope.epoch, envelope.mac) == (1, bytes([7]) * 32)
    assert envelope.sealed_by_mac + envelope.mac == STATE
    assert read_envelope(sealed_state()).sections == ()


def test_where_nothing_is_sealed_all_of_a_body_is_public() -> None:
    """And it does not say of itself that it is sealed."""
    assert public_part(_PLAIN.state) == _PLAIN.state
    assert (is_marked_sealed(STATE), is_marked_sealed(_PLAIN.state)) == (True, False)


@pytest.mark.parametrize(
    "wrong",
    [
        _PLAIN.state,
        public_part(STATE),
        public_part(STATE) + b"\n",
        STATE[:-1],
        STATE + b"\x00",
        STATE.replace(b"\n\x01\x02", b"\n\x02\x02", 1),
        STATE.replace(b"\n\x01\x02", b"\n\x01\x01", 1),
        STATE.replace(b"\n\x01\x02", b"\n\x01\x03", 1),
        STATE.replace(b"\x00\x00\x00\x50", b"\x00\x00\x00\x51", 1),
        STATE.replace(b"\x00\x00\x00\x50", b"\xff\xff\xff\xff", 1),
    ],
)
def test_what_has_not_the_form_of_a_sealed_body_is_refused(wrong: bytes) -> None:
    """Nothing follows, too much or too little, another format, or a length that is not so."""
    with pytest.raises(MalformedError, match="does not have the form of a sealed body"):
        read_envelope(wrong)


def test_no_beginning_of_a_sealed_body_is_one() -> None:
    """A row that was cut off anywhere is found."""
    for end in range(len(STATE)):
        with pytest.raises(MalformedError):
            read_envelope(STATE[:end])


def test_a_body_is_sealed_where_all_are_and_nowhere_else() -> None:
    """The manifest says which."""
    assert read_case(ENTRY, STATE, is_sealed=True) == CASES[0]
    assert read_case(ENTRY, _PLAIN.state) == CASES[0]
    with pytest.raises(MalformedError, match="its body is sealed; all other bodies are not"):
        read_case(ENTRY, STATE)
    with pytest.raises(MalformedError, match="its body is not sealed; all other bodies are"):
        read_case(ENTRY, _PLAIN.state, is_sealed=True)


def test_a_bundle_of_one_form_holds_no_body_of_the_other() -> None:
    """The person who has the log's key may call it otherwise, and is found."""
    sealed = Row(*_PLAIN[:3], STATE)
    for kept, says in ((sealed, False), (_PLAIN, True)):
        files = log_of([kept])
        told = read_manifest(read_note(files["manifest"]).text)
        manifest = bytes(state(bytes(replace(told, is_sealed=says))))
        first = found(verified({**files, "manifest": manifest}))[0]
        assert first.startswith(f"version 1 of stream {_PLAIN.stream} (leaf 0): its body is ")
        assert ("not sealed" in first) is says


def test_a_manifest_that_is_relabelled_is_not_signed() -> None:
    """The form is the first line of what the log's key signs."""
    files = log_of([_PLAIN])
    text = files["manifest"].replace(b"bundle/v1", b"bundle/v2")
    assert [one.partition(":")[0] for one in found(verified({**files, "manifest": text}))] == [
        "manifest"
    ]
    assert found(verified(resigned(files, {}))) == []
    assert Manifest("log", "x", 1, {}).is_sealed is False
