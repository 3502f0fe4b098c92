"""What is caught, as `docs/explanation/proof.md` says: each line of its table is done here."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from rapid_review.audit.log.merkle import consistency_proof, nodes_of_leaves, root_of
from rapid_review.audit.log.signing import Signer
from rapid_review.audit.verify import REPLAY, Files, Trust, read_policy, verify
from rapid_review.domain.errors import RecordError
from rapid_review.reports.case_file.evidence import hold_replay
from tests.audit.a_log import (
    CASES,
    NAMED,
    POLICY,
    TRUST,
    case_of,
    checkpoint_of,
    leaves_of,
    log_of,
    resigned,
    row,
    witnessed,
)
from tests.audit.verify.a_deed import (
    BODY,
    CASE,
    ENTRIES,
    LOG,
    OTHERWISE,
    ROWS,
    STREAM,
    Deed,
    Found,
    chained,
    found,
    held,
)
from tests.reports import a_case


def edited(_: Path) -> Iterator[Found]:
    """In the bundle of a log and of a case; the event is named."""
    for files in (LOG, CASE):
        lines = found(resigned(files, {BODY: files[BODY].replace(b"said", b"sold")}))
        assert f"version 5 of stream {STREAM}" in lines[0]
        yield lines
    for old, new in ((b"DeadlineSet", b"DeadlineLet"), (b"\n5\n", b"\n6\n")):
        lines = found(resigned(LOG, {ENTRIES: LOG[ENTRIES].replace(old, new, 1)}))
        assert lines[0].startswith("version ")
        yield lines


def moved_body(_: Path) -> Iterator[Found]:
    """To another version and to another case, and hashed again there."""
    first, second = row(CASES[0], 1), row(CASES[0], 2)
    yield found(chained(first, second._replace(state=first.state)))
    yield found(chained(row(CASES[1], 1)._replace(state=first.state)))
    yield found(chained(first, second._replace(topic="CaseClosed")))


def deleted_inserted_or_moved(_: Path) -> Iterator[Found]:
    """With a root that fits: by versions and links; between cases by the root alone."""
    one, two, three = (row(CASES[0], version) for version in (1, 2, 3))
    yield found(chained(one, three))
    yield found(chained(one, two, two))
    yield found(chained(one, three, two))
    swapped = [ROWS[1], ROWS[0], *ROWS[2:]]
    yield found(resigned(log_of(swapped), {"checkpoint": LOG["checkpoint"]}))


def hashed_anew(_: Path) -> Iterator[Found]:
    """The bundle is whole again but for the checkpoint, which others have."""
    yield found(resigned(log_of(OTHERWISE), {"checkpoint": LOG["checkpoint"]}))


def case_left_out(_: Path) -> Iterator[Found]:
    """Of the whole log."""
    others = [each for each in ROWS if each.stream != STREAM]
    yield found(resigned(log_of(others), {"checkpoint": LOG["checkpoint"]}))
    yield found(log_of(others), held())


def event_left_out(_: Path) -> Iterator[Found]:
    """The last of a case, with all that is of it."""
    last = ("entry/10", "proof/10.tlog-proof", f"state/{STREAM}/10")
    yield found(resigned(CASE, dict.fromkeys(last)))


def byte_changed(_: Path) -> Iterator[Found]:
    """By somebody who has no key."""
    for files in (LOG, CASE):
        yield found({**files, "checkpoint": files["checkpoint"] + b"\n"})
        yield found({**files, "more": b""})
        yield found({name: data for name, data in files.items() if name != BODY})


def restored(folder: Path) -> Iterator[Found]:
    """The signer remembers thirty events, and is shown twenty and ten others."""
    signer = Signer.start(a_case.KEY, folder / "signed")
    for kept in (ROWS, [*ROWS[:20], *(row("KM-2020-004", version) for version in range(1, 20))]):
        leaves = leaves_of(kept)
        nodes = nodes_of_leaves(leaves)

        def grown(old: int, new: int, nodes: Callable[..., bytes] = nodes) -> list[bytes]:
            return list(consistency_proof(old, new, nodes))

        if kept is ROWS:
            signer.checkpoint(len(leaves), root_of(leaves), grown)
            continue
        with pytest.raises(RecordError) as refused:
            signer.checkpoint(len(leaves), root_of(leaves), grown)
        yield [str(refused.value)]


def cut_back_or_rewritten(_: Path) -> Iterator[Found]:
    """By a checkpoint that was kept, and by witnesses who do not sign."""
    yield found(log_of(ROWS[:20]), held())
    yield found(log_of(OTHERWISE), held())
    yield found(case_of(OTHERWISE, earlier=(20,)), held(20))
    policy = replace(TRUST, policy=read_policy(POLICY))
    yield found(log_of(OTHERWISE, witnessed(checkpoint_of(OTHERWISE), "icb")), policy)


def two_logs(_: Path) -> Iterator[Found]:
    """Each auditor lays the other's checkpoint beside."""
    yield found(log_of(OTHERWISE), held())
    yield found(LOG, held(kept=OTHERWISE))


def swapped_terms(_: Path) -> Iterator[Found]:
    """Edited, missing, exchanged, or one more: in the bundle of a log and of a case."""
    first, second, *_more = NAMED
    for files in (LOG, CASE):
        for name in NAMED:
            yield found(resigned(files, {name: files[name] + b"\n"}))
            yield found(resigned(files, {name: None}))
        yield found(resigned(files, {first: files[second], second: files[first]}))
        yield found(resigned(files, {"terms/more.toml": b""}))


def altered_replay(_: Path) -> Iterator[Found]:
    """A clock that was met late is told as met."""
    files = a_case.bundle_of()
    files[REPLAY] = files[REPLAY].replace(b'"met-late"', b'"met"')
    altered = a_case.resigned(files)
    kept = Files(frozenset(altered), altered.__getitem__)
    report = verify(kept, Trust((a_case.KEY.public,)))
    assert report.findings == []
    assert f"{REPLAY}: it is not evidence" in report.as_text()
    hold_replay(kept, [a_case.KEY.public], report)
    yield [f"{one.where}: {one.what}" for one in report.findings]


CAUGHT: Final[Mapping[str, Deed]] = {
    "edits a body, a kind or a version": edited,
    "moves or copies a body to another row": moved_body,
    "deletes, inserts or moves an event": deleted_inserted_or_moved,
    "hashes everything again after such a change": hashed_anew,
    "leaves a case out of the whole log": case_left_out,
    "leaves an event out of the bundle of a case": event_left_out,
    "changes a byte of a bundle, adds a file or leaves one out": byte_changed,
    "restores the database from a backup, and goes on recording": restored,
    "cuts the log back or rewrites it, and signs it with the log's key": cut_back_or_rewritten,
    "shows two auditors two different logs": two_logs,
    "edits, exchanges, adds or leaves out terms or calendars": swapped_terms,
    "alters the judgement of a case in its bundle": altered_replay,
}
