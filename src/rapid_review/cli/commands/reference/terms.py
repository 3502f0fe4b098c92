"""`terms`: the Terms of Reference as data."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rapid_review.cli import completing
from rapid_review.cli.context import (
    Shell,
    calendar_named,
    pass_shell,
    shipped_terms,
    terms_named,
    warn_of_end,
)
from rapid_review.cli.errors import REFUSED
from rapid_review.cli.groups import Group
from rapid_review.cli.inputs import InputPath
from rapid_review.cli.options import calendar_option, json_option
from rapid_review.cli.output import print_json, print_rows
from rapid_review.cli.writing import STANDARD_OUTPUT, check_vacant, files_written, write_file
from rapid_review.domain.printable import length_in_words
from rapid_review.domain.terms.citing import cited_under

if TYPE_CHECKING:
    from rapid_review.domain.terms.deadlines import Deadline
    from rapid_review.domain.terms.quorum import Need
    from rapid_review.domain.terms.terms import Terms
    from rapid_review.domain.working_days import WorkingCalendar


@click.group(cls=Group)
def terms() -> None:
    """Show, check and compare terms, or start a file of your own."""


@terms.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List the terms that come with the package."""
    rows = [
        {
            "id": one.id,
            "partnership": one.partnership,
            "edition": one.edition,
            "in_force_from": one.in_force_from,
            "in_force_to": one.in_force_to,
            "rule_set": one.rule_set,
        }
        for one in shipped_terms()
    ]
    print_json(rows) if as_json else print_rows(rows)


@terms.command()
@click.argument("name", metavar="ID|FILE", shell_complete=completing.terms)
@json_option
def show(name: str, *, as_json: bool) -> None:
    """Print terms: seats, quorum, clocks, outcomes, recipients, limbs and criteria."""
    found = terms_named(name)
    if as_json:
        print_json(found)
    else:
        _print_terms(found)


@terms.command()
@click.option(
    "--like",
    "name",
    required=True,
    metavar="ID|FILE",
    shell_complete=completing.terms,
    help="The terms from which to take the values.",
)
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE|-",
    help="The new file to write; - is standard output.",
)
@json_option
def new(name: str, output: str, *, as_json: bool) -> None:
    """Write a terms file to start from: every key explained, with the values of other terms.

    Fill in each line that says FILL IN; `terms check` reports what is missing.
    """
    from rapid_review.terms.template import template_of

    if as_json and output == STANDARD_OUTPUT:
        raise click.UsageError(
            "--json prints which files were written to standard output, and so does -o -; give "
            "only one of them"
        )
    check_vacant(output)
    text = template_of(terms_named(name))
    write_file(output, text)
    if as_json:
        print_json(files_written(output, {Path(output).name: text}))


@terms.command()
@click.argument("before", metavar="ID|FILE", shell_complete=completing.terms)
@click.argument("after", metavar="ID|FILE", shell_complete=completing.terms)
@json_option
def diff(before: str, after: str, *, as_json: bool) -> None:
    """Print what differs between two terms and between their rule sets, key by key."""
    from rapid_review.terms.comparison import differences, in_words

    one, other = terms_named(before), terms_named(after)
    found = differences(one, other)
    if as_json:
        print_json([each._asdict() for each in found])
        return
    for each in found:
        click.echo(each.key)
        click.echo(f"    {one.id}: {in_words(each.before)}")
        click.echo(f"    {other.id}: {in_words(each.after)}")
    if not found:
        click.echo("Nothing differs.", err=True)


@terms.command()
@click.argument("file", type=InputPath())
@calendar_option
@json_option
@pass_shell
def check(shell: Shell, file: Path, calendar: str | None, *, as_json: bool) -> None:
    """Check a FILE of terms or of a rule set, and report everything that is wrong with it."""
    from rapid_review import terms as files

    own = None if calendar is None else calendar_named(calendar)
    if problems := _mistakes(file, own):
        if as_json:
            print_json({"file": str(file), "valid": False, "problems": problems})
        for problem in problems:
            click.echo(problem, err=True)
        raise click.exceptions.Exit(REFUSED)
    if files.is_rule_set_file(file):
        rules = files.load_rule_set_file(file)
        answer, summary = (rules.id, rules.digest), f"rule set {rules.id}, {rules.digest}"
    else:
        found = files.load_file(file)
        _warn_of_ends(found, own, shell)
        _warn_of_what_is_not_filled_in(file)
        answer = (found.id, found.digest)
        summary = f"terms {found.id}, rule set {found.rule_set}, {found.digest}"
    if as_json:
        print_json({"file": str(file), "valid": True, "id": answer[0], "digest": answer[1]})
    else:
        click.echo(f"{file}: {summary}")


def _mistakes(file: Path, own: "WorkingCalendar | None") -> tuple[str, ...]:
    """Return everything that is wrong with a file, compared with the calendars at hand."""
    from rapid_review import calendars
    from rapid_review.domain.errors import TermsError
    from rapid_review.terms import mistakes_in_file

    shipped = [calendars.load(one) for one in {one.id for one in calendars.available()}]
    at_hand = (*shipped, *([] if own is None else [own]))
    days = {one.id: (one.covers_from, one.covers_to) for one in at_hand}
    try:
        return mistakes_in_file(file, calendars=days)
    except TermsError as error:
        return error.problems


def _warn_of_ends(found: "Terms", own: "WorkingCalendar | None", shell: Shell) -> None:
    """Warn on standard error that the calendar ends soon, or that the guidance was replaced."""
    from rapid_review import calendars

    is_own = own is not None and own.id == found.calendar
    warn_of_end(own if own and is_own else calendars.load(found.calendar), shell)
    if note := found.guidance_ended(found.local_day(shell.clock())):
        click.echo(note, err=True)


def _warn_of_what_is_not_filled_in(file: Path) -> None:
    """Warn on standard error of lines that still hold the value of another partnership."""
    from rapid_review.terms.keys import FILL_IN

    text = file.read_text(encoding="utf-8-sig").splitlines()
    if left := [
        str(number) for number, line in enumerate(text, 1) if line.endswith(f"# {FILL_IN}")
    ]:
        click.echo(
            f"Warning: {file}: lines that still end in {FILL_IN} hold another partnership's "
            f"value: {', '.join(left)}. Write your own, and delete the mark",
            err=True,
        )


def _print_terms(found: "Terms") -> None:
    click.echo(f"{found.id}: {found.title}, {found.edition}")
    click.echo(f"in force from {found.in_force_from} to {found.in_force_to or 'further notice'}")
    click.echo(f"rule set {found.rule_set}; calendar {found.calendar}; {found.time_zone}")
    click.echo(f"{found.digest}\n")
    print_rows(
        [
            {
                "seat": seat.id,
                "filled by": " or ".join(seat.filled_by),
                "chair": "chair" if seat.chair else "",
                "vote": "" if seat.votes else "no vote",
            }
            for seat in found.seats
        ]
    )
    click.echo(f"\nquorum ({found.quorum.clause}): {_need(found.quorum.needs)}\n")
    print_rows(
        [
            {
                "clock": one.id,
                "length": _length(one),
                "starts on": one.starts_on,
                "stops on": _stops(one),
                "owed by": "nobody: a milestone" if one.advisory else one.owed_by,
                "clause": one.clause,
            }
            for one in found.clocks.values()
        ]
    )
    if receipt := found.receipt:
        until = f"after {receipt.until}" if receipt.until else ""
        day_off = "on a day off" if receipt.day_off != "same-day" else ""
        when = " or ".join(filter(None, (until, day_off)))
        click.echo(
            f"\na notification that arrives {when} counts as received on the next working day"
        )
    click.echo(f"\noutcomes ({found.decision.clause}): {', '.join(found.outcomes)}")
    click.echo(f"adopted by ({found.adoption.clause}): {', '.join(found.adoption.by)}")
    recipients = ", ".join(found.feedback.share_with)
    click.echo(f"the Panel's feedback goes to ({found.feedback.clause}): {recipients}")
    for what, named in (("limb", found.national.limbs), ("criterion", found.national.criteria)):
        click.echo()
        print_rows([{what: one.id, "says": one.says} for one in named])
    _print_own_words(found)


def _length(clock: "Deadline") -> str:
    """Return in words how long a clock runs, and whether it runs backwards."""
    length = length_in_words(clock.length, clock.unit)
    return f"{length} before" if clock.before else length


def _stops(clock: "Deadline") -> str:
    """Return in words what stops a clock, and its state if that is not `met`; and if all must."""
    stops = [stop.on + ("" if stop.state == "met" else f" ({stop.state})") for stop in clock.stops]
    whom = f" by all of {', '.join(clock.all_of)}" if clock.all_of else " by all"
    return f"{', '.join(stops)}{whom if clock.waits_for_all else ''}"


def _print_own_words(found: "Terms") -> None:
    """Print the clause of the partnership's own document for each step, and its vocabulary."""
    from rapid_review.domain.clauses import CLAUSES, KEYS

    cited = [
        {"step": KEYS[clause], "asks": clause.says, "clause": cited_under(found, [clause])}
        for clause in CLAUSES
    ]
    if found.clauses:
        click.echo()
        print_rows([row for row in cited if row["clause"]])
    words = dict(found.vocabulary) if found.vocabulary else {}
    if named := {name: ", ".join(codes) for name, codes in words.items() if codes}:
        click.echo()
        print_rows([{"words": name, "are": codes} for name, codes in named.items()])


def _need(need: "Need") -> str:
    """Return a quorum expression in words."""
    from rapid_review.domain.terms.quorum import AllOf, AnyOf

    if isinstance(need, str):
        return need
    if isinstance(need, AllOf):
        return f"all of ({', '.join(map(_need, need.all_of))})"
    if isinstance(need, AnyOf):
        return f"any of ({', '.join(map(_need, need.any_of))})"
    return f"at least {need.at_least} of ({', '.join(map(_need, need.of))})"
