"""Words of commands become tokens before anything is decided; the text goes along, unseen."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from operator import is_
from typing import Final, Self, TypeVar

from pydantic import BaseModel

from rapid_review.domain.clauses import RECORD
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import InvalidInputError, KeysError, Refused, shown
from rapid_review.domain.record_particulars import CorrectionTarget
from rapid_review.domain.sealed_scopes import CASE, fields_with_words, scope_named, sealed_scopes
from rapid_review.domain.sealed_words import Scope, SealedWords, WordsToSeal
from rapid_review.domain.statement import sealed_fields, with_other
from rapid_review.store.sealing import envelope
from rapid_review.store.sealing.finder import found_in, may_take_over, of_entry
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.scope_key import Destroyed, ScopeKey

S = TypeVar("S", bound=BaseModel)


class AnyToken(SealedWords):
    """Equals any sealed words: the key is destroyed, so the words cannot be compared any more."""

    __slots__ = ()
    __hash__ = SealedWords.__hash__  # which a class loses by defining `__eq__`

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SealedWords)


_ANY: Final = AnyToken("", 0)


class CaseSealing:
    """Seals the words of one case, for one attempt to record in it.

    As a context it forgets the keys that it made, if its body fails.

    Args:
        keys: the keys of the record.
        stream: the case's stream, in hexadecimal.
        bodies: returns the bodies of the case's entries; called only if they are needed.
    """

    def __init__(self, keys: Keys, stream: str, bodies: Callable[[], Sequence[bytes]]) -> None:
        self.seals = True
        self._keys = keys
        self._stream = stream
        self._bodies = bodies
        self._again: bool  # these two are set whenever words are sealed
        self._proposed_in: int | None
        self._at_hand: dict[str, ScopeKey | Destroyed] = {}
        self._known: dict[tuple[str, str, object], WordsToSeal] = {}

    def __enter__(self) -> Self:
        """Do nothing: keys are forgotten at the end, if at all."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Forget the keys that were made, if the body of the `with` statement failed."""
        if kind is not None:
            self.forget_keys()

    def forget_keys(self) -> None:
        """Forget the keys that were made and are not stored yet: nothing is recorded."""
        self._keys.drop(self._stream)

    def sealed(
        self, statements: Iterable[S], *, again: bool = False, proposed_in: int | None = None
    ) -> tuple[S, ...]:
        """Return statements with tokens in place of their words, which go along unseen.

        A correction may take over sealed words of the entry that it corrects: they are sealed
        again in their new place, and the person who corrects a day need not read them. A proposal
        that is approved takes over its words in the same way.

        Args:
            statements: commands or events.
            again: whether the command was answered before; then words whose key is destroyed count
                as the same words, and words that are sealed already stay as they are.
            proposed_in: the entry that proposed what is now approved, if it is an approval; the
                caller has checked that no approved order erases that entry's words.

        Raises:
            InvalidInputError: words that are sealed elsewhere were given.
            KeysError: the case's entries name a key that is missing here, or no key is available.
            Refused: the words of that case, or person, were erased: no new ones are recorded.
        """
        self._again, self._proposed_in = again, proposed_in
        return tuple([self._through(one) for one in statements])

    def sealed_purpose(self, purpose: str | SealedWords) -> SealedWords:
        """Return the purpose of entries as a token; see `sealed`."""
        self._again, self._proposed_in = False, None
        return self._words(purpose, CASE, "purpose")

    def sealed_entry(self, entry: Entry) -> Entry:
        """Return an entry with the words of its event and its purpose sealed; see `sealed`."""
        (event,) = self.sealed([entry.event])
        why = None if entry.purpose is None else self.sealed_purpose(entry.purpose)
        return with_other(entry, {"event": event, "purpose": why})

    def _through(self, statement: S, path: str = "", corrected: int | None = None) -> S:
        """Return a statement with its words, and those of its parts, sealed.

        Args:
            statement: the statement.
            path: what the paths of its fields begin with.
            corrected: the entry that it replaces, whose words may be taken over.
        """
        sealed, inner = _plan(type(statement))
        changed: dict[str, object] = {}
        for name, scope in sealed:
            words = getattr(statement, name)
            # Words on their way stay as they are; those left behind are tokens, as in the record.
            if words is None or (type(words) is WordsToSeal and words.text is not None):
                continue
            of = scope_named(scope, statement)
            changed[name] = self._words(words, of, path + name, corrected)
        for name in inner:
            part = getattr(statement, name)
            new = self._inside(statement, part, f"{path}{name}.", corrected)
            if new is not part:
                changed[name] = new
        return with_other(statement, changed) if changed else statement

    def _words(
        self, words: str | SealedWords, scope: str, path: str, corrected: int | None = None
    ) -> SealedWords:
        """Return the token of words, which go along with it.

        Args:
            words: the words; or their token, if the entry that is corrected holds them.
            scope: whose key seals them.
            path: the names of the fields that lead to them.
            corrected: as for `_through`.
        """
        if self._again and not isinstance(words, str):
            return words  # what was recorded has the same token, whatever was erased since
        if (known := self._known.get((scope, path, words))) is not None:
            # Not the same object, which has the number of its section in one entry.
            return WordsToSeal(known.token, scope, known.text, known.key)
        text: str | Destroyed = (
            words if isinstance(words, str) else self._taken_over(words, scope, path, corrected)
        )
        if isinstance(text, Destroyed):
            return self._destroyed(scope, text)
        key = self._key(scope)
        if isinstance(key, Destroyed):
            return self._destroyed(scope, key)
        made = WordsToSeal(key.token(path, text), scope, text, key.id)
        self._known[scope, path, text] = made
        return made

    def _inside(
        self,
        statement: BaseModel,
        part: BaseModel | tuple[object, ...] | None,
        path: str,
        corrected: int | None,
    ) -> object:
        """Return what a field holds, with the words of the statements in it sealed."""
        if isinstance(statement, CorrectionTarget):
            # Its replacement is an event: the paths of its words begin there, wherever it is.
            path, corrected = "", statement.version
        if isinstance(part, BaseModel):
            return self._through(part, path, corrected)
        if part is None:
            return None
        news = tuple(
            [
                self._through(one, path, corrected) if isinstance(one, BaseModel) else one
                for one in part
            ]
        )
        return part if all(map(is_, news, part)) else news

    def _destroyed(self, scope: str, key: Destroyed) -> SealedWords:
        """Return what stands for words whose key is destroyed, if they were recorded before.

        Raises:
            Refused: the words are new.
        """
        if self._again:
            return _ANY
        raise _erased(scope, key)

    def _taken_over(
        self, words: SealedWords, scope: str, path: str, corrected: int | None
    ) -> str | Destroyed:
        """Return words that an earlier entry of the case holds, by their token."""
        rows: Sequence[bytes] = ()
        if self._proposed_in is not None:
            rows = [self._bodies()[self._proposed_in - 1]]
        elif corrected is not None and may_take_over(bodies := self._bodies()):
            rows = of_entry(bodies, corrected)
        found = found_in(self._keys, self._stream, rows, words.token, scope=scope, path=path)
        if found is None:
            raise InvalidInputError(
                f"{path}: these words are sealed. Give the readable text. A correction may keep "
                "the sealed words of the entry that it corrects, in the same field, unless an "
                "erasure was approved in the case"
            )
        return found

    def _key(self, scope: str) -> ScopeKey | Destroyed:
        found = self._at_hand.get(scope) or self._keys.of(self._stream, scope)
        if found is None:
            whole = None if scope == CASE else self._keys.of(self._stream, CASE)
            if isinstance(whole, Destroyed):
                return whole  # the case was erased, and with it all persons in it
            self._must_have_every_key()
            found = self._keys.made(self._stream, scope)
        self._at_hand[scope] = found
        return found

    def _must_have_every_key(self) -> None:
        """Check that no key of this case was lost, before a new one is made for it."""
        for body in self._bodies():
            for section in envelope.read(body).sections:
                if self._keys.named(section.key_id) is None:
                    raise KeysError(
                        f"the key store {self._keys.table.name} does not contain the keys of "
                        "this case's entries: it is older than the record, or belongs to "
                        "another record. Restore the key store that belongs to the record; a "
                        "lost key is never replaced with a new one"
                    )


def _erased(scope: str, key: Destroyed) -> Refused:
    whose = "this case" if scope == CASE else f"person {shown(scope[2:])} in this case"
    return Refused(
        RECORD,
        f"the step has words about {whose}, and order {shown(key.order_id)} erased all such "
        f"words on {key.at[:10]}",
        "If the record already has the step, do not record it again. Otherwise record it without "
        "words. If it is about another person, give that person another reference.",
    )


@cache
def _plan(model: type[BaseModel]) -> tuple[tuple[tuple[str, Scope], ...], tuple[str, ...]]:
    """Return the sealed fields of a statement with their scopes, and those with parts."""
    return sealed_scopes(model), _parts(model)


@cache
def _parts(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the fields of a statement that hold statements."""
    sealed = sealed_fields(model)
    return tuple(name for name in fields_with_words(model) if name not in sealed)
