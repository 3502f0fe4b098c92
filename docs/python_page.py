"""The page of what a platform calls in Python, made from signatures and docstrings."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from importlib import import_module
from inspect import cleandoc, getsource
from textwrap import dedent
from types import FunctionType
from typing import Final

from docs.page_parts import anchor, page, sentences

SHOWN: Final = {
    "The record": (
        "store.reviews.RapidReviews",
        "store.asking.TakesCommands",
        "store.writing.idempotency.Answer",
        "store.reading.CaseReadings",
        "projections.work.case_reading.CaseReading",
        "store.owning.OwnsItsStore",
        "store.backends.behind.Behind",
        "store.store.Store",
        "store.asynchronous.AsyncRapidReviews",
        "store.backends.server_settings.ServerSettings",
        "store.backends.address.address_in_file",
        "store.backends.address.address_of_service",
        "store.backends.migrations.postgres_statements",
        "store.backends.migrations.sqlite_statements",
        "store.observing.ObservedRequest",
        "store.observing.Outcome",
        "store.writing.bulk_import.Account",
        "store.writing.bulk_import.CaseOutcome",
        "store.writing.bulk_import.Imported",
        "domain.entry.Entry",
        "domain.vocabulary.Actor",
        "domain.errors.problems",
    ),
    "Words": (
        "store.words.CaseWords",
        "store.permitting.CasePermissions",
        "store.access.reader.EntryRead",
        "domain.sealed_words.NotReadable",
        "store.access.log.Reading",
        "store.permitting.Refusal",
        "store.erasing.ErasesWords",
        "store.writing.erasure_plan.ErasurePlan",
    ),
    "Keys": (
        "store.sealing.opening.make_keys",
        "store.sealing.opening.keys_at",
        "store.sealing.opening.keys_in_memory",
        "store.sealing.wrapping.HostWrapping",
        "store.sealing.rotation.wrap_anew",
    ),
    "Permissions": (
        "store.authority.by_file.ByPermissions",
        "store.authority.permissions.PermissionsFile",
        "store.authority.permissions.permissions_in",
        "store.authority.port.Authorizer",
        "store.authority.port.Facts",
        "store.authority.port.Decision",
    ),
    "The read model": (
        "store.read_model.model.ReadModel",
        "store.read_model.readings.Readings",
        "store.read_model.searching.Sought",
        "store.read_model.searching.CasesPage",
    ),
    "In the background": (
        "store.subscribing.GivesSubscriptions",
        "store.subscriptions.plan.Subscribing",
        "store.subscriptions.plan.Recorded",
        "store.subscriptions.subscription.Subscription",
        "store.subscriptions.table.Parked",
        "store.jobs.Job",
        "store.jobs.Progress",
        "store.worker.Worker",
        "store.worker.JobStatus",
    ),
    "The pure part": (
        "domain.decisions.decide",
        "domain.case.evolve",
        "domain.case.replay",
        "domain.case.Case",
        "domain.case.Review",
        "domain.case.Clock",
        "domain.case.MeetingHeld",
        "domain.working_days.WorkingCalendar",
        "domain.working_days.DayReckoned",
        "domain.rules.finding.Finding",
        "domain.rules.finding.Verdict",
    ),
    "Terms and calendars": (
        "terms.load",
        "terms.load_file",
        "terms.load_rule_set_file",
        "terms.available",
        "terms.rule_sets",
        "domain.terms.terms.Terms",
        "calendars.bundled.load",
        "calendars.calendar_file.load_file",
        "calendars.bundled.available",
        "calendars.calendar_file.parse",
        "calendars.calendar_file.describe",
        "calendars.coverage.ends_soon",
        "calendars.comparison.diff",
        "calendars.maker.make",
        "calendars.maker.check",
    ),
    "As of when": (
        "projections.as_of.AsOf",
        "projections.as_of.CaseHistory",
        "projections.as_of.entries_as_of",
        "projections.as_of.project",
    ),
    "One case": (
        "projections.case.stage.stage",
        "projections.case.clocks.clocks",
        "projections.case.clocks.clocks_of",
        "projections.case.clock_reading.ClockReading",
        "projections.case.clock_reading.ClockState",
        "projections.case.findings.findings",
        "projections.case.timeline.timeline",
        "projections.case.timeline.Line",
        "projections.case.calculation.calculate",
        "projections.case.calculation.recalculate",
    ),
    "What a role is shown": (
        "projections.views.View",
        "projections.views.with_words",
        "projections.views.seen",
        "projections.views.Seen",
        "projections.views.FieldSeen",
        "projections.subject.AboutSubject",
        "domain.fields.fields_of",
        "domain.fields.FieldClass",
    ),
    "Two views of a case": (
        "projections.compare.difference.difference",
        "projections.compare.verdict_history.verdict_history",
        "projections.compare.what_if.what_if",
    ),
    "Work to do": (
        "projections.work.next_steps.next_steps",
        "projections.work.board.standing_of",
        "projections.work.board.Standing",
        "projections.work.diary.due_in",
        "projections.work.diary.diary",
    ),
    "Notifications that came in twice": (
        "projections.duplicates.notified_as_of",
        "projections.duplicates.Notified",
        "projections.duplicates.look_alikes",
        "projections.duplicates.LookAlikes",
        "projections.duplicates.Alike",
        "projections.duplicates.linked",
        "projections.duplicates.LinkedDuplicate",
        "projections.duplicates.Amiss",
    ),
    "Figures": (
        "projections.statistics.case_facts.case_facts",
        "projections.statistics.case_facts.case_facts_as_of",
        "projections.statistics.case_facts.CaseFacts",
        "projections.statistics.published.publish",
        "projections.statistics.selection.Selection",
        "projections.statistics.published.Published",
        "projections.statistics.rows.figures_of",
        "projections.statistics.rows.Figure",
        "projections.statistics.periods.By",
        "projections.statistics.periods.span",
        "projections.statistics.basis.Dated",
        "projections.statistics.facts.together",
        "projections.statistics.relations.Relation",
        "projections.statistics.disclosure.Treatment",
        "projections.statistics.suppression.treated",
        "projections.statistics.cell_keys.sums_of_keys",
        "projections.statistics.characteristics.Characteristic",
        "store.characteristics.CountsCharacteristics",
    ),
    "Pages and files": (
        "reports.statistics.page.statistics_page",
        "reports.statistics.page.Page",
        "reports.charts.Picture",
        "reports.case_file.page.case_file",
        "reports.case_file.page.Contents",
        "reports.documents.document.document_page",
        "reports.documents.document.Document",
        "reports.documents.about.subject_page",
        "reports.documents.about.Subject",
        "reports.labels.Opened",
        "exports.dfe.files",
        "exports.dfe.place_of",
    ),
    "Exports": (
        "exports.trace.trace",
        "exports.trace.Trace",
        "exports.pseudonyms.Pseudonyms",
        "exports.pseudonyms.as_recorded",
        "exports.ocel.log_of_cases.ocel_logs",
        "exports.ocel.log_of_cases.ocel_json",
        "exports.ocel.sqlite.ocel_sqlite",
        "exports.process_mining.xes.xes",
        "exports.cloudevents.cloudevents",
        "exports.process_mining.declare.constraints",
        "exports.process_mining.declare.Constraint",
        "exports.process_mining.declare_check.broken",
        "exports.process_mining.bpmn.bpmn",
    ),
    "The ledger": (
        "store.ledger.ledger.Ledger",
        "store.ledger.tree.LedgerTree",
        "store.ledger.ledger.Signed",
        "store.ledger.ledger.Unanchored",
        "store.ledger.checkpoints.TrustedCheckpoint",
        "store.ledger.checkpointing.Checkpointer",
        "store.ledger.checkpointing.Checkpointing",
        "store.ledger.bundle.bundle_of_case",
        "store.ledger.bundle.bundle_of_log",
    ),
    "Proof": (
        "audit.log.note.SigningKey",
        "audit.log.signing.read_key",
        "audit.log.signing.Signer",
        "audit.log.sinks.FolderSink",
        "audit.log.sinks.CallbackSink",
        "audit.log.witness.add_checkpoint",
        "audit.log.witness.with_answer",
        "audit.log.witness.known_size",
        "audit.log.bundle.Row",
        "audit.log.bundle.log_files",
        "audit.log.bundle.case_files",
        "audit.log.bundle.write_folder",
        "audit.log.bundle.write_archive",
        "audit.verify.read_trust",
        "audit.verify.open_bundle",
        "audit.verify.verify",
        "audit.verify.Report",
        "audit.log.leaf.Leaves",
        "audit.log.merkle.Frontier",
        "audit.log.merkle.inclusion_proof",
        "audit.log.merkle.consistency_proof",
    ),
    "Looking for words": (
        "store.sealing.canaries.under",
        "store.sealing.canaries.words_of",
        "store.sealing.canaries.Found",
    ),
    "Testing": (
        "testing.given",
        "testing.scenario.Given",
        "testing.scenario.Then",
        "testing.rules_conformance.RulesConformance",
        "testing.wiring.Wiring",
        "testing.wiring_conformance.WiringConformance",
        "testing.wiring.ReviewsWiring",
        "testing.wiring.HandSetClock",
        "testing.entry_store.EntryStore",
        "testing.conformance.StoreConformance",
        "testing.entry_store.LibraryStore",
        "testing.sealed_handle.Sealed",
        "testing.sealing_conformance.SealingConformance",
        "testing.delivery.Delivery",
        "testing.delivery.LibraryDelivery",
        "testing.delivery.Trouble",
        "testing.subscription_conformance.SubscriptionConformance",
        "testing.http_client.Served",
        "testing.http_client.Form",
        "testing.http_conformance.HttpConformance",
        "testing.oracle.disagreements",
        "testing.oracle.Compared",
        "testing.oracle.Disagreement",
    ),
    "Spreadsheets": (
        "tables.templates.template",
        "tables.checking.check",
        "tables.checking.record",
        "tables.checking.Checked",
        "tables.problems.Problem",
        "tables.limits.TableError",
    ),
    "The team's pages": (
        "web.pages.application.application",
        "web.pages.sign_in.ByToken",
        "web.pages.people.people_in",
        "web.pages.people.People",
        "web.pages.people.PeopleFile",
        "web.pages.people.Person",
        "web.pages.people.May",
    ),
    "Over HTTP": (
        "web.http.application.application",
        "web.http.application.routes",
        "web.http.exchange.Asking",
        "web.http.exchange.Action",
        "web.http.problems.NotSignedIn",
        "web.http.problems.problem",
        "web.http.problems.Problem",
        "web.http.headers.version_in",
        "web.http.openapi.openapi",
        "web.http.exchange.Watched",
        "web.http.exchange.JobFigures",
    ),
}
"""What is shown, by the heading under which it stands; names are under `rapid_review`."""

_MEMBERS: Final = (FunctionType, classmethod, property, cached_property)
"""What is shown of a class: its methods and its properties."""
_SECTION: Final = re.compile(r"(Args|Attributes|Raises):\n(.*)", re.DOTALL)


def python_page() -> str:
    """Return the page: every name that is shown, with its methods."""
    return page(
        "Python",
        "What a platform calls; the examples in it are run as tests.",
        "Commands, events and their parts have [](commands.md), [](events.md) and [](types.md).",
        *(
            part
            for heading, names in SHOWN.items()
            for part in (f"## {heading}\n", *(_shown(name) for name in names))
        ),
    )


def home_of(name: str) -> str:
    """Return from where a name is imported: the first package on the way to it that gives it.

    A package that lists a module of the same name gives the module.

    >>> home_of("store.reviews.RapidReviews"), home_of("projections.case.stage.stage")
    ('rapid_review', 'rapid_review.projections.case.stage')
    """
    *way, own = f"rapid_review.{name}".split(".")
    module = import_module(".".join(way))
    packages = (import_module(".".join(way[:length])) for length in range(1, len(way)))
    giving = (one for one in packages if getattr(one, own, None) is getattr(module, own))
    return next(giving, module).__name__


def _thing(name: str) -> Callable[..., object]:
    module, _, own = name.rpartition(".")
    thing: Callable[..., object] = getattr(import_module(f"rapid_review.{module}"), own)
    return thing


def _shown(name: str) -> str:
    """Return a function or a class, with its public methods."""
    thing, own = _thing(name), name.rpartition(".")[2]
    where = f"In `{home_of(name)}`."
    if not isinstance(thing, type):
        return f"### {own}\n\n{where}\n\n{_told(thing)}"
    shown = (
        f"#### {own}.{key}\n\n{_member(each)}"
        for key, each in vars(thing).items()
        if not key.startswith("_") and isinstance(each, _MEMBERS)
    )
    return "\n\n".join(
        (f"### {own}\n\n{where}\n\n{_markdown(thing.__doc__ or '')}", *_inherited(thing), *shown)
    )


def _inherited(thing: type) -> Iterator[str]:
    """Yield from which classes of the page a class has more methods."""
    names = (name for shown in SHOWN.values() for name in shown)
    classes = {one: anchor(one) for one in map(_thing, names) if isinstance(one, type)}
    if found := [one for one in thing.__mro__[1:] if one in classes]:
        links = ", ".join(f"[{one.__name__}](#{classes[one]})" for one in found)
        yield f"It also has what these have: {links}."


def _member(
    member: "FunctionType | classmethod[object, ..., object] | property | cached_property[object]",
) -> str:
    """Return a method, or a property as an attribute of its type, with its docstring."""
    if isinstance(member, property | cached_property):
        holds = "fget" if isinstance(member, property) else "func"
        read: Callable[..., object] = getattr(member, holds)
        parsed = _parsed(read)
        told = f"{parsed.name}: {_plain(parsed.returns)}"
        return f"```text\n{told}\n```\n\n{_markdown(read.__doc__ or '')}"
    return _told(member.__func__ if isinstance(member, classmethod) else member)


def _told(function: Callable[..., object]) -> str:
    """Return a function's signature and its docstring."""
    plain: Callable[..., object] = getattr(function, "__wrapped__", function)
    parsed = _parsed(plain)
    arguments = [f"    {one}," for one in _arguments(parsed.args)]
    name = f"{'async ' if isinstance(parsed, ast.AsyncFunctionDef) else ''}{parsed.name}"
    told = "\n".join((f"{name}(", *arguments, f") -> {_plain(parsed.returns)}"))
    if not arguments:
        told = f"{name}() -> {_plain(parsed.returns)}"
    return f"```text\n{told}\n```\n\n{_markdown(plain.__doc__ or '')}"


def _parsed(function: Callable[..., object]) -> ast.FunctionDef | ast.AsyncFunctionDef:
    """Return the definition of a function, as it is written."""
    tree = ast.walk(ast.parse(dedent(getsource(function))))
    return next(node for node in tree if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _arguments(args: ast.arguments) -> Iterator[str]:
    """Yield each argument as it is written, without `self` and `cls`."""
    positional = [one for one in args.args if one.arg not in {"self", "cls"}]
    defaults = [None] * (len(positional) - len(args.defaults)) + list(args.defaults)
    for one, default in zip(positional, defaults, strict=True):
        yield _argument(one, default)
    if args.vararg:
        yield f"*{_argument(args.vararg, None)}"
    elif args.kwonlyargs:
        yield "*"
    for one, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        yield _argument(one, default)
    if args.kwarg:
        yield f"**{_argument(args.kwarg, None)}"


def _argument(one: ast.arg, default: ast.expr | None) -> str:
    value = f" = {ast.unparse(default)}" if default else ""
    return f"{one.arg}: {_plain(one.annotation)}{value}"


def _plain(annotation: ast.expr | None) -> str:
    """Return a type as it is written, without the quotation marks of a name not yet known."""
    return ast.unparse(annotation).replace("'", "") if annotation else "None"


def _markdown(docstring: str) -> str:
    """Return a docstring as Markdown: its sections as lists, its examples fenced."""
    parts: list[str] = []
    for paragraph in cleandoc(docstring).split("\n\n"):
        if paragraph.startswith(">>>"):
            parts.append(f"```pycon\n{paragraph}\n```")
        elif section := _SECTION.match(paragraph):
            items = re.sub(r"\n {5,}", " ", section[2])
            parts += [
                f"_{section[1]}_",
                re.sub(r"^ +(\w+):", r"- `\1`:", items, flags=re.MULTILINE),
            ]
        else:
            parts.append(sentences(paragraph))
    return "\n\n".join(part.strip("\n") for part in parts)
