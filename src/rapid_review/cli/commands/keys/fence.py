"""`keys fence`: make the key store agree with the record about which keys were destroyed."""

from contextlib import closing
from datetime import UTC
from typing import Final

import click

from rapid_review.cli.context import Shell, pass_shell, store_at
from rapid_review.cli.errors import FaultError, IntegrityError
from rapid_review.cli.keys import keys_options
from rapid_review.cli.options import json_option, store_option
from rapid_review.cli.output import print_json, print_rows
from rapid_review.domain.printable import counted


@click.command("fence")
@store_option
@keys_options
@json_option
@pass_shell
def fence_(shell: Shell, store: str, *, as_json: bool) -> None:
    """After a restore, destroy again the keys that the record says were destroyed.

    This reports what differed. Until the record and the key store agree, no words are opened.
    Nothing is destroyed on the word of an entry that was not recorded with these keys, or without
    an approved order.
    """
    from rapid_review.store.sealing import fence

    at = shell.clock().astimezone(UTC).isoformat(timespec="seconds")
    with closing(store_at(store, records=True)) as there:
        if there.keys is None:
            raise click.UsageError(
                "the words of this store are not sealed, or --keys does not name its keys; name "
                "its key store with --keys"
            )
        found = fence.mend(there.keys, there.opened.rows, at=at)
    differences = {
        _DONE: found.alive,
        _MISSING: found.missing,
        _UNORDERED: found.unordered,
    }
    rows = [{"what": what, **key._asdict()} for what, keys in differences.items() for key in keys]
    if as_json:
        print_json({"differed": rows})
    elif rows:
        print_rows(rows)
    elif found.stands:
        click.echo("The record and the key store agree on which keys were destroyed")
    if found.of_another:
        raise FaultError(
            "the key store sealed neither the first entry of this record nor the newest: it "
            "belongs to another record. Name the right one with --keys"
        )
    if found.untrusted:
        raise IntegrityError(
            "; ".join(f"{one} {one.why}" for one in found.untrusted)
            + ". Nothing was destroyed on the word of that, and no words of that case open. "
            "Run `rapid-review audit verify --keys`, which shows every such entry, and restore "
            "the record from before it was altered"
        )
    if found.unordered:
        raise FaultError(
            f"the key store has {counted(len(found.unordered), 'key')} destroyed by an order that "
            "the record does not have. Restore the newer record, or have the order proposed and "
            "approved again under the same reference"
        )


_DONE: Final = "destroyed again"
_MISSING: Final = "not in this copy of the key store, so nothing opens with it"
_UNORDERED: Final = "by no order of the record"
