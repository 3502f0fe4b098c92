"""Published bytes never change: every version stays, and is found by its digest."""

from datetime import date
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Final

import pytest

from rapid_review import terms
from rapid_review.domain.vocabulary import TermsRef
from rapid_review.terms import errata, load, pinned, rule_sets

SHIPPED: Final = {
    line.split()[1]: line.split()[0]
    for line in (Path(__file__).parent / "published.sha256").read_text("utf-8").splitlines()
}
"""Written here once, when a file is published; nothing is ever changed or taken out."""


def test_every_file_that_was_ever_shipped_is_there_with_the_same_bytes() -> None:
    """A case, a due date and a bundle are pinned to them, for as long as records are kept."""
    package = files("rapid_review")
    there = {name: sha256(package.joinpath(name).read_bytes()).hexdigest() for name in SHIPPED}
    assert there == SHIPPED


def test_every_file_that_is_shipped_now_is_in_the_list() -> None:
    """What is published once is published for good, so the list names it from the first day."""
    package = Path(str(files("rapid_review")))
    now = {
        str(one.relative_to(package))
        for folder, ending in (("terms", "*.toml"), ("calendars", "*.json"))
        for one in (package / folder).rglob(ending)
    }
    assert now == SHIPPED.keys()


@pytest.mark.parametrize("terms_id", terms.available())
def test_shipped_terms_are_found_by_the_digests_of_their_bytes(terms_id: str) -> None:
    """What a case is pinned to is bytes, and no name."""
    assert pinned(load(terms_id).ref) == load(terms_id)


def test_a_case_under_a_superseded_rule_set_opens() -> None:
    """Of the guidance of June 2025 a first version was published, with another comment in it."""
    now = load("cambridgeshire-and-peterborough-2025-12")
    first = now.ref.model_copy(update={"rule_set_digest": f"sha256:{superseded()}"})
    found = pinned(first)
    assert found is not None
    assert found.ref == first
    assert found.national.limbs == now.national.limbs
    assert found.national.digest != now.national.digest


def superseded() -> str:
    """Return the digest of the version that was replaced."""
    (digest,) = (one for name, one in SHIPPED.items() if name.startswith("terms/superseded/"))
    return digest


def test_terms_that_nobody_published_are_not_found() -> None:
    """Neither by one digest without the other, nor by an id."""
    ref = load("kent-and-medway-2020-05").ref
    for key in ("digest", "rule_set_digest"):
        assert pinned(ref.model_copy(update={key: f"sha256:{'0' * 64}"})) is None
    other = TermsRef(**{**ref.model_dump(), "id": "another"})
    assert pinned(other) is None


def test_the_end_of_the_relaxation_of_2020_is_an_erratum() -> None:
    """The file of 2018 gives no end; the errata say which is taken, since when, and from where."""
    national = rule_sets()["working-together-2018"]
    (relaxation,) = national.relaxations
    assert relaxation.until is None
    assert relaxation.last_day(national) == date(2020, 11, 30)
    learnt = relaxation.learnt(national)
    assert learnt is not None
    assert learnt.source
    assert relaxation.last_day(national.model_copy(update={"errata": ()})) == date(2023, 12, 14)


def test_the_end_of_the_guidance_of_2023_is_an_erratum() -> None:
    """Working Together 2026 replaced it on 18 March 2026; its own file knows of no end."""
    national = rule_sets()["working-together-2023"]
    assert national.in_force_to is None
    assert national.last_day == date(2026, 3, 17)


def test_errata_name_what_is_published_and_are_dated_by_their_file() -> None:
    """An erratum of a rule set that nobody has would never be read."""
    for one in errata():
        national = rule_sets()[one.rule_set]
        assert one in national.errata
        assert one.relaxation in (None, *(each.id for each in national.relaxations))
    for file in Path(str(files("rapid_review.terms"))).joinpath("errata").iterdir():
        assert f"learnt_on = {file.stem}" in file.read_text("utf-8")
