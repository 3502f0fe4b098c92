"""Children counted by characteristics: each case asked, recorded, then opened; and counted once.

What is printed is held to a count of what was told, made without a record, a case or a key.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from traceback import format_exception
from typing import Final

import pytest

from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import AccessLogError, InvalidInputError, RecordError, StorageError
from rapid_review.domain.vocabulary import Actor, AgeBand, Child
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics.characteristics import Characteristic
from rapid_review.projections.statistics.disclosure import NOTHING, Treatment
from rapid_review.projections.statistics.periods import ALL_MONTHS, By, Span
from rapid_review.projections.statistics.published import Published
from rapid_review.projections.statistics.selection import Selection
from rapid_review.projections.statistics.tables import Mark
from rapid_review.store import RapidReviews
from rapid_review.store.authority.without_a_file import Everybody
from rapid_review.store.sealing.opening import keys_in_memory
from rapid_review.store.store import Store
from tests.domain.a_review import ERASE, KENT, LINK, RECEIVE, TO_ERASE, at, changed
from tests.projections.canaries import CODED
from tests.store.a_record import CASE, TEAM, HandSetClock, kent_in, reviews_in, send_all
from tests.store.access.an_access_log import (
    CLERK,
    EXPERT,
    MEMBER,
    POLICE,
    CountingKeys,
    FailingStore,
    counting_keys,
    read_in,
)
from tests.store.sealing.a_sealed_place import SealedPlace

SEX: Final = Characteristic.SEX
CASES: Final = tuple(f"KM-2020-{number:03}" for number in range(1, 41))
AS_OF: Final = AsOf(read_on=at("2026-11-23 12:00").date())


def selection(
    by: By = By.SPAN,
    treatment: Treatment | None = None,
    as_of: AsOf = AS_OF,
    months: Span = ALL_MONTHS,
) -> Selection:
    """Return what is selected of Kent's cases: all in one row, if nothing is said."""
    treatment = treatment or Treatment(suppress_below=5)
    return Selection(KENT, KENT.clocks["rapid-review"], by, as_of, months, treatment)


def notified(*sexes: str | None, day: str = "2020-05-04", number: int = 1) -> ask.Command:
    """Return a notification of so many children, each of whom a sex is recorded, or none is."""
    children = tuple(
        Child(reference=f"C-{place}", age_band=AgeBand.UNDER_1, sex=sex)
        for place, sex in enumerate(sexes, start=1)
    )
    when = at(f"{day} 09:30")
    return changed(
        RECEIVE, at=when, panel_notified_at=None, reference=f"PRN-{number}", children=children
    )


def corrected(
    reviews: RapidReviews, *sexes: str | None, case: str = CASE, day: str = "2020-09-01"
) -> None:
    """Record that the sexes of the children of a case are others."""
    entries = reviews.history(case)
    other = changed(entries[0].event, children=dict(notified(*sexes))["children"])
    correction = ask.CorrectRecord(
        at=at(f"{day} 09:00"), version=1, because="misread", replacement=other
    )
    send_all(reviews, correction, case=case)


def counted(found: Published) -> Mapping[str, object]:
    """Return the total row of what is printed, by kind."""
    (one,) = found.tables
    table = one.table
    return {**dict(zip(table.columns, table.total.parts, strict=True)), "": table.total.whole}


def sexes_in(reviews: RapidReviews, asked: Selection | None = None) -> Mapping[str, object]:
    """Return the children by sex, as a member counts them."""
    return counted(reviews.figures_by(SEX, asked or selection(), by=MEMBER, purpose="figures"))


def erased(store: Store, case: str, child: str = "C-1") -> None:
    """Erase what is kept about a child of a case."""
    recording = kent_in(store)
    send_all(recording, changed(TO_ERASE, of_person=child), case=case)
    recording.handle(case, ERASE, by=POLICE)
    recording.erase(case, ERASE.order, by=POLICE)


def test_what_is_printed_is_what_was_told(kept: Store) -> None:
    """Of 40 cases with corrections and erasures, counted without a record: the same numbers."""
    random = Random(20)  # noqa: S311 - the same in every run
    kinds = ("female", "male", "male", None, "x")
    naive = Counter[tuple[str, str]]()
    recording, reviews = kent_in(kept), read_in(kept)
    for number, case in enumerate(CASES):
        month = random.choice(("2020-05", "2020-08"))
        children = [random.choice(kinds) for _ in range(random.choice((1, 1, 2)))]
        said = notified(*children, day=f"{month}-04", number=number)
        send_all(recording, said, case=case)
        if random.random() < 0.3:
            children = [random.choice(kinds) for _ in children]
            corrected(recording, *children, case=case)
        kinds_now = [one or "(not recorded)" for one in children]
        if children[0] and random.random() < 0.3:
            erased(kept, case)
            kinds_now[0] = "(erased)"
        naive.update((month, one) for one in kinds_now)
    (one,) = reviews.figures_by(SEX, selection(By.MONTH), by=MEMBER, purpose="x").tables
    printed = [row for row in one.table.rows if row.whole]
    assert [row.label for row in printed] == ["2020-05", "2020-08"]
    numbers = 0
    for row in printed:
        assert row.whole == sum(n for (month, _), n in naive.items() if month == row.label)
        for kind, value in zip(one.table.columns, row.parts, strict=True):
            if value is Mark.UNKNOWN:
                assert naive[row.label, kind] == 0
            elif not isinstance(value, Mark):
                numbers += 1
                assert value == naive[row.label, kind], kind
    assert numbers > 6


def test_the_latest_word_on_a_child_is_counted_and_no_earlier_one_is_opened(kept: Store) -> None:
    """What retracts a correction brings back what it had replaced."""
    recording, reviews = kent_in(kept), read_in(kept)
    send_all(recording, notified(*["female"] * 6))
    corrected(recording, *["male"] * 6)
    assert sexes_in(reviews)["male"] == 6
    corrects = next(
        one.version
        for one in recording.history(CASE)
        if isinstance(one.event, did.RecordCorrected)
    )
    assert [one.event.versions for one in reviews.readings()] == [(corrects,)]
    retracted = ask.CorrectRecord(at=at("2020-09-02 09:00"), version=corrects, because="it was so")
    send_all(recording, retracted)
    assert sexes_in(reviews)["female"] == 6
    assert reviews.readings()[-1].event.versions == (1,)


def test_what_was_known_of_a_child_on_a_day_is_counted_as_of_that_day(kept: Store) -> None:
    """As recorded by then, what was put right later is as it was believed; and as happened."""
    clock = HandSetClock("2020-05-04 12:00")
    recording = reviews_in(kept, terms=KENT, clock=clock, authorizer=Everybody())
    send_all(recording, notified(*["female"] * 6))
    clock.now = at("2020-09-01 12:00")
    corrected(recording, *["male"] * 6)
    reviews = read_in(kept)
    for day, as_of, version in (
        ("female", AS_OF._replace(recorded_by=at("2020-08-01 12:00")), 1),
        ("male", AS_OF._replace(recorded_by=at("2020-09-02 12:00")), None),
        ("male", AS_OF._replace(happened_by=at("2020-05-05 12:00")), None),
    ):
        assert sexes_in(reviews, selection(as_of=as_of))[day] == 6
        assert version is None or reviews.readings()[-1].event.versions == (version,)
    before = selection(as_of=AS_OF._replace(happened_by=at("2020-05-03 12:00")))
    assert sexes_in(reviews, before)[""] == 0


@pytest.mark.parametrize("sealed", [True, False])
def test_a_case_is_read_once_and_only_for_statistics(*, sealed: bool) -> None:
    """The entry that tells of the children, by whom and why; in a store that is sealed or not."""
    store = Store.in_memory(keys_in_memory() if sealed else None)
    reviews = read_in(store)
    send_all(kent_in(store), notified(*["female"] * 5))
    assert sexes_in(reviews)["female"] == 5
    (reading,) = reviews.readings()
    assert (reading.entry.by, reading.entry.purpose) == (MEMBER, "figures")
    assert (reading.event.versions, reading.event.opened) == ((1,), ("statistics",))
    assert reading.event.withheld == ("case", "person")


def test_nothing_is_read_of_a_case_of_which_nothing_is_counted(kept: Store) -> None:
    """Of another month, a duplicate, or with no code recorded: no reading, and nothing opened."""
    recording, reviews = kent_in(kept), read_in(kept)
    send_all(recording, notified(*["female"] * 5, day="2020-08-04"), case=CASES[0])
    send_all(recording, notified(*[None] * 5, day="2020-05-04", number=2), case=CASES[1])
    send_all(recording, notified(*["male"] * 5, day="2020-05-05", number=3), case=CASES[2])
    link = changed(LINK, at=at("2020-05-06 09:00"), process="duplicate-of", reference=CASES[1])
    send_all(recording, link, case=CASES[2])
    found = sexes_in(reviews, selection(months=Span("2020-05", "2020-06")))
    assert found == {"(not recorded)": 5, "(withheld)": 0, "(erased)": 0, "": 5}
    assert reviews.readings() == ()


def test_what_was_erased_is_counted_as_erased(kept: Store) -> None:
    """The child is not dropped, and a kind that nobody is seen to be of is unknown, not 0."""
    recording, reviews = kent_in(kept), read_in(kept)
    for number, case in enumerate(CASES[:12]):
        send_all(recording, notified("female", number=number), case=case)
    for case in CASES[:5]:
        erased(kept, case)
    found = sexes_in(reviews)
    assert (found["female"], found["(erased)"], found[""]) == (7, 5, 12)


@pytest.mark.parametrize("reader", [CLERK, EXPERT, TEAM])
def test_who_may_not_read_counts_all_as_withheld(reader: Actor) -> None:
    """Nothing is opened, and each refusal is on record; how many children there are is public."""
    keys = counting_keys()
    store = Store.in_memory(keys)
    reviews = read_in(store)
    send_all(kent_in(store), notified(*["female"] * 5, None, None, None, None, None))
    asked_before = keys.asked_for
    found = counted(reviews.figures_by(SEX, selection(), by=reader, purpose="figures"))
    assert found == {"(not recorded)": 5, "(withheld)": 5, "(erased)": 0, "": 10}
    assert keys.asked_for == asked_before
    assert (reviews.readings(), len(reviews.refusals())) == ((), 1)


def test_without_a_key_all_is_withheld_and_no_reading_is_recorded(sealed: SealedPlace) -> None:
    """There was none; the children are counted, and the codes are absent."""
    sealed.record(lambda reviews: send_all(reviews, notified(*["female"] * 5)))
    with closing(sealed.opened(None)) as store:
        reviews = read_in(store)
        found = sexes_in(reviews)
        assert found == {"(not recorded)": 0, "(withheld)": 5, "(erased)": 0, "": 5}
        assert (reviews.readings(), reviews.refusals()) == ((), ())


def test_each_case_is_on_record_before_it_is_opened(tmp_path: Path) -> None:
    """Where the access log is full from the third case on, two were opened, and no figure is."""
    keys = counting_keys()
    store = Store.in_memory(keys)
    access = RecordingStore.on_sqlite(tmp_path / "record.access", unsealed=True)
    for number, case in enumerate(CASES[:5]):
        send_all(kent_in(store), notified("female", number=number), case=case)
    access.keys_asked, before = keys, keys.asked_for
    access.full_after = 2
    with closing(read_in(store, access, Everybody())) as reviews:
        with pytest.raises(StorageError, match="full"):
            sexes_in(reviews)
        assert [one - before for one in access.noted] == [0, 1, 2]
        assert keys.asked_for - before == 2
        assert len(reviews.readings()) == 2


class RecordingStore(FailingStore):
    """An access log that notes how much was opened when each entry came, and fills up."""

    keys_asked: CountingKeys
    full_after = 0
    noted: tuple[int, ...] = ()

    def append(self, entries: Sequence[Entry]) -> None:
        """Append entries, until the disk is full."""
        self.noted = (*self.noted, self.keys_asked.asked_for)
        self.is_full = len(self.noted) > self.full_after
        super().append(entries)


def test_what_makes_no_sense_is_refused_before_anything_is_read(kept: Store) -> None:
    """Small numbers shown, no purpose, no seed, several partnerships, another's, no access log."""
    reviews = read_in(kept)
    send_all(kent_in(kept), notified(*["female"] * 5))
    for says, asked in (
        ("allowed: suppress", selection(treatment=NOTHING)),
        ("secret seed", selection(treatment=Treatment(perturb=True))),
        ("for one partnership at a time", selection(By.PARTNERSHIP)),
    ):
        with pytest.raises(InvalidInputError, match=says):
            sexes_in(reviews, asked)
    with pytest.raises(InvalidInputError, match="purpose"):
        reviews.figures_by(SEX, selection(), by=MEMBER, purpose="")
    with pytest.raises(AccessLogError, match="no access log"):
        sexes_in(kent_in(kept))
    assert reviews.readings() == ()


def test_without_a_solver_nothing_is_suppressed_and_nothing_is_read(
    kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The extra that brings it is named; where numbers are rounded none is needed."""
    monkeypatch.setitem(sys.modules, "rapid_review.projections.statistics.solver", None)
    monkeypatch.delattr("rapid_review.projections.statistics.solver", raising=False)
    reviews = read_in(kept)
    send_all(kent_in(kept), notified(*["female"] * 5))
    with pytest.raises(InvalidInputError, match="Install the extra 'suppression'"):
        sexes_in(reviews)
    assert reviews.readings() == ()
    assert sexes_in(reviews, selection(treatment=Treatment(round_to=5)))["female"] == 5


def test_a_case_that_cannot_be_read_is_told_and_passed_by(sealed: SealedPlace) -> None:
    """The others are counted; without somebody to tell, there is no figure."""

    def several(reviews: RapidReviews) -> None:
        for number, case in enumerate(CASES[:6]):
            send_all(reviews, notified("female", number=number), case=case)

    sealed.record(several)
    sealed.intruder.alter(lambda rows: [rows[0].with_state(b"kent-ics", b"kent-icz"), *rows[1:]])
    with closing(sealed.opened(sealed.keys())) as store:
        reviews, passed = read_in(store), list[str]()
        with pytest.raises(RecordError):
            sexes_in(reviews)
        found = reviews.figures_by(
            SEX,
            selection(),
            by=MEMBER,
            purpose="figures",
            unreadable=lambda row: passed.append(str(row)),
        )
        assert (counted(found)["female"], len(passed)) == (5, 1)


def test_no_code_comes_out_that_is_no_figure(sealed: SealedPlace) -> None:
    """Not in the figures of a code that one child has, the read model, the log, on the disk."""
    sealed.record(lambda reviews: send_all(reviews, notified(CODED, *["female"] * 8)))
    folder = sealed.folder.parent
    access = Store.on_sqlite(folder / "record.access", unsealed=True)
    with closing(sealed.opened(sealed.keys())) as store, closing(access):
        reviews = read_in(store, access)
        kent_in(store).read_model().rebuild()
        found = reviews.figures_by(SEX, selection(), by=MEMBER, purpose="figures")
        shown = [repr(found), repr(reviews.readings())]
        shown += [line for error in errors_of(reviews) for line in format_exception(error)]
        files = [one.read_bytes() for one in folder.rglob("*") if one.is_file()]
    assert len(files) > 3
    for text in (*(one.encode() for one in shown), *files):
        assert CODED.encode() not in text
        assert b"female" not in text or text == shown[0].encode()


def errors_of(reviews: RapidReviews) -> Iterator[Exception]:
    """Yield what is raised where figures cannot be made."""
    for asked in (selection(By.PARTNERSHIP), selection(treatment=Treatment(perturb=True))):
        with pytest.raises(InvalidInputError) as raised:
            sexes_in(reviews, asked)
        yield raised.value
