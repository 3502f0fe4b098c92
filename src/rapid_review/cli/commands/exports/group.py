"""`export`: what leaves the record, in the formats of other tools."""

import click


@click.group()
def export() -> None:
    """Cases, events and figures in the formats of other tools."""
