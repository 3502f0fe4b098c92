"""The reference pages that are made from the code. A test holds the files to what these return.

Run `python -m docs.reference_pages` in the project's folder to write them again.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from inspect import getsource
from pathlib import Path
from typing import Final

from docs.page_parts import (
    LISTS,
    PARTS,
    TEXTS,
    anchor,
    fields,
    page,
    said,
    sentences,
    table,
    title,
)
from docs.python_page import python_page
from rapid_review import calendars, terms
from rapid_review.domain import clauses, commands, errors, events
from rapid_review.domain.entry import Entry
from rapid_review.domain.registry import REGISTRY, ROWS, STEPS, Rule, Step, leads_to
from rapid_review.domain.rules.contradictions import CONTRADICTIONS
from rapid_review.domain.rules.order_of_days import ORDERS
from rapid_review.projections.case.duty_table import DUTIES
from rapid_review.projections.case.findings import EDITION
from rapid_review.tables.about import ABOUT, WAYS, about
from rapid_review.tables.columns import Reads
from rapid_review.tables.layout import LAYOUT, Layout


def commands_page() -> str:
    """Return the page of commands: what each asks, its fields, its rules, and said twice."""
    return page(
        "Commands",
        "The commands that a case accepts, one for each step, in the order of ToR 7 and 8.",
        "`at` is when the step happened, as stated by the person who recorded it;"
        " it may be long before the entry.",
        "If repeated: what happens to the same command with the same fields.",
        "On the command line a command is an object on a line of JSON: see [](command-line.md).",
        "[](types.md) explains every field's type.",
        *(_command(one) for one in commands.COMMANDS.values()),
    )


def events_page() -> str:
    """Return the page of events: what each records beyond what was asked, and by which command."""
    return page(
        "Events",
        "What happened, one event for each step; stored records have these names for ever.",
        "An event carries the fields of its [command](commands.md), and those listed here.",
        "[](types.md) explains every field's type.",
        *(_event(one) for one in events.EVENTS.values()),
        "## Entry\n\nThe store holds entries: an event, its place, both its times, its author.",
        fields(Entry),
    )


def types_page() -> str:
    """Return the page of the parts, lists and texts of which commands and events are made."""
    return page(
        "Types",
        "The types of the fields of commands and events.",
        "A field is public (dates, codes, opaque references: what clocks and figures need) or "
        "sealed (words, names, and what is known of a child for statistics).",
        "[](../explanation/confidentiality.md) says what that means.",
        "## Texts, times and numbers\n",
        table(("type", "what it may hold"), TEXTS.items()),
        "## Parts\n",
        *(f"### {part.__name__}\n\n{said(part)}\n\n{fields(part)}" for part in PARTS),
        "## Lists\n",
        *(
            f"### {one.__name__}\n\n{said(one)}\n\nAllowed: "
            f"{', '.join(f'`{each.value}`' for each in one)}."
            for one in LISTS
        ),
    )


def rules_page() -> str:
    """Return the page of rules: clause, verdict, and of which events each is asked."""
    return page(
        "Rules",
        "Every rule about the review, in the order of the document.\nThe library also refuses "
        "a link of a case to itself, and a correction, an erasure or a hold that makes no sense.",
        "The library asks each rule twice: before it records a step, and when it judges the "
        "record; [](../adr/0005-four-verdicts.md) says why.",
        table(
            ("verdict", "when asked of a command", "when asked of the record"),
            (
                ("holds", "recorded", "nothing to say"),
                ("irregular", "recorded", "found, with its clause"),
                (
                    "forbidden",
                    "refused, with its clause and what to do next",
                    "found, with its clause",
                ),
                (
                    "nonsense",
                    "refused, with its clause and what to do next",
                    "an import refuses it",
                ),
            ),
        ),
        "Where a rule has two verdicts, the decision or the terms determine which.",
        "No rule asks whether a step is late: clocks show lateness, and the library never refuses "
        "a step for it.",
        "A rule looks at what an event says, at what bars it (what happened before it), or at "
        "what it needs (what had happened by the end of its day).",
        f"This is edition {EDITION} of the rules. Orders of days, contradictions and duties are "
        "found by their codes; all are irregular, and none refuses anything.",
        *(_rule(one) for one in _in_order(row.asked for row in ROWS)),
        "## Orders of days\n",
        _codes(ORDERS),
        "## Contradictions\n",
        _codes(CONTRADICTIONS),
        "## Duties\n",
        table(
            ("code", "clause", "found once it can no longer be in time", "recorded by"),
            (
                (f"`{one.code}`", ", ".join(map(str, one.clauses)), one.over, f"`{one.way_on}`")
                for one in DUTIES
            ),
        ),
    )


def _codes(found: Mapping[str, tuple[clauses.ToRClause, ...]]) -> str:
    rows = ((f"`{code}`", ", ".join(map(str, refs)) or "none") for code, refs in found.items())
    return table(("code", "clause"), rows)


def clauses_page() -> str:
    """Return the page of clauses, in our own words, with why some are not formalised."""
    rows = [
        (
            one.ref,
            f"`{clauses.KEYS[one]}`",
            f"{one.says[:1].upper()}{one.says[1:]}.",
            one.not_formalised,
        )
        for one in clauses.CLAUSES
    ]
    return page(
        "Clauses",
        "Every clause of the Terms of Reference of May 2020, in our own words and in its order.",
        "The document numbers its sections, and letters the points of sections 4 and 5; ToR 7.2 "
        "is the second point of section 7.",
        "[](traceability.md) says which rule, event or deadline answers which clause.",
        "By its key the terms of another partnership say where their own document asks for the "
        "same: see [](terms-file.md).",
        table(("clause", "key", "what it asks", "why no rule checks it"), rows),
    )


def errors_page() -> str:
    """Return the page of errors: the tree, by who must act."""
    tree = re.findall(r"^[ │├└─]*(\w+) {2,}.+? {2,}\((.+)\)$", errors.__doc__ or "", re.MULTILINE)
    kinds: list[tuple[type, str]] = [(getattr(errors, name), who) for name, who in tree]
    return page(
        "Errors",
        "Every error that the library raises on purpose is a `RapidReviewError`. The table says "
        "who must act.",
        "A message names the request, the obstacle, the allowed values, and what to do next.",
        "It never repeats free words, because they may hold a name.",
        table(
            ("error", "what it says", "who must act"),
            ((f"`{kind.__name__}`", said(kind).partition("\n")[0], who) for kind, who in kinds),
        ),
        "`TermsError` and `CalendarError` are kinds of `InvalidInputError`, and "
        "`NotPermittedError` is one of `Refused`. `StorageError` is a kind of `RecordError`; "
        "`ClockError`, `KeysError`, `AccessLogError` and `ClosedError` are kinds of "
        "`StorageError`. `KeysBusyError` is a kind of `KeysError`.",
        "`Refused` carries `clause`, `because` and `way_on`; `InvalidInputError` carries "
        "`problems`, a line each.",
        "If you build a command, an event or an `Actor` from values that it does not allow, you "
        "get a `pydantic.ValidationError`, which is no `RapidReviewError`. "
        "`domain.errors.problems(error, model)` returns a line for each problem.",
        "[](command-line.md) says with which exit code each ends a command.",
    )


def shipped_page() -> str:
    """Return the page of the terms, rule sets and calendars that come with the package."""
    editions = [terms.load(one) for one in terms.available()]
    return page(
        "What comes with the package",
        "These files hold only what a source states; unknown values are absent.",
        "## Terms\n",
        table(
            ("id", "title", "edition", "rule set", "source"),
            ((f"`{t.id}`", t.title, t.edition, f"`{t.rule_set}`", t.source) for t in editions),
        ),
        "## National rule sets\n",
        table(
            ("id", "title", "in force from", "to", "source"),
            (
                (f"`{r.id}`", r.title, r.in_force_from, r.in_force_to or "not known", r.source)
                for r in terms.rule_sets().values()
            ),
        ),
        "## Calendars\n",
        table(
            ("id", "version", "covers", "licence"),
            (
                (f"`{c.id}`", c.version, f"{c.covers_from} to {c.covers_to}", c.licence or "")
                for c in calendars.available()
            ),
        ),
        *(f"### {c.id} {c.version}\n\n{sentences(c.source)}" for c in calendars.available()),
    )


def table_columns_page() -> str:
    """Return the page of the columns of a table: what each asks, and what it becomes."""
    layout = Layout.of(terms.load(terms.KENT_AND_MEDWAY_2020), ["kent-police"])
    rows = (
        (*about(one, layout.columns), f"`{one.fills}`" if "." in one.fills else one.fills)
        for one in layout.columns
    )
    return page(
        "Columns of a table",
        "What a spreadsheet of reviews holds, and which event and field each cell becomes. "
        "[](../how-to/import-a-spreadsheet.md) explains how to import one.",
        f"These are the columns of layout {LAYOUT} under the terms of Kent and Medway, with one "
        "agency.",
        "Seats, criteria, outcomes, partners that adopt and recipients of feedback come from the "
        "terms.",
        "The import knows columns by their headings, in any order.",
        "## Columns\n",
        table((*ABOUT, "becomes"), rows),
        "## Ways of reading\n",
        table(("way", "what a cell may hold"), ((one.value, WAYS[one]) for one in Reads)),
    )


PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "reference/commands.md": commands_page,
    "reference/events.md": events_page,
    "reference/types.md": types_page,
    "reference/rules.md": rules_page,
    "reference/clauses.md": clauses_page,
    "reference/errors.md": errors_page,
    "reference/shipped.md": shipped_page,
    "reference/table-columns.md": table_columns_page,
    "reference/python.md": python_page,
}
"""Each page made from the code, by its place in `docs/`."""


def _command(command: type[commands.Command]) -> str:
    step = STEPS[command]
    leads = " or ".join(f"[{e.__name__}](events.md#{anchor(e)})" for e in leads_to(command))
    rules = ", ".join(
        f"[{title(r)}](rules.md#{anchor(r)})" for r in REGISTRY[leads_to(command)[0]].asked
    )
    return "\n".join(
        (
            f"## {command.__name__}\n",
            said(command),
            "",
            f"- leads to: {leads}",
            f"- rules asked: {rules}",
            f"- if repeated: {_said_again(step)}\n",
            fields(command),
        )
    )


def _said_again(step: Step) -> str:
    """Tell what happens when a command is asked twice."""
    anew = " or ".join(f"`{event.__name__}`" for event in step.again_after)
    after = f"; after {anew} it is new" if anew else ""
    if step.known_by is None and step.may_change:
        return "the same as the last one records nothing; otherwise the latest one counts"
    if step.known_by is None:
        return "in the same words on the same day it records nothing; else the rules decide again"
    when = " at the same time" if step.at_counts else ""
    same = f"the same `{step.known_by}` in the same words{when} records nothing"
    if step.recurs:
        same = f"the same `{step.known_by}` in the same words on one day records nothing"
        if not step.may_change:
            return f"{same}; in other words the library refuses it{after}"
    if step.may_change:
        return f"{same}; otherwise the latest one counts{after}"
    return f"{same}; otherwise the library refuses it{after}"


def _event(event: type[events.Event]) -> str:
    asked_by = [command for command in STEPS if event in leads_to(command)]
    links = ", ".join(f"[{each.__name__}](commands.md#{anchor(each)})" for each in asked_by)
    told = f"Recorded by {links or 'the step that starts its clock'}."
    asked = {name for command in asked_by for name in command.model_fields}
    more = [name for name in event.model_fields if name not in {*asked, "kind"}]
    besides = fields(event, more) if more else ""
    return f"## {event.__name__}\n\n{said(event)}\n\n{told}\n\n{besides}"


def _rule(rule: Rule) -> str:
    asked_of = [row.event for row in ROWS if rule in row.asked]
    links = ", ".join(f"[{kind.__name__}](events.md#{anchor(kind)})" for kind in asked_of)
    whom = links if len(asked_of) < len(ROWS) - 1 else "every event but the first"
    said_of = ", ".join(_parts(rule))
    verdict = f"- verdict: {_verdicts(rule)}\n- asked of: {whom}\n- asks: {said_of}"
    return f"## {title(rule)}\n\n{said(rule)}\n\n{verdict}"


def _parts(rule: Rule) -> Iterator[str]:
    """Yield of what a rule is asked: what is said, what bars it, what it needs."""
    if any(rule in row.rules for row in ROWS):
        yield "what the event says"
    if any(rule in row.bars for row in ROWS):
        yield "what bars it"
    if any(rule in row.needs for row in ROWS):
        yield "what it needs"


def _verdicts(rule: Rule) -> str:
    """Read from a rule's source which verdicts it may return, besides that it holds."""
    source = getsource(rule)
    found = {name.lower() for name in re.findall(r"Verdict\.([A-Z]+)", source)} - {"holds"}
    if "return finding_if_unknown(" in source:
        found.add("forbidden")
    return " or ".join(sorted(found))


def _in_order(asked: Iterable[Iterable[Rule]]) -> Iterable[Rule]:
    """Return each rule once, in the order in which it is first asked."""
    return dict.fromkeys(rule for rules in asked for rule in rules)


def written_anew() -> Iterator[str]:
    """Write each page whose file is not as it should be; yield its name."""
    for name, make in PAGES.items():
        file = Path(__file__).parent / name
        text = make()
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
            yield name


if __name__ == "__main__":
    for changed in written_anew():
        print(changed)  # noqa: T201 - a script: this is its output
