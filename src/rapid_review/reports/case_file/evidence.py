"""The proof inside a page: the files of a case's bundle that hold no words.

The stored bodies of entries are left out: they may hold words and names. Each entry and the
manifest have the digest of its body, so anyone who gets the bundle itself can check the bodies.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, cast

from pydantic import BaseModel, ValidationError

from rapid_review import __version__, calendars
from rapid_review.audit.verify import (
    NO_EVIDENCE,
    CaseHead,
    Checked,
    Checkpoint,
    Files,
    Finding,
    Key,
    Report,
    Unchecked,
    entry_path,
    open_statement,
    proof_path,
    read_case_head,
    read_checkpoint,
    read_entry,
    read_manifest,
    read_note,
    state_path,
)
from rapid_review.domain.case import Case, replay
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import RapidReviewError, TermsError
from rapid_review.domain.events import NAMING_TERMS
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.terms.terms_file import parse_rule_set, parse_terms
from rapid_review.domain.vocabulary import TermsRef
from rapid_review.projections.as_of import Calendars, CaseHistory
from rapid_review.projections.case.findings import EDITION
from rapid_review.projections.compare.replay import REPLAY, Replay, replay_by_day
from rapid_review.store.log.codec import Codec
from rapid_review.terms import errata

STAMP: Final = 8
"""How many bytes before a cosignature hold its time, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a verified bundle says of a case, and which of its files a page carries.

    Attributes:
        key: the log's public key, by which it was verified.
        checkpoint: the checkpoint of the log.
        head: the head of the case.
        files: by name, the files that hold no words.
        states_replay: whether the bundle holds a replay of the case by this edition of the rules.
        other_edition: whether it holds a replay by another edition, whose verdicts may differ.
        other_words: whether it holds a replay by this edition in which findings are worded
            differently than by this version.
        is_sealed: whether the words of the log's entries are sealed; then a digest reveals nothing
            about them.
    """

    key: Key
    checkpoint: Checkpoint
    head: CaseHead
    files: Mapping[str, bytes]
    states_replay: bool
    other_edition: bool = False
    other_words: bool = False
    is_sealed: bool = False

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the key as text, in hexadecimal: what a reader compares."""
        return hashlib.sha256(str(self.key).encode()).hexdigest()

    def embedded(self) -> Mapping[str, str]:
        """Return the files in base64."""
        return {name: base64.b64encode(data).decode() for name, data in self.files.items()}


def evidence_of(bundle: Files, keys: Sequence[Key]) -> Evidence:
    """Return what a case's bundle says, which must have been verified with one of these keys.

    Raises:
        MalformedError: the bundle was not verified with it, or is not the bundle of a case.
    """
    note = bundle.read("checkpoint")
    checkpoint = open_statement(note, keys, read_checkpoint)
    head = open_statement(bundle.read("case-head"), keys, read_case_head)
    signers = read_note(note).signers(keys)
    key = next(key for key in keys if key in signers)
    versions = range(1, head.count + 1)
    names = ("manifest", "checkpoint", "case-head", *map(entry_path, versions))
    files = {name: bundle.read(name) for name in (*names, *map(proof_path, versions))}
    states = REPLAY in bundle.names
    other = states and _edition_of(bundle) != EDITION
    return Evidence(
        key,
        checkpoint,
        head,
        files,
        states_replay=states and not other,
        other_edition=other,
        is_sealed=_is_sealed(bundle),
    )


def _is_sealed(bundle: Files) -> bool:
    return read_manifest(read_note(bundle.read("manifest")).text).is_sealed


def cosigned_at(bundle: Files, witnesses: Iterable[Key]) -> datetime | None:
    """Return when the first of these witnesses signed the checkpoint; None if none did.

    The time is by the witness's clock and not the log's, which signs no time. The checkpoint
    existed by then.

    Raises:
        MalformedError: a signature that names a witness is not by that witness.
    """
    note = read_note(bundle.read("checkpoint"))
    signed = {(key.name, key.id) for key in note.signers(witnesses)}
    stamps = [
        int.from_bytes(one.data[:STAMP]) for one in note.signatures if (one.name, one.id) in signed
    ]
    return datetime.fromtimestamp(min(stamps), UTC) if stamps else None


def entries_in(bundle: Files, head: CaseHead) -> tuple[Entry, ...]:
    """Return the entries of a case that its verified bundle holds.

    Raises:
        RecordError: a body is of a kind or a schema that this version does not know.
    """
    codec = Codec(is_sealed=_is_sealed(bundle))
    return tuple(
        codec.entry(
            read_entry(bundle.read(entry_path(version))).topic,
            bundle.read(state_path(head.stream, version)),
        )
        for version in range(1, head.count + 1)
    )


def calendars_in(bundle: Files) -> Calendars:
    """Return the function that gives calendars: those in a bundle, else those shipped.

    Raises:
        CalendarError: a calendar file in the bundle cannot be read.
    """
    held = {
        (calendar.id, calendar.version): calendar
        for name in sorted(bundle.names)
        if name.startswith("calendars/")
        for calendar in (calendars.parse(bundle.read(name), name),)
    }
    return lambda id_, version: held.get((id_, version or "")) or calendars.load(id_, version)


def terms_in(bundle: Files, case: Case) -> tuple[Terms, tuple[Terms, ...]]:
    """Return the terms that hold for a case, and the others that it was held under.

    They are read from the bundle's files with the digests that the record names; nothing shipped
    is used.

    Raises:
        TermsError: a file that its record names is not in the bundle, or cannot be read.
    """
    files = {
        f"sha256:{hashlib.sha256(data).hexdigest()}": (name, data)
        for name in sorted(bundle.names)
        if name.startswith("terms/")
        for data in (bundle.read(name),)
    }
    named = (event.terms for event in case.recorded if isinstance(event, NAMING_TERMS))
    editions = {ref: _edition(ref, files) for ref in named}
    if case.review.terms not in editions:
        raise TermsError("the record of the case does not name its terms; verify the record")
    current = editions.pop(case.review.terms)
    return current, tuple(editions.values())


def _edition(ref: TermsRef, files: Mapping[str, tuple[str, bytes]]) -> Terms:
    for digest in (ref.digest, ref.rule_set_digest):
        if digest not in files:
            raise TermsError(
                f"the bundle does not contain the terms {digest} that its events name; ask for a "
                "bundle with these terms"
            )
    (name, text), (rules, national) = files[ref.digest], files[ref.rule_set_digest]
    rule_set = parse_rule_set(national, name=rules, errata=errata())
    return parse_terms(text, name=name, rule_sets={rule_set.id: rule_set})


def hold_replay(bundle: Files, keys: Sequence[Key], report: Report) -> None:
    """Compare the replay in a case's bundle with what the rules make of the bundle's entries.

    If this version cannot read the entries, the terms or the calendars, the replay is reported as
    unchecked. So are findings that this version words differently (ADR 0101); everything else is
    compared.

    Args:
        bundle: the bundle, in which nothing else was found.
        keys: the keys by which it was verified.
        report: the report to add to.
    """
    if REPLAY not in bundle.names:
        return
    # The verifier alone has no rules and cannot make the replay again; here they are (ADR 0031).
    report.unchecked.remove(NO_EVIDENCE)
    try:
        made = _replay_again(bundle, evidence_of(bundle, keys).head)
    except RapidReviewError as error:
        what = f"{REPLAY}: is not evidence, and the case cannot be replayed here: {error}"
        report.add(Unchecked(what))
        return
    stated = _edition_of(bundle)
    if stated != EDITION:
        report.add(
            Unchecked(
                f"{REPLAY}: was made by {stated or 'an earlier edition'} of the rules, but this "
                f"version judges by {EDITION}, so its verdicts and clauses were not compared"
            )
        )
        if not _state_same_facts(json.loads(bundle.read(REPLAY)), json.loads(bytes(made))):
            report.add(Finding(REPLAY, "states facts that differ from the events in this bundle"))
        return
    report.add(Checked("replay of the case"))
    reworded = words_that_differ(made, bundle.read(REPLAY))
    if reworded is None:
        what = (
            "differs from the replay of the events by the terms and calendars in this bundle and "
            f"version {__version__} of rapid-review"
        )
        report.add(Finding(REPLAY, what))
    elif reworded:
        what = (
            f"{REPLAY}: whether somebody changed the wording of its findings: version "
            f"{__version__} of rapid-review words {reworded} of them differently, as another "
            "version may; everything else in this file was checked"
        )
        report.add(Unchecked(what))


class _Words(BaseModel, strict=True):
    because: str
    way_on: str


class _Found(BaseModel):
    finding: _Words


class _Worded(BaseModel):
    """The part of a replay that is only wording."""

    findings: list[_Found]


def words_that_differ(made: Replay, stated: bytes) -> int | None:
    """Return how many findings of a stated replay are worded differently than in the one made.

    The words are the reason and the remedy of a finding (`because` and `way_on`). They may change
    in any version without a new edition of the rules; nothing else of a replay may (ADR 0101).

    Args:
        made: what this version makes of the entries.
        stated: the replay in the bundle, by the same edition of the rules.

    Returns:
        0 where both are the same bytes; None where more than these words differs.
    """
    if bytes(made) == stated:
        return 0
    try:
        words = [one.finding for one in _Worded.model_validate_json(stated).findings]
    except ValidationError:
        return None
    if len(words) != len(made.findings):
        return None
    reworded = tuple(
        replace(
            found, finding=replace(found.finding, because=opened.because, way_on=opened.way_on)
        )
        for found, opened in zip(made.findings, words, strict=True)
    )
    if bytes(replace(made, findings=reworded)) != stated:
        return None
    return sum(one != other for one, other in zip(made.findings, reworded, strict=True))


_FACTS: Final = ("partnership", "case", "terms", "time_zone", "timeline", "documents")
"""The parts of a replay that do not depend on the edition of the rules."""


def _edition_of(bundle: Files) -> str:
    """Return the edition of the rules that made a bundle's replay; empty if it names none."""
    try:
        stated = json.loads(bundle.read(REPLAY))
    except (ValueError, RecursionError):
        return EDITION  # so that it is compared, and found to differ
    if not isinstance(stated, dict):
        return EDITION
    edition = cast("dict[str, object]", stated).get("edition", "")
    return edition if isinstance(edition, str) else EDITION


def _state_same_facts(stated: dict[str, object], made: dict[str, object]) -> bool:
    """Say whether two replays state the same facts, as far as the stated one has them."""
    return all(_is_part(stated.get(name), made[name]) for name in _FACTS)


def _is_part(stated: object, made: object) -> bool:
    """Say whether all stated facts are in the replay that was made, which may hold more.

    The clause cited for a step is not a fact: it belongs to the edition, as a verdict does.
    """
    if isinstance(stated, dict) and isinstance(made, dict):
        part, whole = cast("dict[str, object]", stated), cast("dict[str, object]", made)
        return all(
            name == "clause" or (name in whole and _is_part(value, whole[name]))
            for name, value in part.items()
        )
    if isinstance(stated, list) and isinstance(made, list):
        one, other = cast("list[object]", stated), cast("list[object]", made)
        return len(one) == len(other) and all(map(_is_part, one, other))
    return stated == made


def _replay_again(bundle: Files, head: CaseHead) -> Replay:
    entries = entries_in(bundle, head)
    terms, earlier = terms_in(bundle, replay(entry.event for entry in entries))
    return replay_by_day(CaseHistory(entries, terms, calendars_in(bundle), earlier))
