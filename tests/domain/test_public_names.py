"""The package of the rules lists what is public, before any of it is loaded."""

import pytest

from rapid_review import domain


def test_every_public_name_and_module_is_in_its_listing() -> None:
    """What `help` shows is what can be imported."""
    assert set(domain.__all__) <= set(dir(domain))


def test_a_misspelt_name_is_refused_by_its_name() -> None:
    """And the package is named with it."""
    with pytest.raises(AttributeError, match=r"'rapid_review\.domain' has no attribute 'Decide'"):
        _ = domain.Decide  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
