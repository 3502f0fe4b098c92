"""`export`: what leaves the record, in the formats of other tools."""

import click

from rapid_review.cli.groups import Group


@click.group(cls=Group)
def export() -> None:
    """Write cases, events and figures for other tools."""
