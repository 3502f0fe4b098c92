"""The register of exports: append-only like every case, beside them, and taken for none."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.audit.log.signing import Signer
from rapid_review.audit.verify import Files, verify
from rapid_review.domain.errors import CaseNotFoundError, ClockError, InvalidInputError
from rapid_review.store import RapidReviews
from rapid_review.store.ledger.bundle import bundle_of_case, bundle_of_log
from rapid_review.store.log.body import stream_id
from rapid_review.store.log.streams import EXPORTS
from rapid_review.store.store import Store
from rapid_review.store.writing.exports_register import register
from rapid_review.store.writing.metadata import RecordingTime
from rapid_review.testing.wording import ANY_WORDS, worded_alike
from tests.domain.a_review import CLOSED, KENT, RECEIVE, at, changed
from tests.golden.entries import EXPORT
from tests.store.a_ledger import KEY, TRUST
from tests.store.a_read_model import all_of, from_entries
from tests.store.a_record import CASE, TEAM, HandSetClock, kent_in, reviews_in, send_all

LATER = changed(EXPORT, at=at("2021-05-04 09:00"), recipient="national-panel")


def test_exports_are_registered_one_after_the_other(store: Store) -> None:
    """Each with who gave it out and why; an empty register has none."""
    reviews = kent_in(store)
    assert reviews.exports() == ()
    made = [
        reviews.export_made(export, by=TEAM, purpose="statutory review")
        for export in (EXPORT, LATER)
    ]
    assert reviews.exports() == tuple(made)
    assert [(one.version, one.event) for one in made] == [(1, EXPORT), (2, LATER)]
    assert {(one.by, worded_alike(one).purpose) for one in made} == {(TEAM, ANY_WORDS)}


def test_a_register_that_a_clock_stamped_ahead_takes_no_export(store: Store) -> None:
    """Nothing is to be disclosed that is not registered; a case may still be recorded in."""
    clock = HandSetClock("2027-11-23 12:00")
    reviews = reviews_in(store, terms=KENT, clock=clock)
    reviews.export_made(EXPORT, by=TEAM, purpose="statutory review")
    clock.now = at("2026-11-23 12:00")
    with pytest.raises(ClockError, match="nothing was recorded in 'register-of-exports'"):
        reviews.export_made(LATER, by=TEAM, purpose="statutory review")
    assert len(reviews.exports()) == 1
    assert len(send_all(reviews, RECEIVE)) == 4


def test_a_case_is_not_changed_by_being_given_out(store: Store) -> None:
    """And the register is no case: nothing that goes through cases meets it."""
    reviews = kent_in(store)
    recorded = send_all(reviews, *CLOSED)
    reviews.export_made(EXPORT, by=TEAM, purpose="statutory review")
    after = send_all(reviews, changed(RECEIVE, reference="CSPR-2"), case="KM-2")
    assert reviews.references() == (CASE, "KM-2")
    assert reviews.history(CASE) == recorded
    assert tuple(store.all_entries()) == recorded + after


def test_the_read_model_passes_the_register_over(store: Store) -> None:
    """It is neither taken in as a case nor set aside as one that cannot be read."""
    reviews = kent_in(store)
    reviews.export_made(EXPORT, by=TEAM, purpose="statutory review")
    send_all(reviews, RECEIVE)
    reviews.export_made(LATER, by=TEAM, purpose="statutory review")
    read_model = reviews.read_model()
    read_model.catch_up()
    assert read_model.quarantined() == ()
    assert [one.reference for one in read_model.cases()] == [CASE]
    assert all_of(read_model) == from_entries(reviews)


def test_no_case_has_the_reference_of_the_register(store: Store) -> None:
    """Whether or not there is an export yet, it can be neither opened, imported nor read."""
    reviews = kent_in(store)
    for _ in range(2):
        for asked in (reviews.case, reviews.history):
            with pytest.raises(InvalidInputError, match="reserved for the register of exports"):
                asked(EXPORTS)
        with pytest.raises(InvalidInputError, match="reserved for the register of exports"):
            send_all(reviews, RECEIVE, case=EXPORTS)
        imported = reviews.import_histories([(EXPORTS, [EXPORT])], by=TEAM)
        assert [reference for reference, _ in imported.refused] == [EXPORTS]
        reviews.export_made(EXPORT, by=TEAM, purpose="statutory review")
    assert len(reviews.exports()) == 2


def test_a_partnership_has_its_own_register(store: Store) -> None:
    """Two partnerships in one store do not see what the other gave out."""
    kent_in(store).export_made(EXPORT, by=TEAM, purpose="statutory review")
    elsewhere = KENT.model_copy(update={"partnership": "elsewhere"})
    reviews = RapidReviews(store, terms=elsewhere, clock=lambda: LATER.at)
    assert reviews.exports() == ()
    with pytest.raises(CaseNotFoundError):
        reviews.history(CASE)


def test_the_register_is_in_the_bundle_of_the_log_and_is_no_case_s(
    store: Store, tmp_path: Path
) -> None:
    """What was disclosed is proved as what was recorded is; its bundle as of a case is refused."""
    reviews = kent_in(store)
    send_all(reviews, RECEIVE)
    made = reviews.export_made(EXPORT, by=TEAM, purpose="statutory review")
    signer = Signer.start(KEY, tmp_path / "signed")
    reviews.ledger().checkpoint(signer)
    assert reviews.ledger().verify(TRUST).findings == []
    files = dict(bundle_of_log(reviews.ledger(), signer, with_proof=True))
    assert verify(Files(frozenset(files), files.__getitem__), TRUST).findings == []
    register_of = stream_id("kent-and-medway", EXPORTS).hex
    (kept,) = store.exports(made.partnership)
    assert kept == made
    assert f"state/{register_of}/1" in files
    with pytest.raises(InvalidInputError, match="a bundle of the whole log proves it"):
        bundle_of_case(reviews, EXPORTS, signer)


@pytest.mark.parametrize("purpose", ["", "for Jane, of 4 May"])
def test_a_purpose_is_a_few_plain_words(store: Store, purpose: str) -> None:
    """Nothing is registered under another, and the words are not repeated."""
    reviews = kent_in(store)
    with pytest.raises(InvalidInputError) as refused:
        reviews.export_made(EXPORT, by=TEAM, purpose=purpose)
    assert "Jane" not in str(refused.value)
    assert reviews.exports() == ()


def test_two_who_export_at_once_are_both_registered(tmp_path: Path) -> None:
    """A concurrency conflict is run again: every export has a number of its own."""
    path = tmp_path / "record.db"
    Store.on_sqlite(path, unsealed=True).close()

    def exported(recipient: str) -> list[int]:
        export = changed(EXPORT, recipient=recipient)
        with closing(Store.on_sqlite(path, unsealed=True)) as store:
            return [
                register(
                    store,
                    "kent-and-medway",
                    export,
                    by=TEAM,
                    purpose="trial",
                    time=RecordingTime(at(when)),
                ).version
                for when in ("2026-11-23 12:00", "2026-11-23 12:01", "2026-11-23 12:02")
            ]

    with ThreadPoolExecutor(2) as workers:
        numbers = [n for made in workers.map(exported, ["one", "other"]) for n in made]
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]
