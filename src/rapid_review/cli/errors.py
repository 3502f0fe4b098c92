"""The errors of commands, and the exit code of each.

0 done; 1 a fault in the program or the machine; 2 wrong usage, as click reports it; 3 not found;
4 integrity failure; 5 refused or invalid input; 6 a breach, only with `--fail-on-breach`, or a
word that `scan` or `erase verify` found.
"""

from traceback import extract_tb
from typing import Final

import click

REFUSED: Final = 5
"""The exit code where some of the input was refused or invalid, and the rest was done."""

BREACH: Final = 6
"""The exit code where `--fail-on-breach` found a breach, or a search found an erased word."""

LEFT_OUT: Final = "rapid_review.left_out"
"""The key under which a command's context notes that something unreadable was left out."""


class FaultError(click.ClickException):
    """A fault in the program or the machine."""

    exit_code = 1


class NotFoundError(click.ClickException):
    """What was asked for does not exist."""

    exit_code = 3


class IntegrityError(click.ClickException):
    """The store, or a row in it, is wrong or damaged."""

    exit_code = 4


class RefusedError(click.ClickException):
    """The terms or the case forbid it, or the input is invalid."""

    exit_code = REFUSED


def no_store(store: str) -> NotFoundError:
    """Return the error that a store does not exist."""
    return NotFoundError(
        f"there is no store {store}; make one with `rapid-review db init --store {store}`, or "
        "name another with --store"
    )


def report_left_out(what: object) -> None:
    """Print on standard error what cannot be read and is left out; the exit code will be 4."""
    click.echo(f"Left out, because it cannot be read: {what}", err=True)
    click.get_current_context().meta[LEFT_OUT] = True


def counts_as_breach(verdict: str, kind: str) -> bool:
    """Say whether a finding counts as a breach: a forbidden step, an order of days, a duty."""
    from rapid_review.domain.rules import Verdict
    from rapid_review.domain.rules.finding import Kind

    return verdict in (Verdict.FORBIDDEN, Verdict.NONSENSE) or kind in (Kind.ORDER, Kind.DUTY)


def as_click_error(error: Exception) -> click.ClickException:
    """Return an error with its exit code; the message of an unexpected error is left out."""
    from rapid_review.domain.errors import (
        CaseNotFoundError,
        RapidReviewError,
        RecordError,
        StorageError,
    )

    match error:
        case CaseNotFoundError():
            return NotFoundError(str(error))
        case StorageError():
            return FaultError(str(error))
        case RecordError():
            return IntegrityError(str(error))
        case RapidReviewError():
            return RefusedError(str(error))
        case OSError():
            return FaultError(f"{error.filename or 'a file'}: {error.strerror}")
        case _:
            return _unexpected(error)


def _unexpected(error: Exception) -> FaultError:
    # A message made elsewhere may repeat what a person wrote, so only the place is shown.
    places = (f"{at.filename}:{at.lineno} in {at.name}" for at in extract_tb(error.__traceback__))
    where = "\n  ".join(places)
    return FaultError(
        f"a fault in rapid-review, a {type(error).__name__}. Please report these lines; the "
        f"fault's own message is left out, because it might contain words of a case.\n  {where}"
    )
