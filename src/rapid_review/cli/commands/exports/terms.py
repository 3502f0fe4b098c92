"""`export declare`, `export bpmn`: the terms themselves, as rules and as a model of the process.

No case is in them, so nothing is recorded.
"""

import click

from rapid_review.cli.context import terms_named
from rapid_review.cli.options import json_option, terms_option
from rapid_review.cli.output import print_json


@click.command()
@terms_option
@json_option
def declare(*, terms_name: str, as_json: bool) -> None:  # noqa: ARG001 - JSON either way
    """Print the rules of the terms that order events, as DECLARE constraints in JSON."""
    from rapid_review.exports.process_mining.declare import constraints

    terms = terms_named(terms_name)
    print_json({"terms": terms.ref, "constraints": constraints(terms)})


@click.command()
@terms_option
@json_option
def bpmn(*, terms_name: str, as_json: bool) -> None:
    """Print the process of the terms as a BPMN 2.0 model; with --json its steps and flows."""
    from rapid_review.exports.process_mining.bpmn import bpmn as model
    from rapid_review.exports.process_mining.bpmn_process import process_of

    terms = terms_named(terms_name)
    if as_json:
        print_json(process_of(terms))
    else:
        click.echo(model(terms), nl=False)
