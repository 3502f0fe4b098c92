"""A name in every sealed field of every kind of event comes out nowhere without its key.

Commands, a history that is imported, what is refused, what is invalid, exports, pages, bundles,
the read model: what lies on the disk, what is printed, and what is raised.
"""

import pickle
import shutil
from collections.abc import Iterator
from contextlib import chdir, closing
from copy import deepcopy
from pathlib import Path
from traceback import format_exception
from typing import Any, Final

import pytest
from pydantic import ValidationError

from rapid_review.domain.commands import FindCriteriaNotMet
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import InvalidInputError, KeysError
from rapid_review.domain.events import EVENTS
from rapid_review.domain.sealed_scopes import words_in
from rapid_review.store.store import Store
from tests.cli.a_terminal import typed
from tests.domain.a_review import RECEIVE
from tests.golden.entries import ENTRIES, WORDS
from tests.golden.sealed import SEALED, sealed_body
from tests.golden.write import FOLDER
from tests.projections.canaries import CANARY, CODED, with_canaries
from tests.store.a_record import CASE, TEAM, kent_in
from tests.store.sealing.a_sealed_place import SealedPlace
from tests.store.sealing.a_whole_record import WHOLE, recorded_in

HIDDEN: Final = (CANARY, "Jane", "Canary", CODED)


def none_in(text: object) -> None:
    """Hold that neither the name nor a part of it is in a text, as it is or as JSON has it."""
    told = text if isinstance(text, bytes) else str(text).encode(errors="surrogatepass")
    for hidden in HIDDEN:
        assert hidden.encode() not in told


def none_on_the_disk(folder: Path) -> None:
    """Hold that no file below a folder holds it, in UTF-8 or in UTF-16."""
    files = [one for one in folder.rglob("*") if one.is_file()]
    assert files
    for file in files:
        held = file.read_bytes()
        none_in(held)
        assert CANARY.encode("utf-16-le") not in held, file.name


def told_of(error: BaseException) -> Iterator[object]:
    """Yield all that is shown of an error: itself, what it holds, its causes, its traceback."""
    yield from (str(error), repr(error), error.args, "".join(format_exception(error)))
    yield from (repr(vars(one)) for one in (error, error.__cause__, error.__context__) if one)
    if isinstance(error, ValidationError):
        yield from (error.errors(), error.json())


def test_every_kind_with_words_is_among_what_is_recorded(sealed: SealedPlace) -> None:
    """Whatever kind of event has a sealed field, deep inside or not: the name was in it."""
    with_words = {
        kind
        for kind, entry in ENTRIES.items()
        if CANARY in with_canaries(entry.event).model_dump_json()
    }
    assert len(with_words) > 20
    with closing(sealed.opened(sealed.keys())) as store:
        list(recorded_in(store, replaced=True))
        recorded = {one.event.kind for one in store.all_entries() if list(words_in(one))}
    by_two = {kind for kind in with_words if kind.startswith(("Erasure", "Hold", "Correction"))}
    assert recorded == with_words - by_two


def test_no_file_holds_what_was_recorded(sealed: SealedPlace) -> None:
    """The record, its `-wal` before it is emptied and after, the read model, a copy, the keys."""
    folder = sealed.folder.parent
    with closing(sealed.opened(sealed.keys())) as store:
        errors = list(recorded_in(store, replaced=True))
        assert (folder / "record.db-wal").stat().st_size > 0
        none_on_the_disk(folder)
        kent_in(store).read_model().rebuild()
        none_on_the_disk(folder)
        for file in list(folder.glob("record.db*")):  # as a process that was killed leaves it
            shutil.copy(file, folder / file.name.replace("record", "killed"))
        for error in errors:
            for told in told_of(error):
                none_in(told)
    with closing(Store.on_sqlite(folder / "killed.db", unsealed=True)) as store:
        assert list(store.all_entries())
    none_on_the_disk(folder)


def test_no_entry_shows_what_was_recorded(sealed: SealedPlace) -> None:
    """Neither what recording it answered, nor what is read; nor a copy that goes elsewhere."""
    with closing(sealed.opened(sealed.keys())) as store:
        answered = kent_in(store).handle(CASE, with_canaries(RECEIVE), by=TEAM)
        list(recorded_in(store))
        for entry in (*answered, *store.all_entries()):
            for told in shown_of(entry):
                none_in(told)


def shown_of(entry: Entry) -> Iterator[object]:
    """Yield all that may come out where an entry is shown, kept or sent."""
    yield from (repr(entry), str(entry), entry.model_dump_json(), repr(entry.model_dump()))
    yield from (pickle.dumps(entry), repr(deepcopy(entry)), f"{entry}")
    for one in words_in(entry):
        yield from (repr(one.words), str(one.words), f"{one.words}", pickle.dumps(one.words))


INVALID: Final[list[tuple[str, dict[str, Any]]]] = [
    ("an unknown field", {"words": CANARY, CANARY: CANARY}),
    ("an object in the place of words", {"because": {CANARY: CANARY}}),
    ("a list in the place of words", {"because": [CANARY]}),
    ("words with a control character", {"because": f"{CANARY}\ud800"}),
    ("words that are too long", {"because": f"{CANARY} " * 10_000}),
    ("a token of one's own", {"because": {"~": CANARY, "k": 0}}),
    ("a token and more", {"because": {"~": "A" * 22, "k": 0, CANARY: CANARY}}),
]


@pytest.mark.parametrize("wrong", [one for _, one in INVALID], ids=[one for one, _ in INVALID])
def test_invalid_input_is_not_repeated(sealed: SealedPlace, wrong: dict[str, Any]) -> None:
    """Whatever is in the place of words: refused, and shown nowhere."""
    said = {"at": "2020-05-05T10:00:00Z", **wrong}
    with closing(sealed.opened(sealed.keys())) as store:
        reviews = kent_in(store)
        reviews.handle(CASE, with_canaries(RECEIVE), by=TEAM)
        with pytest.raises((ValidationError, InvalidInputError)) as caught:
            reviews.handle(CASE, FindCriteriaNotMet.model_validate(said), by=TEAM)
        for told in told_of(caught.value):
            none_in(told)
    none_on_the_disk(sealed.folder.parent)


def test_recording_without_keys_says_no_word(sealed: SealedPlace) -> None:
    """Nor does the error that is behind it."""
    with closing(sealed.opened(sealed.keys())):
        pass
    with (
        closing(sealed.opened(None)) as store,
        pytest.raises(KeysError) as caught,
    ):
        kent_in(store).handle(CASE, with_canaries(RECEIVE), by=TEAM)
    for told in told_of(caught.value):
        none_in(told)
    none_on_the_disk(sealed.folder.parent)


def test_nothing_that_is_printed_or_made_at_a_terminal_holds_it(sealed: SealedPlace) -> None:
    """Pages, figures, bundles, verification with the keys, and of an altered row too."""
    folder = sealed.folder.parent
    with closing(sealed.opened(sealed.keys())) as store:
        list(recorded_in(store))
    store_option = ("--store", "record.db")
    keys = ("--keys", "elsewhere/keys.db", "--key-file", "elsewhere/key")
    asked = [
        ("show", WHOLE, *store_option),
        ("timeline", WHOLE, *store_option, "--json"),
        ("report", "case", WHOLE, *store_option, "-o", "page.html"),
        ("export", "csv", *store_option, "-o", "figures"),
        ("audit", "key", "--origin", "example/reviews", *store_option, "-o", "k"),
        ("audit", "bundle", *store_option, "--key", "k", "-o", "bundle"),
        ("audit", "bundle", WHOLE, *store_option, "--key", "k", "-o", "bundle.zip"),
        ("audit", "verify", *store_option, *keys),
        ("db", "backup", "copy.db", *store_option),
    ]
    with chdir(folder):
        for one in asked:
            result = typed(*one)
            assert result.exit_code in {0, 4}, (one, result.output)
            none_in(result.output)
        none_on_the_disk(folder)
        sealed.intruder.alter(
            lambda rows: [rows[0].with_state(b"CSPR-2020-07", b"CSPR-2020-08"), *rows[1:]]
        )
        result = typed("audit", "verify", *store_option, *keys)
    assert result.exit_code == 4
    assert "section 1 of its words does not open with the key of this entry" in result.stdout
    none_in(result.output)


@pytest.mark.parametrize("kind", EVENTS)
def test_no_sealed_body_of_any_kind_holds_its_words(kind: str) -> None:
    """Of golden bytes and of others; where a kind has none, there is no section."""
    entry = ENTRIES[kind]
    made = sealed_body(entry.model_copy(update={"event": with_canaries(entry.event)}))
    none_in(made)
    for file in (FOLDER / SEALED).glob(f"v*/{kind}.body"):
        held = file.read_bytes()
        for words in (WORDS, "Zoë", "at home, 2nd floor", "Report «draft»", "a narrower scope"):
            assert words.encode() not in held
