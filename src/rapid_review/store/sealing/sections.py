"""The words of entries on their way into sections: collected, then left behind."""

from collections.abc import Iterable

from rapid_review.domain.entry import Entry
from rapid_review.domain.sealed_words import SECTION, TOKEN, SealedWords, WordsToSeal


class Sections:
    """The words of one entry that are to be sealed, collected while its public text is written.

    It raises no errors: pydantic, which calls it, would replace them with its own.

    Args:
        taken: filled with the words, to be left behind once they are sealed.

    Attributes:
        by_scope: by scope, the number of its section; the id of the key that made the tokens of
            its words, which is empty if several did; and the words, in the order of their fields.
        is_refused: whether there are words that are not sealed, or were sealed in another entry.
    """

    __slots__ = ("_taken", "by_scope", "is_refused")

    def __init__(self, taken: list[WordsToSeal]) -> None:
        self._taken = taken
        self.by_scope: dict[str, tuple[int, bytes, list[str]]] = {}
        self.is_refused = False

    def __call__(self, words: SealedWords | str) -> object:
        """Collect words; return what stands in their place."""
        if type(words) is not WordsToSeal or (text := words.text) is None:
            self.is_refused = True
            return None
        self._taken.append(words)
        scope = words.scope
        found = self.by_scope.get(scope)
        if found is None:
            number = len(self.by_scope)
            self.by_scope[scope] = number, words.key, [text]
        else:
            number, key, inside = found
            inside.append(text)
            if key != words.key:
                # Empty, the id of no key: `row` then raises, and the whole entry is sealed again.
                self.by_scope[scope] = number, b"", inside
        # Entries may share a purpose, which comes first: in each, its section is 0.
        words.section = number
        return {TOKEN: words.token, SECTION: number}


def leave_behind(taken: Iterable[WordsToSeal]) -> None:
    """Leave words behind: of their entries, only the tokens are left."""
    for words in taken:
        words.text = None


def as_if_recorded(entries: Iterable[Entry]) -> None:
    """Leave the words of entries behind as if they were recorded: for a rehearsal."""
    taken: list[WordsToSeal] = []
    for entry in entries:
        entry.__pydantic_serializer__.to_json(entry, context=Sections(taken))
    leave_behind(taken)
