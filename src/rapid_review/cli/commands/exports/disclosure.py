"""The disclosure of cases: the options of every export of cases, and the record of each export.

First the bytes are made, then the export is recorded, and then the bytes are written. If the last
step fails, the register lists more than was disclosed, and never less.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeVar

import click

from rapid_review.cli import completing
from rapid_review.cli.authority import authority_options
from rapid_review.cli.context import reviews_in
from rapid_review.cli.errors import report_left_out
from rapid_review.cli.keys import recording_options
from rapid_review.cli.options import (
    Who,
    editions_option,
    happened_option,
    json_option,
    purpose_option,
    recorded_option,
    store_option,
    with_options,
)
from rapid_review.cli.output import print_json, with_progress
from rapid_review.cli.question import Question, asks_as
from rapid_review.cli.writing import STANDARD_OUTPUT, PutAside, check_vacant, write_file

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from rapid_review.domain.entry import Entry
    from rapid_review.domain.events import ExportMade
    from rapid_review.domain.vocabulary import Actor
    from rapid_review.exports.pseudonyms import Naming
    from rapid_review.projections.as_of import AsOf
    from rapid_review.store import RapidReviews


@dataclass(frozen=True, kw_only=True)
class Disclosure(Question):
    """What an export of cases discloses, to whom, and why.

    Attributes:
        recipient: the code of the recipient.
        purpose: why, in plain words.
        by: the person who discloses it.
        output: the new file, or "-" for standard output.
        register_in: the store whose register gets the export; None for the one that is read.
        as_recorded_ids: whether references stay as they are recorded.
    """

    recipient: str
    purpose: str
    by: "Actor"
    output: str
    register_in: str | None = None
    as_recorded_ids: bool = False


class OfACase(Protocol):
    """What an export reads of a case."""

    @property
    def entries(self) -> "Sequence[Entry]":
        """The entries of which something is disclosed."""
        ...


T = TypeVar("T", bound=OfACase)


class Content(NamedTuple):
    """The bytes that are disclosed, in memory if they hold words; and how much is in them."""

    content: bytes | PutAside
    cases: int
    entries: int

    @property
    def digest(self) -> str:
        """The SHA-256 of what is disclosed, in hexadecimal."""
        content = self.content
        return content.digest if isinstance(content, PutAside) else sha256(content).hexdigest()

    def close(self) -> None:
        """Remove what was put aside."""
        if isinstance(self.content, PutAside):
            self.content.close()


_TO_WHOM: Final = (
    click.option(
        "--to", "recipient", required=True, metavar="CODE", help="The recipient. It is recorded."
    ),
    purpose_option,
    click.option(
        "--by",
        required=True,
        type=Who(),
        metavar="ID:ROLE:AGENCY",
        help="The person who discloses it. It is recorded.",
    ),
    click.option(
        "-o",
        "--output",
        required=True,
        metavar="FILE|-",
        help="The new file to write; - is standard output.",
    ),
)
_FROM_WHERE: Final = (
    store_option,
    click.option(
        "--register-in",
        metavar="postgresql://...",
        help="Record the export in this store. Use it if the store that you read is a standby.",
    ),
    recording_options,
    authority_options,
    editions_option,
    json_option,
)
_OPTIONS: Final = (
    *_TO_WHOM,
    click.option(
        "--as-recorded-ids",
        is_flag=True,
        help="Keep references as they are. Default: replace them with pseudonyms that only this "
        "export uses.",
    ),
    *_FROM_WHERE,
    recorded_option,
)


def asks_for_a_document(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of every document that leaves the record."""
    return with_options(*_TO_WHOM, *_FROM_WHERE)(asks_as(Disclosure)(command))


def asks_to_disclose(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of every export of cases."""
    return with_options(*_OPTIONS)(asks_as(Disclosure)(command))


def asks_to_disclose_cases(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of an export of traces, with the cases and the time."""
    chosen = click.argument(
        "cases", nargs=-1, metavar="[CASE]...", shell_complete=completing.cases
    )
    return with_options(chosen, *_OPTIONS, happened_option)(asks_as(Disclosure)(command))


def disclose_cases(
    disclosure: Disclosure,
    form: str,
    cases: Sequence[str],
    read: "Callable[[RapidReviews, str, AsOf], T | None]",
    to_bytes: "Callable[[Iterable[T], Naming], Iterable[bytes]]",
) -> None:
    """Export these cases, or all, as `disclose` does.

    Args:
        disclosure: what is disclosed, to whom and why.
        form: the code of the kind of export.
        cases: their references; none for all of them.
        read: reads a case; returns None if nothing of it had happened yet.
        to_bytes: makes the bytes from what was read.

    Raises:
        CaseNotFoundError: there is no such case.
    """

    def make_content(reviews: "RapidReviews", naming: "Naming", as_of: "AsOf") -> Content:
        counts = Counter[str]()

        def counting() -> "Iterator[T]":
            for one in _each(reviews, lambda case: read(reviews, case, as_of), naming, cases):
                if one is not None:
                    counts.update(cases=1, entries=len(one.entries))
                    yield one

        content = PutAside(to_bytes(counting(), naming))
        return Content(content, counts["cases"], counts["entries"])

    disclose(disclosure, form, make_content)


def _each(
    reviews: "RapidReviews",
    read: "Callable[[str], T | None]",
    naming: "Naming",
    cases: Sequence[str],
) -> "Iterator[T | None]":
    """Yield what is read of these cases, or of all, in the order of the export."""
    from rapid_review.exports.blurring import order_of

    order = order_of(naming)
    if not cases:
        return with_progress(reviews.each(read, report_left_out, order), "case")
    return map(read, sorted({*cases}, key=order) if order else dict.fromkeys(cases))


def disclose(
    disclosure: Disclosure,
    form: str,
    make_content: "Callable[[RapidReviews, Naming, AsOf], Content]",
    *,
    reads_words: bool = False,
) -> None:
    """Make the bytes, record the export, and write the bytes.

    Args:
        disclosure: what is disclosed, to whom and why.
        form: the code of the kind of export.
        make_content: makes the bytes.
        reads_words: whether making them opens words, which the permissions must then allow.

    Raises:
        UsageError: the file already exists.
        InvalidInputError: the recipient or the purpose is not in the required form.
        RecordError: the store cannot be read or written.
    """
    from rapid_review.exports.pseudonyms import Pseudonyms, as_recorded
    from rapid_review.store.authority.port import EXPORT

    shell = disclosure.shell
    check_vacant(disclosure.output)
    naming = as_recorded if disclosure.as_recorded_ids else Pseudonyms(shell.key())
    now, as_of = shell.clock(), disclosure.as_of
    with (
        disclosure.reviews(records=True, reads_words=reads_words) as reviews,
        _register_for(disclosure, reviews) as register,
    ):
        register.must_be_allowed(disclosure.by, EXPORT)
        content = make_content(reviews, naming, as_of)
        with closing(content):
            made_event = _export_made(disclosure, form, now, as_of, content)
            entry = register.export_made(made_event, by=disclosure.by, purpose=disclosure.purpose)
            write_file(disclosure.output, content.content)
    if disclosure.output == STANDARD_OUTPUT:
        click.echo(f"Export {entry.version} of the register: {made_event.digest}", err=True)
    elif disclosure.as_json:
        print_json({"export": entry.version, "file": disclosure.output, **register_row(entry)})
    else:
        click.echo(
            f"{disclosure.output}: export {entry.version} of the register, with cases: "
            f"{made_event.cases}, entries: {made_event.entries}"
        )


@contextmanager
def _register_for(
    disclosure: Disclosure, reviews: "RapidReviews"
) -> "Generator[RapidReviews, None, None]":
    """Yield the reviews in whose register an export is recorded.

    Raises:
        UsageError: the store that is read cannot be written, and no other is named.
    """
    if disclosure.register_in is not None:
        with reviews_in(
            disclosure.register_in, disclosure.terms, disclosure.shell, records=True
        ) as register:
            yield register
        return
    if reviews.reads_only:
        raise click.UsageError(
            "every export is recorded, and this store is open for reading only; give "
            "--register-in the store that records it: the server that this one follows"
        )
    yield reviews


def _export_made(
    disclosure: Disclosure, form: str, now: datetime, as_of: "AsOf", content: Content
) -> "ExportMade":
    from pydantic import ValidationError

    from rapid_review.domain.errors import InvalidInputError, problems
    from rapid_review.domain.events import ExportMade

    try:
        return ExportMade(
            at=now,
            recipient=disclosure.recipient,
            form=form,
            cases=content.cases,
            entries=content.entries,
            recorded_by=as_of.recorded_by or now,
            happened_by=as_of.happened_by,
            digest=f"sha256:{content.digest}",
            pseudonymous=not disclosure.as_recorded_ids,
        )
    except ValidationError as error:
        raise InvalidInputError(*problems(error, ExportMade)) from None


def register_row(entry: "Entry") -> dict[str, object]:
    """Return the row of an export in the register, for a table or JSON; no words are opened."""
    event = entry.event.model_dump(mode="json", exclude={"kind"})
    purpose = None if entry.purpose is None else str(entry.purpose)
    return {**event, "by": entry.by.id, "agency": entry.by.agency, "purpose": purpose}
