"""Golden bytes of sealed bodies: read for ever, and never written otherwise.

The files are in `tests/golden/sealed/`, one a kind and schema version; `tests/golden/write.py`
made them, by keys and chance that are fixed.
"""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from rapid_review.audit.verify import public_part, read_envelope
from rapid_review.domain.events import EVENTS
from rapid_review.domain.sealed_scopes import words_in
from rapid_review.store.log.codec import Codec
from rapid_review.store.sealing.entry_words import opened
from rapid_review.store.sealing.envelope import mac_holds
from rapid_review.store.sealing.place import Place
from tests.golden.entries import ENTRIES
from tests.golden.sealed import SEALED, STREAM, golden_keys, sealed_body
from tests.golden.write import FOLDER

CODEC: Final = Codec(is_sealed=True)
FILES: Final = sorted((FOLDER / SEALED).glob("v*/*.body"))
OF_NOW: Final = [one for one in FILES if one.parent.name == f"v{CODEC.schema_version(one.stem)}"]


def named(file: Path) -> str:
    """Return how a test of a file is called."""
    return f"{file.parent.name}/{file.stem}"


def test_every_kind_has_a_sealed_body_of_its_schema_version_of_now() -> None:
    """A new kind, or a new version of one, is not done before its bytes are kept here."""
    assert {one.stem for one in OF_NOW} == set(EVENTS)


@pytest.mark.parametrize("file", OF_NOW, ids=named)
def test_a_sealed_entry_is_written_in_its_golden_bytes(file: Path) -> None:
    """By the same keys, ids of keys and nonces."""
    assert sealed_body(ENTRIES[file.stem]) == file.read_bytes()


@pytest.mark.parametrize("file", FILES, ids=named)
def test_golden_bytes_are_replayed_without_a_key(file: Path) -> None:
    """Replay takes a shorter way through the bytes, and comes to the same event."""
    entry, body = ENTRIES[file.stem], file.read_bytes()
    read = CODEC.entry(file.stem, body)
    row = (entry.version, file.stem, body)
    assert list(CODEC.events([row], entry.partnership, entry.case)) == [read.event]


@pytest.mark.parametrize("file", FILES, ids=named)
def test_golden_bytes_are_opened_with_their_keys(file: Path) -> None:
    """Every word is there again, and the seal holds."""
    keys, body, said = golden_keys(), file.read_bytes(), ENTRIES[file.stem]
    place, envelope = Place(STREAM, said.version, file.stem), read_envelope(body)
    assert mac_holds(place, envelope, keys.row_key(envelope.epoch))
    read = CODEC.entry(file.stem, body)
    words = opened(keys, place, read, body)
    assert set(words) == {one.path for one in words_in(read)}
    for path, text in words.items():
        assert text == at(said, path)


def at(said: Any, path: str) -> object:  # noqa: ANN401 - whatever is there
    """Return what is in a statement under a path."""
    for part in path.split("."):
        said = said[int(part)] if isinstance(said, tuple) else getattr(said, part)
    return said


@pytest.mark.parametrize("file", FILES, ids=named)
def test_the_public_text_says_all_but_words_as_an_unsealed_body_does(file: Path) -> None:
    """A mark after the schema, and a token in the place of each text."""
    public = json.loads(public_part(file.read_bytes()))
    plain = json.loads((FOLDER / file.parent.name / f"{file.stem}.json").read_bytes())
    assert list(public)[:2] == ["schema", "sealed"]
    assert public.pop("sealed") == 1
    assert without_words(public, plain) == plain


def without_words(public: Any, plain: Any) -> object:  # noqa: ANN401 - any JSON
    """Return public JSON with the words of the plain one where it has tokens."""
    if isinstance(public, dict) and public.keys() == {"~", "k"}:
        assert isinstance(plain, str)
        return plain
    if isinstance(public, dict):
        return {key: without_words(value, plain[key]) for key, value in public.items()}
    if isinstance(public, list):
        return [without_words(*both) for both in zip(public, plain, strict=True)]
    return public
