"""Find words of a case by their token, to seal them again in another entry."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, cast

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
        public = json.loads(row.public)
        place = Place(stream, public["version"], public["event"]["kind"])
        tokens = list(_tokens(public))
        at = next((at for at, (one, _) in enumerate(tokens) if one == token), None)
        if at is None:  # these bytes are not a token here
            continue
        section = tokens[at][1]
        index = sum(other == section for _, other in tokens[:at])
        sealed = row.sections[section]
        found_scope, key = keys.named(sealed.key_id) or ("", None)
        # Otherwise a name that few may read could be copied, by its token, to where more may.
        if found_scope != scope:
            continue
        # Once an erasure was approved, one entry alone is asked for; see `may_take_over`.
        if key is None or isinstance(key, Destroyed):
            return key
        if (entry_key := key.of_entry(place.version)) is None:
            return keys.erased_entry(sealed.key_id, place.version)
        words = envelope.opened_section(place, scope, row.public, sealed, entry_key)[index]
        # The path is part of a token, so the same words in another field have another token.
        if key.token(path, words) == token:
            return words
    return None


def _tokens(value: object) -> Iterator[tuple[str, int]]:
    """Yield each token in a body and the section it names, in their order."""
    if isinstance(value, dict):
        found = cast("dict[str, object]", value)
        if found.keys() == {TOKEN, SECTION}:
            yield cast("str", found[TOKEN]), cast("int", found[SECTION])
        else:
            for inner in found.values():
                yield from _tokens(inner)
    elif isinstance(value, list):
        for inner in cast("list[object]", value):
            yield from _tokens(inner)
