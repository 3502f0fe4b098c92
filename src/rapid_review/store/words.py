"""The words of a partnership's cases, for those who may read them."""

from collections.abc import Sequence

from rapid_review.domain.errors import InvalidInputError, must_be
from rapid_review.domain.sealed_words import Scope
from rapid_review.domain.vocabulary import Actor
from rapid_review.projections.as_of import CaseHistory
from rapid_review.projections.views import with_words
from rapid_review.store.access.log import AccessLog
from rapid_review.store.access.reader import SCOPES, EntryRead, ReadRequest, WordsReader
from rapid_review.store.log.stream import Stream
from rapid_review.store.permitting import CasePermissions


class CaseWords(CasePermissions):
    """One partnership's cases, with their words for anyone who may read them."""

    def read(
        self,
        case: str,
        version: int | Sequence[int] | None = None,
        *,
        by: Actor,
        purpose: str,
        emergency: str | None = None,
        scopes: tuple[Scope, ...] = SCOPES,
    ) -> tuple[EntryRead, ...]:
        """Return entries of a case with their words; there is no other way to read words.

        First the permissions are checked, then the reading is recorded in the access log, and only
        then is anything opened. A refused reading is recorded as well. Words that this reader may
        not read, or whose key is not available, are `WITHHELD`; those whose key was destroyed are
        `ERASED`.

        Args:
            case: the case's reference.
            version: the entry, or several; None for all of them.
            by: who reads, as the host's login has it.
            purpose: why, in a few plain words.
            emergency: what the emergency is, as a code such as "child-at-risk": a role with that
                right can then open all words, and a second person of another agency reviews the
                reading within two working days.
            scopes: whose words are wanted; others are withheld, whatever the permissions say.

        Raises:
            Refused: the permissions do not allow it.
            CaseNotFoundError: there is no such case, or no such entry of it.
            InvalidInputError: the reference, the purpose or the code is not in the required form.
            AccessLogError: there is no access log.
            KeysError: the words are sealed, and the keys are not available.
            RecordError: the access log cannot be written, so nothing was opened; or the store
                cannot be read, or a row was altered.
        """
        versions = (version,) if isinstance(version, int) else tuple(version or ())
        if version is not None and not versions:  # a search that found none must not open all
            raise InvalidInputError(
                "version: names no entry, so no words can be read; give the number of an entry, "
                "or several. Leave it out to read all of the case"
            )
        for one in versions:
            must_be(int, "the number of an entry, or several", version=one)
        return self._read(ReadRequest(case, versions, by, purpose, emergency, scopes))

    def _read(self, asked: ReadRequest) -> tuple[EntryRead, ...]:
        """Return entries with their words, as `read` does."""
        stream = self._existing_stream(asked.case)
        log = self._log_for_reading(asked.purpose)
        reader = WordsReader(self._store, self.terms.partnership, self._gate, log)
        return reader.read(asked, stream.rows, self._facts(asked.case), self._record.time())

    def read_history(
        self,
        case: str,
        *,
        by: Actor,
        purpose: str,
        emergency: str | None = None,
        scopes: tuple[Scope, ...] = SCOPES,
    ) -> CaseHistory:
        """Return a case with the words that were opened in its sealed fields; see `read`.

        It is what a page with words is made from. Each field holds its words, or WITHHELD or
        ERASED: no rule and no clock reads them, so it is judged like the case without.

        Raises:
            TermsError: the terms of the case are not available.
            Refused, CaseNotFoundError, InvalidInputError, KeysError, RecordError: as for `read`.
        """
        read = self.read(case, by=by, purpose=purpose, emergency=emergency, scopes=scopes)
        return self.history_of(tuple(with_words(one.entry, one.words) for one in read))

    def _existing_stream(self, case: str) -> Stream:
        stream = self._streams.stream(self.terms.partnership, case)
        if not stream.rows:
            raise self._not_found(case)
        return stream

    def _log_for_reading(self, purpose: str) -> AccessLog:
        """Return the access log, after checking that a purpose is given to record in it."""
        log = self._access_log()
        if not purpose:
            raise InvalidInputError("purpose: is missing; state why you want to read the words")
        return log
