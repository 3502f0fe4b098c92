"""Words as the record has them: compared, carried about, and never read."""

import json
import pickle

import pytest
from pydantic import BaseModel, ValidationError

from rapid_review.domain.erasure_events import ErasureProposed
from rapid_review.domain.erasure_particulars import Erased
from rapid_review.domain.sealed_scopes import scope_named, sealed_scopes, whose, words_in
from rapid_review.domain.sealed_words import (
    ERASED,
    WITHHELD,
    SealedWords,
    WordsToSeal,
)
from rapid_review.domain.vocabulary import AgeBand, Child, Document
from rapid_review.domain.wording import whose_words
from tests.domain.a_review import TO_ERASE, recorded

CANARY = "Zebedee Quux"
TO_SEAL = WordsToSeal("token", "p:C-1", CANARY, b"key")


def child(identity: object) -> str:
    """Return a child in the JSON of the record."""
    return json.dumps({"reference": "C-1", "age_band": "under-1", "identity": identity})


def test_sealed_words_are_the_same_if_their_tokens_are() -> None:
    """Whatever section holds them, and whether they are about to be sealed or were."""
    assert SealedWords("token", 0) == SealedWords("token", 3) == TO_SEAL
    assert len({SealedWords("token", 0), SealedWords("token", 1), TO_SEAL}) == 1
    assert SealedWords("token", 0) != SealedWords("another", 0)
    assert SealedWords("token", 0) != "token"


def test_words_on_their_way_are_shown_nowhere_and_carried_nowhere() -> None:
    """A log, a traceback or another process gets the token at most."""
    assert repr(TO_SEAL) == str(TO_SEAL) == "(sealed)"
    carried = pickle.dumps(TO_SEAL)
    assert CANARY.encode() not in carried
    assert pickle.loads(carried) == TO_SEAL  # noqa: S301 - made in the line above
    named = Child(reference="C-1", age_band=AgeBand.UNDER_1, identity=TO_SEAL)
    assert CANARY not in f"{named!r} {named.model_dump_json()} {named.model_dump()}"


def test_what_stands_in_place_of_words_says_why() -> None:
    """Withheld from this reader, or gone for all."""
    assert (str(WITHHELD), repr(ERASED)) == ("(withheld)", "(erased)")


def test_a_stored_token_is_read_as_sealed_words_and_written_as_it_was() -> None:
    """So that whatever copies the public part of an entry changes nothing in it."""
    stored = child({"~": "abcdefghijklmnopqrstuv", "k": 2})
    read = Child.model_validate_json(stored)
    assert read.identity == SealedWords("abcdefghijklmnopqrstuv", 2)
    assert json.loads(read.model_dump_json())["identity"] == json.loads(stored)["identity"]
    assert [one.section for one in words_in(read)] == [2]


def test_who_writes_an_entry_says_what_stands_in_place_of_its_words() -> None:
    """As the codec does, which collects them for their sections."""
    taken: list[object] = []
    named = Child(reference="C-1", age_band=AgeBand.UNDER_1, identity=TO_SEAL)
    written = named.__pydantic_serializer__.to_json(named, context=taken.append)
    assert taken == [TO_SEAL]
    assert json.loads(written)["identity"] is None


@pytest.mark.parametrize(
    "given", [7, "", "  ", {}, {"~": "t"}, {"~": 1, "k": 0}, {"~": "t", "k": "0"}, ["t", 0]]
)
def test_what_is_neither_words_nor_a_token_is_refused_as_words_are(given: object) -> None:
    """One mistake is reported, and it does not speak of tokens."""
    with pytest.raises(ValidationError) as refused:
        Child.model_validate_json(child(given))
    (mistake,) = refused.value.errors()
    assert mistake["loc"] == ("identity",)
    assert mistake["type"] in {"string_type", "string_form"}


def test_the_json_schema_speaks_of_words_alone() -> None:
    """Anyone who sends a command sends words; only the record has tokens."""
    identity = Child.model_json_schema()["properties"]["identity"]
    assert [one.get("type") for one in identity["anyOf"]] == ["string", "null"]


class Unmarked(BaseModel):
    """A statement whose text somebody forgot to mark."""

    text: str = ""


def test_every_sealed_field_has_a_scope_and_an_unmarked_one_is_the_case_s() -> None:
    """A person's are by the person's reference."""
    assert dict(sealed_scopes(Child))["sex"] == "statistics"
    assert dict(sealed_scopes(Document)) == {"title": "case"}
    assert dict(sealed_scopes(Unmarked)) == {"text": "case"}
    named = Child(reference="C-1", age_band=AgeBand.UNDER_1)
    scopes = [scope_named(scope, named) for scope in ("case", "person", "statistics")]
    assert scopes == ["c", "p:C-1", "s:C-1"]


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ({}, "person C-1"),
        ({"what": Erased.ENTRY, "of_entry": 4, "of_person": None}, "entry 4"),
        ({"what": Erased.CASE, "of_person": None}, "the case"),
    ],
)
def test_an_order_says_whose_words_it_erases(told: dict[str, object], read: str) -> None:
    """An entry's, a person's or the case's."""
    proposed = recorded(ErasureProposed, TO_ERASE.model_copy(update=told))
    assert whose_words(proposed) == read


def test_whose_scope_it_is_is_said_in_words() -> None:
    """The codes of the key store are not for people."""
    assert whose("c") == "the case"
    assert whose("p:C-1") == "person C-1"
    assert whose("s:C-1") == "person C-1, for statistics"
