"""What the text of a leaf says, and what the stored body of its row names."""

import json
from typing import Final

import pytest

from rapid_review.audit.log.leaf import entry_of
from rapid_review.audit.verify import LeafEntry, MalformedError, read_entry, references_in

STREAM: Final = "00000000000000000000000000000001"
TEXT: Final = entry_of(STREAM, 2, "CaseClosed", b"{}", bytes(32))


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        TEXT[:-1],
        TEXT + b"\n",
        TEXT.replace(b"/v1", b"/v2"),
        TEXT.replace(b"\n2\n", b"\n02\n"),
        TEXT.replace(b"\n2\n", b"\n1\n"),
        TEXT.replace(b"0" * 64, b"-"),
        TEXT.replace(b"0" * 64, b"0" * 63),
        TEXT.replace(b"CaseClosed", b"\xff"),
        TEXT.replace(b"CaseClosed", b""),
        TEXT.replace(b"\n", b"\r\n"),
    ],
)
def test_a_text_in_another_form_is_no_leaf(wrong: bytes) -> None:
    """There is one form, so that nothing can be said in two ways."""
    with pytest.raises(MalformedError):
        read_entry(wrong)
    assert read_entry(TEXT) == LeafEntry(
        STREAM, 2, "CaseClosed", TEXT.split(b"\n")[4].decode(), "0" * 64
    )


def test_a_reference_is_read_only_where_events_name_terms_or_calendars() -> None:
    """A digest of anything else, or in words, names no file; nor does what is no event."""
    words = {"digest": "sha256:" + "1" * 64, "words": '"terms":{"digest":"sha256:"}'}
    deep = {"replacement": [{"terms": {"id": "a", "digest": words["digest"], "rule_set": 1}}]}
    for said in (words, {"terms": words["digest"]}, {"calendar": {"digest": 1}}):
        assert references_in(json.dumps(said).encode()) == set()
    assert references_in(json.dumps(deep).encode()) == {("terms/a.toml", "1" * 64)}
    for body in (b'[digest"', b'digest"' + b"[" * 100_000, b'"digest"\xff'):
        assert references_in(body) == set()
