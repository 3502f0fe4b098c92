"""`db migrate` and `db retire`: add the tables of this version, and drop those of older ones."""

from contextlib import closing
from pathlib import Path

import click

from rapid_review.cli.context import store_at
from rapid_review.cli.errors import no_store
from rapid_review.cli.inputs import on_a_server
from rapid_review.cli.options import json_option, store_option
from rapid_review.cli.output import print_json, print_rows


@click.command()
@click.option("--dry-run", is_flag=True, help="Print the SQL, and change nothing.")
@store_option
@json_option
def migrate(store: str, *, dry_run: bool, as_json: bool) -> None:
    """Add to an older store the tables that this version of the program needs.

    This changes no existing table, so anyone who records with an older version can continue. On
    a server, run it as the user who owns the tables.
    """
    from rapid_review.store.backends.address import shown_store
    from rapid_review.store.backends.migrations import VERSION
    from rapid_review.store.backends.migrations import migrate as migrated

    if not on_a_server(store) and not Path(store).exists():
        raise no_store(store)
    steps = migrated(store, dry_run=dry_run)
    place = shown_store(store)
    if as_json:
        rows = [{"version": one.version, "adds": one.adds} for one in steps]
        print_json({"store": place, "version": VERSION, "dry_run": dry_run, "steps": rows})
        return
    for one in steps:
        click.echo(f"{'-- ' if dry_run else ''}version {one.version} adds {one.adds}")
        for statement in one.statements if dry_run else ():
            click.echo(f"{statement};")
    if not steps:
        click.echo(f"{place}: nothing to do; its tables have version {VERSION}")


@click.command()
@click.option(
    "--layout",
    type=click.IntRange(min=1),
    metavar="N",
    help="Drop the read models of this layout. A program that still reads them rebuilds them.",
)
@store_option
@json_option
def retire(store: str, layout: int | None, *, as_json: bool) -> None:
    """List the read models of other layouts in a store; with --layout, drop those of one.

    Each version of this program makes and reads its own. When an older version runs nowhere any
    longer, drop its read models: they only take up space.
    """
    from rapid_review.store.read_model import retiring

    with closing(store_at(store)) as there:
        gone = () if layout is None else retiring.retire(there.opened, layout)
        left = retiring.others(there.opened)
    if as_json:
        print_json(
            {
                "dropped": [one._asdict() for one in gone],
                "others": [one._asdict() for one in left],
            }
        )
        return
    for one in gone:
        whose = f" of {one.partnership}" if one.partnership else ", which was empty"
        click.echo(f"dropped: layout {one.layout}{whose}")
    if layout is None:
        print_rows([one._asdict() for one in left])
        click.echo(
            "when no program of that layout runs any longer, drop it with `rapid-review db retire "
            f"--layout {left[0].layout}`"
            if left
            else "there is no read model of another layout"
        )
