"""What holds wherever words are sealed: a class of tests to inherit from.

    class TestOurKeyService(SealingConformance):
        def opens(self, folder: Path, clock: Clock) -> Opens:
            ...  # with a key service, a key store or a database of one's own

Each test is one law, and its docstring says it. The names and words in it are invented.
"""

from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Final

import pytest

from rapid_review.domain import commands as ask
from rapid_review.domain.case import Case
from rapid_review.domain.erasure_particulars import Erased
from rapid_review.domain.errors import KeysError, RecordError, Refused
from rapid_review.domain.events import ImmediateActionRecorded, NotificationReceived
from rapid_review.domain.printable import counted
from rapid_review.domain.sealed_words import ERASED, WITHHELD, SealedWords
from rapid_review.domain.vocabulary import Child
from rapid_review.store.backends.ports import StoredRow
from rapid_review.testing.assertions import hold, same
from rapid_review.testing.sealed_handle import NAME, SAID, SECRETS, Alter, Sealed
from rapid_review.testing.wiring import Clock, HandSetClock
from rapid_review.testing.wiring_laws import ACT, AT, CASE

Opens = Callable[[], Sealed]
"""Opens one more handle on the same sealed store, as another process would."""

_IDENTITY: Final = "event.children.0.identity"
_WORDS: Final = "event.words"


class SealingConformance:
    """What holds for every sealed store, whichever service wraps its keys."""

    def opens(self, folder: Path, clock: Clock) -> Opens:
        """Return what opens handles on one new, sealed and empty store; to be overridden.

        Each handle needs keys, and an access log in a store of its own; see `Sealed.of`.

        Args:
            folder: an empty folder for its files.
            clock: what it must date entries by.
        """
        raise NotImplementedError(
            f"{type(self).__name__} does not say how its store is opened; override `opens`"
        )

    def at_rest(self, folder: Path) -> Iterable[bytes]:
        """Return all that is stored on a disk: by default every file of the folder."""
        return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]

    def key_store(self, folder: Path) -> Path | None:
        """Return the file of the key store, if it could be restored from a backup."""
        del folder
        return None

    # ------------------------------------------------------------------------------- in the rows

    def test_no_word_is_stored_in_plain(self, tmp_path: Path) -> None:
        """Names, words and purposes are in no row, not in the access log, and in no file."""
        with self._handles(tmp_path) as (one, _):
            one.record()
            one.words()
            one.ask(CASE, ask.CorrectRecord(at=AT, version=one.record(), because=SAID))
            rows = [row[4] for row in one.store.opened.rows.after(0, 1_000)]
            log = [row[4] for row in one.access.opened.rows.after(0, 1_000)]
            for secret in SECRETS:
                found = [
                    secret.encode() in kept for kept in (*rows, *log, *self.at_rest(tmp_path))
                ]
                hold(not any(found), f"{secret!r} is stored in plain")

    def test_what_is_stored_tells_nothing_of_the_same_words(self, tmp_path: Path) -> None:
        """The same words have different tokens in each case, and different bytes in each entry."""
        with self._handles(tmp_path) as (one, _):
            cases = ("S-1", "S-2", "S-3")
            for case in cases:
                one.record(case)
            acted = [_action_in(one, case).words for case in cases]
            named = [_child_in(one.reviews.case(case)).identity for case in cases]
            for words in (acted, named):
                tokens = {word.token for word in words if isinstance(word, SealedWords)}
                same(len(tokens), len(cases), "how many tokens the same words have in three cases")
            sections = [part for case in cases for part in one.sections(case)]
            sealed = {bytes(part.sealed) for part in sections}
            same(len(sealed), len(sections), "how many sealed texts differ")

    def test_nothing_is_drawn_twice(self, tmp_path: Path) -> None:
        """Every section has a nonce of its own; a repeated nonce would open both sections."""
        with self._handles(tmp_path) as (one, other):
            for number, handle in enumerate((one, other, one, other)):
                handle.record(f"S-{number}", words=f"{SAID} {number}")
            nonces = [part.nonce for number in range(4) for part in one.sections(f"S-{number}")]
            hold(len(nonces) > 4, "too little was sealed to say anything")  # noqa: PLR2004 - cases
            same(len(set(nonces)), len(nonces), "how many nonces differ")

    def test_the_length_of_words_tells_little(self, tmp_path: Path) -> None:
        """A sealed name of three letters has as many bytes as one of thirty."""
        with self._handles(tmp_path) as (one, _):
            lengths = set[int]()
            for number, name in enumerate(("Ann", "Maximilian", "x" * 30)):
                one.record(f"S-{number}", name=name, words="w" * (3 + number))
                lengths |= {len(part.sealed) for part in one.sections(f"S-{number}")}
            same(len(lengths), 1, "how many lengths are distinguished")

    def test_an_altered_row_opens_nothing(self, tmp_path: Path) -> None:
        """It makes no difference which byte was altered: of its public text, words or seal."""
        with self._handles(tmp_path) as (one, _):
            one.record()
            for how, alter in _ALTERATIONS.items():
                altered = one.seen_through(alter)
                hold(altered.bodies() != one.bodies(), f"no row was altered to have {how}")
                _must_open_nothing(altered, how)

    # ------------------------------------------------------------------------------------ opened

    def test_words_are_opened_as_they_were_said(self, tmp_path: Path) -> None:
        """They open in the process that recorded them, in another process, and after a restart."""
        opens = self.opens(tmp_path, HandSetClock())
        with closing(opens()) as one, closing(opens()) as other:
            acted = one.record()
            for handle in (one, other):
                same(handle.words()[0][_IDENTITY], NAME, "the name")
                same(handle.words()[acted - 1][_WORDS], SAID, "the words")
        with closing(opens()) as later:
            same(later.words()[0][_IDENTITY], NAME, "the name, after a restart")
            same(later.words()[acted - 1][_WORDS], SAID, "the words, after a restart")

    def test_only_what_is_asked_for_is_opened(self, tmp_path: Path) -> None:
        """A reader of a case's words reads no names, and a reader of names no other words."""
        with self._handles(tmp_path) as (one, _):
            acted = one.record()
            words = one.words(scopes=("case",))
            same(words[0][_IDENTITY], WITHHELD, "a name that nobody asked for")
            same(words[acted - 1][_WORDS], SAID, "the words of the case")
            names = one.words(scopes=("person",))
            same(names[0][_IDENTITY], NAME, "the name that was asked for")
            same(names[acted - 1][_WORDS], WITHHELD, "the words that nobody asked for")

    def test_each_reading_is_on_record(self, tmp_path: Path) -> None:
        """Once for each time, with who read, and in the log of another process as well."""
        with self._handles(tmp_path) as (one, other):
            acted = one.record()
            for number, handle in enumerate((one, other, one), start=1):
                handle.words(version=acted)
                for log in (one, other):
                    same(len(log.reviews.readings(CASE)), number, "readings on record")

    # ------------------------------------------------------------------------------------ erased

    def test_the_words_of_an_erased_entry_open_nowhere(self, tmp_path: Path) -> None:
        """They open neither in the process that erased them nor after a restart; all others do."""
        opens = self.opens(tmp_path, HandSetClock())
        with closing(opens()) as one:
            acted = one.record()
            one.words()
            one.erase(_erasure_order(what=Erased.ENTRY, of_entry=acted))
            _must_be_erased(one, acted)
            same(one.words()[0][_IDENTITY], NAME, "a name that was not erased")
        with closing(opens()) as later:
            _must_be_erased(later, acted)
            same(later.words()[0][_IDENTITY], NAME, "a name that was not erased")

    def test_the_words_of_an_erased_case_open_nowhere(self, tmp_path: Path) -> None:
        """The words of other cases still open."""
        opens = self.opens(tmp_path, HandSetClock())
        with closing(opens()) as one:
            one.record("S-2")
            acted = one.record()
            one.words()
            one.erase(_erasure_order(what=Erased.CASE))
            _must_be_erased(one, acted)
            same(one.words()[0][_IDENTITY], ERASED, "the name in an erased case")
        with closing(opens()) as later:
            _must_be_erased(later, acted)
            same(later.words("S-2")[0][_IDENTITY], NAME, "the name in the case beside it")

    def test_an_erased_case_takes_no_new_words(self, tmp_path: Path) -> None:
        """No key is made in place of one that was destroyed, by this process or another."""
        opens = self.opens(tmp_path, HandSetClock())
        again = ACT.model_copy(update={"action": "A-2"})
        with closing(opens()) as one:
            one.record()
            one.erase(_erasure_order(what=Erased.CASE))
            _must_take_no_words(one, again)
        with closing(opens()) as later:
            _must_take_no_words(later, again)

    def test_keys_that_were_brought_back_open_nothing(self, tmp_path: Path) -> None:
        """A key store from before an erasure opens no words until the erasure is repeated."""
        kept = self.key_store(tmp_path)
        if kept is None:
            pytest.skip("no keys were brought back from a backup; override `key_store`")
        opens = self.opens(tmp_path, HandSetClock())
        with closing(opens()) as one:
            acted = one.record()
        before = {path: path.read_bytes() for path in _files_of(kept)}
        with closing(opens()) as one:
            one.erase(_erasure_order(what=Erased.ENTRY, of_entry=acted))
        for path in _files_of(kept):
            if path not in before:
                path.unlink()
        for path, content in before.items():
            path.write_bytes(content)  # in place, so that the file's permissions stay as they were
        with closing(opens()) as later:
            try:
                found = later.words()
            except KeysError:
                return
            raise AssertionError(
                f"keys from before an erasure opened {counted(len(found), 'entry')}"
            )

    # ------------------------------------------------------------------------------------------

    @contextmanager
    def _handles(self, folder: Path) -> Generator[tuple[Sealed, Sealed], None, None]:
        with ExitStack() as opened:
            opens = self.opens(folder, HandSetClock())
            yield opened.enter_context(closing(opens())), opened.enter_context(closing(opens()))


def _erasure_order(**changes: object) -> ask.ProposeErasure:
    given = {
        "at": AT,
        "order": "E-1",
        "ground": "recorded-in-error",
        "because": "another's",
        **changes,
    }
    return ask.ProposeErasure.model_validate(given)


def _action_in(handle: Sealed, case: str) -> ImmediateActionRecorded:
    (acted,) = handle.reviews.case(case).all(ImmediateActionRecorded)
    return acted


def _child_in(case: Case) -> Child:
    return case.all(NotificationReceived)[0].children[0]


def _must_be_erased(handle: Sealed, version: int) -> None:
    same(handle.words()[version - 1][_WORDS], ERASED, "words that were erased")


def _must_take_no_words(handle: Sealed, command: ask.Command) -> None:
    before = len(handle.bodies())
    try:
        handle.ask(CASE, command)
    except Refused:
        same(len(handle.bodies()), before, "how many entries an erased case has")
        return
    raise AssertionError("new words were recorded in a case that was erased")


def _must_open_nothing(handle: Sealed, how: str) -> None:
    try:
        found = handle.words()
    except RecordError:
        return
    raise AssertionError(f"a row with {how} was opened, with {len(found)} other entries")


def _files_of(kept: Path) -> list[Path]:
    return sorted(kept.parent.glob(f"{kept.name}*"))


def _with_another_due_day(row: StoredRow) -> bytes:
    """Move the day on which a clock is due; no words are in such a row."""
    return row[2].replace(b'"due":"2026-12', b'"due":"2027-12')


def _with_another_action(row: StoredRow) -> bytes:
    return row[2].replace(b'"action":"A-1"', b'"action":"A-7"')


def _with_a_flipped_bit(at: int) -> Alter:
    def alter(row: StoredRow) -> bytes:
        body = bytearray(row[2])
        body[at] ^= 1
        return bytes(body)

    return alter


_ALTERATIONS: Final = {
    "another due day": _with_another_due_day,
    "another public text": _with_another_action,
    "another seal": _with_a_flipped_bit(-1),
    "another sealed byte": _with_a_flipped_bit(-40),
}
"""What somebody who can write to the disk may alter."""
