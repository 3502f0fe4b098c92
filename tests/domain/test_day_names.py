"""The names of months, as people write them: in full, or shortened to three letters or more."""

import pytest

from rapid_review.domain.day_names import MONTHS, month_named


@pytest.mark.parametrize(("number", "name"), list(enumerate(MONTHS, start=1)))
def test_a_month_is_known_by_its_name_and_by_each_shortening_of_it(number: int, name: str) -> None:
    """Three letters tell any two months apart, in capitals or not."""
    for length in range(3, len(name) + 1):
        assert month_named(name[:length].upper()) == number


@pytest.mark.parametrize("text", ["", "ma", "Jun3", "Sebt", "Mayor"])
def test_what_names_no_month_or_more_than_one_is_none(text: str) -> None:
    """Nothing is guessed."""
    assert month_named(text) is None
