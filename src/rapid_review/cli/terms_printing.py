"""Print everything that terms and their rule set say, for `terms show`."""

from collections.abc import Iterator

import click

from rapid_review.cli.output import print_rows
from rapid_review.domain.clauses import CLAUSES, KEYS
from rapid_review.domain.printable import counted, length_in_words
from rapid_review.domain.terms.citing import cited_under
from rapid_review.domain.terms.deadlines import Deadline, Receipt
from rapid_review.domain.terms.quorum import AllOf, AnyOf, Need
from rapid_review.domain.terms.terms import Terms


def print_terms(found: Terms) -> None:
    """Print the group, its clocks and decisions, then the guidance and the words of the terms."""
    click.echo(f"{found.id}: {found.title}, {found.edition}")
    click.echo(f"in force from {found.in_force_from} to {found.in_force_to or 'further notice'}")
    click.echo(f"rule set {found.rule_set}; calendar {found.calendar}; {found.time_zone}")
    click.echo(f"{found.digest}\n")
    _print_group(found)
    _print_clocks(found)
    click.echo("\n" + "\n".join(_how_it_is_decided(found)))
    for what, named in (("limb", found.national.limbs), ("criterion", found.national.criteria)):
        click.echo()
        print_rows([{what: one.id, "says": one.says} for one in named])
    click.echo()
    print_rows(
        [
            {
                "class of notification": one.code,
                "opens a review": "yes" if one.opens_review else "no",
                "says": one.says,
            }
            for one in found.classes.values()
        ]
    )
    _print_own_words(found)


def _print_group(found: Terms) -> None:
    print_rows(
        [
            {
                "seat": seat.id,
                "filled by": " or ".join(seat.filled_by)
                + ("" if seat.representative_allowed else ", and no representative"),
                "chair": "chair" if seat.chair else "",
                "vote": "" if seat.votes else "no vote",
            }
            for seat in found.seats
        ]
    )
    if found.one_person_may_fill_several_seats:
        click.echo("\none person may fill several seats")
    without = f"; without it, {found.quorum.inquorate_may.replace('-', ' ')} may be done"
    may = without if found.quorum.inquorate_may != "nothing" else ""
    click.echo(f"\nquorum ({found.quorum.clause}): {_need(found.quorum.needs)}{may}\n")


def _print_clocks(found: Terms) -> None:
    print_rows(
        [
            {
                "clock": one.id,
                "length": _length(one),
                "starts on": _start(one),
                "stops on": _stops(one),
                "owed by": "nobody: a milestone" if one.advisory else one.owed_by,
                "clause": one.clause,
            }
            for one in found.clocks.values()
        ]
    )
    if found.receipt:
        click.echo(f"\n{_received_later(found.receipt)}")
    for one in found.clocks.values():
        if one.receipt:
            click.echo(f"\nfor {one.id}, {_received_later(one.receipt)}")


def _how_it_is_decided(found: Terms) -> Iterator[str]:
    """Yield how the group meets and decides, and what comes after that."""
    meetings, decision, adoption = found.meetings, found.decision, found.adoption
    schedule = "" if meetings.schedule == "none" else f"; schedule: {meetings.schedule}"
    yield f"meetings ({meetings.clause}): {', '.join(meetings.manners)}{schedule}"
    yield f"decided by ({decision.clause}): {', '.join(decision.manners)}"
    yield f"outcomes ({decision.clause}): {', '.join(found.outcomes)}"
    at_once = ", with the decision" if adoption.automatic else ""
    yield f"adopted by ({adoption.clause}): {', '.join(adoption.by)}{at_once}"
    recipients = ", ".join(found.feedback.share_with)
    yield f"the Panel's feedback goes to ({found.feedback.clause}): {recipients}"
    if kept := found.retention:
        where = f" ({kept.clause})" if kept.clause else ""
        yield f"words are kept{where}: {counted(kept.years, 'year')} from {kept.starts_on}"
    if found.duties_over in found.clocks:
        yield f"duties up to the meeting: until {found.duties_over} is due"
    else:
        yield "duties up to the meeting: no clock ends the time for them"


def _received_later(receipt: Receipt) -> str:
    """Return in words which notification counts as received on a later day."""
    until = f"after {receipt.until}" if receipt.until else ""
    day_off = "on a day off" if receipt.day_off != "same-day" else ""
    when = " or ".join(filter(None, (until, day_off))) or "at no time"
    return f"a notification that arrives {when} counts as received on the next working day"


def _length(clock: Deadline) -> str:
    """Return in words how long a clock runs, whether backwards, and whether from day 1."""
    length = length_in_words(clock.length, clock.unit)
    first = ", the first day counted" if clock.counts_day_of_start else ""
    return f"{length} before" if clock.before else f"{length}{first}"


def _start(clock: Deadline) -> str:
    """Return in words what starts a clock, and for which classes of notification, if not all."""
    only = f" for {', '.join(clock.only_for_classes)}" if clock.only_for_classes else ""
    return f"{clock.starts_on}{only}"


def _stops(clock: Deadline) -> str:
    """Return in words what stops a clock, the state if it is not `met`, and whether all must."""
    stops = [stop.on + ("" if stop.state == "met" else f" ({stop.state})") for stop in clock.stops]
    whom = f" by all of {', '.join(clock.all_of)}" if clock.all_of else " by all"
    return f"{', '.join(stops)}{whom if clock.waits_for_all else ''}"


def _print_own_words(found: Terms) -> None:
    """Print the clause of the partnership's own document for each step, and its vocabulary."""
    cited = [
        {"step": KEYS[clause], "asks": clause.matter, "clause": cited_under(found, [clause])}
        for clause in CLAUSES
    ]
    if found.clauses:
        click.echo()
        print_rows([row for row in cited if row["clause"]])
    words = dict(found.vocabulary) if found.vocabulary else {}
    if named := {name: ", ".join(codes) for name, codes in words.items() if codes}:
        click.echo()
        print_rows([{"words": name, "are": codes} for name, codes in named.items()])


def _need(need: Need) -> str:
    """Return a quorum expression in words."""
    if isinstance(need, str):
        return need
    if isinstance(need, AllOf):
        return f"all of ({', '.join(map(_need, need.all_of))})"
    if isinstance(need, AnyOf):
        return f"any of ({', '.join(map(_need, need.any_of))})"
    return f"at least {need.at_least} of ({', '.join(map(_need, need.of))})"
