"""What a shell completes: references of cases, shipped terms, clocks.

Nothing is written, and no words are opened. If anything fails, no error is printed, and the shell
completes file names.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from itertools import islice
from typing import TYPE_CHECKING, Final

from click.shell_completion import CompletionItem

from rapid_review.cli.context import KENT, STORE, store_at, terms_named
from rapid_review.cli.inputs import on_a_server

if TYPE_CHECKING:
    import click

    from rapid_review.store.store import Store

MOST: Final = 500
"""How many cases are offered; nobody reads through more."""
_PAGE: Final = 500

Completes = Callable[["click.Context", "click.Parameter", str], list[CompletionItem]]


def _completes(found: Callable[["click.Context"], Iterable[str]]) -> Completes:
    """Return a function that completes a value, or completes file names if no value fits."""

    def complete(
        ctx: "click.Context", _: "click.Parameter", incomplete: str
    ) -> list[CompletionItem]:
        items: list[CompletionItem] = []
        with suppress(Exception):  # an error message would appear in the line that the user types
            beginning = (one for one in found(ctx) if one.startswith(incomplete))
            items.extend(map(CompletionItem, islice(beginning, MOST)))
        return items or [CompletionItem(incomplete, type="file")]

    return complete


def _cases(ctx: "click.Context") -> Iterator[str]:
    """Yield the cases of the terms' partnership in a store in a file, in the order of opening."""
    store: str = ctx.params.get("store") or STORE
    if on_a_server(store):  # asking a server takes too long while somebody types
        return
    partnership = terms_named(ctx.params.get("terms_name") or KENT).partnership
    with closing(store_at(store)) as there:
        yield from _opened_in(there, partnership)


def _opened_in(there: "Store", partnership: str) -> Iterator[str]:
    from rapid_review.store.log.body import opening_of

    position = 0
    while rows := there.opened.rows.first_after(position, _PAGE):
        position = rows[-1][0]
        for *_, body in rows:
            opening = opening_of(body)
            if opening is not None and opening.partnership == partnership:
                yield opening.case


def _shipped_terms(_: "click.Context") -> tuple[str, ...]:
    from rapid_review import terms

    return terms.available()


def _clocks(ctx: "click.Context") -> Iterator[str]:
    """Yield the ids of the clocks of the terms that are named."""
    terms = terms_named(ctx.params.get("terms_name") or KENT)
    return iter(terms.clocks)


cases: Final = _completes(_cases)
terms: Final = _completes(_shipped_terms)
clocks: Final = _completes(_clocks)
