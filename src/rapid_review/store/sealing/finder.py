"""Find words of a case by their token, to seal them again in another entry."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from rapid_review.domain.sealed_words import SECTION, TOKEN
from rapid_review.store.sealing import envelope
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.place import Place
from rapid_review.store.sealing.scope_key import Destroyed


def may_take_over(rows: Iterable[bytes]) -> bool:
    """Return whether words of a case may be sealed again: not after an erasure was approved."""
    # Otherwise words that must be erased would survive in another entry, or come back through a
    # key that another process still has in memory.
    return not any(_APPROVED in envelope.public_part(body) for body in rows)


def of_entry(rows: Sequence[bytes], version: int) -> tuple[bytes, ...]:
    """Return the bodies of an entry, and of its corrections."""
    corrects = b'"version":%d,' % version
    own = rows[version - 1 : version]
    return (*own, *(one for one in rows if _CORRECTED in one and corrects in _event(one)))


def _event(body: bytes) -> bytes:
    public = envelope.public_part(body)
    # The entry's own version comes before its event, and is not the one that is looked for.
    return public[public.find(b'"event":') :]


_APPROVED: Final = b'"kind":"ErasureApproved"'
_CORRECTED: Final = b'"kind":"RecordCorrected"'


def found_in(
    keys: Keys, stream: str, rows: Sequence[bytes], token: str, *, scope: str, path: str
) -> str | Destroyed | None:
    """Return the words that a token of a case stands for; None if no entry of it holds them.

    Words of another scope or another field are not found.

    Args:
        keys: the keys of the record.
        stream: the case's stream, in hexadecimal.
        rows: the bodies of its entries.
        token: the token of the words.
        scope: the scope in which they are sealed now, and will be again.
        path: the field that holds them now, and will again.

    Raises:
        KeysError: the keys are not available.
        RecordError: the entry that holds them was altered.
    """
    for body in rows:
        # Most bodies do not hold the token, and searching bytes costs far less than reading JSON.
        if b'"%b"' % token.encode() not in body:
            continue
        row = envelope.read(body)
        public, tokens = _with_tokens(row.public)
        place = Place(stream, public["version"], public["event"]["kind"])
        at = next((at for at, (one, _) in enumerate(tokens) if one == token), None)
        if at is None:  # these bytes are not a token here
            continue
        section = tokens[at][1]
        index = sum(other == section for _, other in tokens[:at])
        sealed = row.sections[section]
        named = keys.named(sealed.key_id)
        # Otherwise a name that few may read could be copied, by its token, to where more may.
        if named is None or named[0] != scope:
            return None
        _, key = named
        if isinstance(key, Destroyed):
            return key
        if (entry_key := key.of_entry(place.version)) is None:
            return keys.erased_entry(sealed.key_id, place.version)
        words = envelope.opened_section(place, scope, row.public, sealed, entry_key)[index]
        # The path is part of a token, so the same words in another field have another token.
        return words if key.token(path, words) == token else None
    return None


def _with_tokens(public: bytes) -> tuple[Any, list[tuple[str, int]]]:
    """Return a body, and each token in it with the section it names, in their order."""
    tokens: list[tuple[str, int]] = []

    def noted(one: dict[str, Any]) -> dict[str, Any]:
        if one.keys() == {TOKEN, SECTION}:
            tokens.append((one[TOKEN], one[SECTION]))
        return one

    return json.loads(public, object_hook=noted), tokens
