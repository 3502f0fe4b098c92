"""The assertions of the kit, and its settings for Hypothesis."""

from typing import Final

from hypothesis import HealthCheck, Phase, settings

_SLOW: Final = (
    HealthCheck.too_slow,
    HealthCheck.data_too_large,
    HealthCheck.filter_too_much,
    HealthCheck.large_base_example,
)


def examples(number: int, *, chance: bool = False, steps: int = 50) -> settings:
    """Return settings for a number of examples, the same in each run unless others are allowed.

    Args:
        number: how many at most.
        chance: whether others are tried at each run, and a failing one is made as short as can be.
        steps: how many commands, where they are asked one after another.
    """
    return settings(
        max_examples=number,
        stateful_step_count=steps,
        derandomize=not chance,
        database=None,
        deadline=None,
        # Else it looks for further failures for a while, and how many it finds depends on time.
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink] if chance else [Phase.generate],
        suppress_health_check=_SLOW,
    )


def same(found: object, expected: object, what: str) -> None:
    """Assert that two things are equal.

    Args:
        found: what came out.
        expected: what should have.
        what: of what, to begin the message with.

    Raises:
        AssertionError: they are not; both are shown, sealed words left out.
    """
    if found != expected:
        raise AssertionError(f"{what}: found\n  {found!r}\nexpected\n  {expected!r}")


def hold(is_so: object, otherwise: str) -> None:
    """Assert that a condition is true.

    Raises:
        AssertionError: it is not; `otherwise` says what is.
    """
    if not is_so:
        raise AssertionError(otherwise)
