"""Whose cases a store is for: its partnerships, each with the terms that were listed for it.

A store that lists none takes the cases of any partnership, as older stores without a list do. A
store that lists some takes only their cases, so that no case is filed under another partnership.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from rapid_review.domain.clauses import RECORD
from rapid_review.domain.errors import InvalidInputError, Refused, listed
from rapid_review.domain.terms.terms import Terms
from rapid_review.store.backends.failures import AsStorageErrors
from rapid_review.store.backends.ports import Opened, Writer
from rapid_review.store.log.body import stream_id
from rapid_review.store.sql import side_tables

TRAINING: Final = "training"
"""Stands in the place of an id of terms in a training store; no terms have this id."""


class Listed(NamedTuple):
    """A partnership of a store.

    Attributes:
        partnership: its code.
        terms: the id of terms that were listed for it.
        digest: SHA-256 over the bytes of their file.
    """

    partnership: str
    terms: str
    digest: str


class Partnerships:
    """The partnerships of a store.

    Args:
        opened: the store.
    """

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._known: tuple[Listed, ...] | None = None

    def listed(self) -> tuple[Listed, ...]:
        """Return every listed partnership with its terms, by name; a store may list none.

        Raises:
            StorageError: the store cannot be read.
        """
        self._known = tuple(one for one in self._rows() if one.terms != TRAINING)
        return self._known

    def _rows(self) -> tuple[Listed, ...]:
        is_there = side_tables.PARTNERSHIPS in self._opened.tables.names()
        rows = self._opened.tables.rows(side_tables.LISTED_PARTNERSHIPS) if is_there else ()
        return tuple(Listed(*row) for row in rows)

    @property
    def is_training(self) -> bool:
        """Whether this is a training store, whose cases are invented.

        Raises:
            StorageError: the store cannot be read.
        """
        return any(one.terms == TRAINING for one in self._rows())

    def mark_as_training(self, terms: Terms) -> None:
        """Make the store a training store, for good.

        Raises:
            InvalidInputError: something is recorded in it, which may be a real case.
            StorageError: the store cannot be read or written.
        """
        if self.is_training:
            return
        if self._opened.rows.last_position():
            raise InvalidInputError(
                "the store already has entries, which may be of a real case, so it cannot "
                "become a training store. Give the name of a file that does not exist yet"
            )
        self.add(terms)
        row = Listed(terms.partnership, TRAINING, "")
        self._opened.tables.write(lambda writer: _insert(writer, row, is_there=True))

    def must_be_real(self) -> None:
        """Check that the cases of the store are real, before anything is disclosed from it.

        Raises:
            Refused: the store is a training store.
            StorageError: the store cannot be read.
        """
        if self.is_training:
            raise Refused(
                RECORD,
                "nothing can be disclosed from this store: it is a training store, and its "
                "cases are invented",
                "Disclose from the store of the real cases: name it with --store.",
            )

    def add(self, terms: Terms) -> None:
        """List the partnership of some terms; earlier rows of the list stay.

        Raises:
            InvalidInputError: other bytes are listed under the id of these terms.
            StorageError: the store cannot be read or written.
        """
        row = Listed(terms.partnership, terms.id, terms.digest)
        for one in self.listed():
            if (one.partnership, one.terms) == row[:2] and one.digest != terms.digest:
                raise InvalidInputError(
                    f"terms {terms.id} are listed with digest {one.digest}, and the file given "
                    f"has digest {terms.digest}. If it is another edition, give it another id"
                )
        is_there = side_tables.PARTNERSHIPS in self._opened.tables.names()
        self._opened.tables.write(lambda writer: _insert(writer, row, is_there=is_there))
        self._known = None

    def must_hold(self, terms: Terms) -> None:
        """Check that the store takes the cases of the partnership that some terms belong to.

        Raises:
            InvalidInputError: it lists partnerships, and that partnership is not among them.
            StorageError: the store cannot be read.
        """
        found = self.listed()
        if found and terms.partnership not in {one.partnership for one in found}:
            theirs = "; ".join(f"{one.partnership} (--terms {one.terms})" for one in found)
            raise InvalidInputError(
                f"terms {terms.id} belong to partnership {terms.partnership}, and this store to "
                f"{theirs}. Name the terms of one of these, or add the other partnership with "
                f"`rapid-review db init --terms {terms.id}`"
            )

    def must_not_be_elsewhere(self, case: str, terms: Terms) -> None:
        """Check that a case which is not found is not a case of another partnership of this store.

        Args:
            case: the case's reference.
            terms: the terms under which it was looked for.

        Raises:
            InvalidInputError: it is; the message names the partnership.
            StorageError: the store cannot be read.
        """
        known = self.listed() if self._known is None else self._known
        others = [one for one in known if one.partnership != terms.partnership]
        if not others or self._has_case(terms.partnership, case):
            return
        found = {one.partnership for one in others if self._has_case(one.partnership, case)}
        if found:
            named = (one.terms for one in others if one.partnership in found)
            raise InvalidInputError(
                f"case {case} belongs to partnership {listed(found)}, and terms {terms.id} to "
                f"{terms.partnership}. Name the terms of the case: --terms "
                f"{' or '.join(named)}. A case of {terms.partnership} needs another reference"
            )

    def _has_case(self, partnership: str, case: str) -> bool:
        with AsStorageErrors("read"):
            return bool(self._opened.rows.of(stream_id(partnership, case)))


def _insert(writer: Writer, row: Sequence[str], *, is_there: bool) -> bool:
    if not is_there:
        writer.execute(side_tables.CREATE_PARTNERSHIPS)
    writer.insert(side_tables.INSERT_PARTNERSHIP, [tuple(row)])
    return True
