"""Ten bugs in sealing, and the law that must find each."""

import hashlib
from typing import Any, Final

from rapid_review.domain.sealed_words import WordsToSeal
from rapid_review.store.sealing.scope_key import ScopeKey
from tests.kit.seeding import Bug, always, instead

_SEALING: Final = "SealingConformance."


def _in_plain(sections: Any, collected: Any, words: Any) -> Any:  # noqa: ANN401 - as it is
    said = sections(collected, words)
    return {**said, "token": words.text} if isinstance(words, WordsToSeal) else said


def _token_of_the_words(_: Any, key: ScopeKey, path: str, words: str) -> str:  # noqa: ANN401 - as it is
    del key
    return hashlib.sha256(f"{path}\n{words}".encode()).hexdigest()[:22]


def _same_nonce(init: Any, sealer: Any, keys: Any, **given: Any) -> None:  # noqa: ANN401 - as it is
    init(sealer, keys, **{**given, "chance": bytes})


def _not_kept(_: Any, sealer: Any, rows: Any) -> None:  # noqa: ANN401 - as it is
    del rows
    for of, key in dict(sealer.keys._new).items():  # noqa: SLF001 - what is seeded lies inside
        sealer.keys._keep_at_hand(of, key)  # noqa: SLF001 - likewise


def _not_destroyed(*_: Any, **__: Any) -> None:  # noqa: ANN401 - as it is
    return None


IN_SEALING: Final = (
    Bug(
        "words-for-tokens",
        "The words themselves are in the public text, in the place of their token.",
        "store.sealing.sections:Sections.__call__",
        instead(_in_plain),
        _SEALING + "test_no_word_is_stored_in_plain",
    ),
    Bug(
        "tokens-without-a-key",
        "A token is a hash of the words, the same in every case: anyone who guesses them is sure.",
        "store.sealing.scope_key:ScopeKey.token",
        instead(_token_of_the_words),
        _SEALING + "test_what_is_stored_tells_nothing_of_the_same_words",
    ),
    Bug(
        "one-nonce-for-all",
        "Every section is sealed with the same nonce.",
        "store.sealing.sealer:Sealer.__init__",
        instead(_same_nonce),
        _SEALING + "test_nothing_is_drawn_twice",
    ),
    Bug(
        "lengths-are-told",
        "Words are sealed without padding: the length of a name can be counted.",
        "store.sealing.envelope:_BLOCK",
        lambda _: 1,
        _SEALING + "test_the_length_of_words_tells_little",
    ),
    Bug(
        "seals-are-not-looked-at",
        "Anyone who alters a row and has no keys is not found out.",
        "store.sealing.envelope:mac_holds",
        always(value=True),
        _SEALING + "test_an_altered_row_opens_nothing",
    ),
    Bug(
        "keys-are-not-kept",
        "A key is used before it is on the disk, and then never put there.",
        "store.sealing.sealer:Sealer.prepare",
        instead(_not_kept),
        _SEALING + "test_words_are_opened_as_they_were_said",
    ),
    Bug(
        "everything-is-opened",
        "The person who asks for some words is given all.",
        "store.sealing.entry_words:Opens.__call__",
        always(value=True),
        _SEALING + "test_only_what_is_asked_for_is_opened",
    ),
    Bug(
        "readings-are-not-recorded",
        "Words are opened, and the access log does not know.",
        "store.access.log:AccessLog.record",
        always(None),
        _SEALING + "test_each_reading_is_on_record",
    ),
    Bug(
        "an-entrys-key-stays",
        "The key of an erased entry can still be reached from that of its scope.",
        "store.sealing.scope_key:ScopeKey.without",
        instead(lambda _, key, _version: key),
        _SEALING + "test_the_words_of_an_erased_entry_open_nowhere",
    ),
    Bug(
        "keys-come-back",
        "Nobody compares record and key store before words are opened.",
        "store.sealing.fence:must_stand",
        always(None),
        _SEALING + "test_keys_that_were_brought_back_open_nothing",
    ),
)
