"""What the verifier accepts, what it finds and names, and what it says it cannot check."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Final

import pytest

from rapid_review.audit.log.bundle import Row
from rapid_review.audit.log.leaf import entry_of, leaf_hash
from rapid_review.audit.log.merkle import root_of
from rapid_review.audit.log.note import SigningKey, cosigned, read_checkpoint, read_note, signed
from rapid_review.audit.verify import (
    NO_EVIDENCE,
    Checked,
    Checkpoint,
    Epoch,
    Finding,
    Trust,
    Unchecked,
    read_case_head,
    read_consistency_proof,
    read_entry,
    read_inclusion_proof,
    read_manifest,
    read_policy,
)
from rapid_review.audit.verify.files import Files as BundleFiles
from rapid_review.audit.verify.steps import steps
from tests.audit.a_log import (
    CASES,
    KEY,
    NAMED,
    POLICY,
    TRUST,
    case_of,
    checkpoint_of,
    crafted,
    leaves_of,
    log_of,
    resigned,
    row,
    rows,
    state,
    verified,
    witnessed,
)

ROWS: Final = rows(300)
LOG: Final = log_of(ROWS)
CASE: Final = case_of(ROWS, earlier=(100, 256))
STREAM: Final = row(CASES[1], 1).stream
OTHER: Final = SigningKey("safeguarding.example/other", bytes(32))
FORGED: Final = SigningKey(KEY.name, bytes(32))

Files = Mapping[str, bytes]
Changes = Mapping[str, bytes | None]


def holding(*kept: Checkpoint) -> Trust:
    """Return the trust of an auditor who kept earlier checkpoints."""
    return replace(TRUST, checkpoints=tuple((f"held {each.size}", each) for each in kept))


def at(size: int, kept: list[Row] = ROWS) -> Checkpoint:
    """Return the checkpoint that a log had when it had `size` events."""
    return read_checkpoint(checkpoint_of(kept[:size]).text)


def found(files: Files, trust: Trust = TRUST) -> list[str]:
    """Return what is found in a bundle, a line each."""
    return [f"{each.where}: {each.what}" for each in verified(files, trust).findings]


# ------------------------------------------------------------------------- what is as it must be


def test_a_whole_log_is_verified() -> None:
    """Every file, event and tile of it, with two checkpoints held; and it says what it cannot."""
    report = verified(LOG, holding(at(0), at(100), at(300)))
    assert report.findings == []
    assert report.checked == {
        "files": 300 + 4 + 4 + 1,  # bodies; tiles and entries; what is attached; the checkpoint
        "roots held or stated earlier": 3,
        "events": 300,
        "tiles": 3,
        "histories": 3,
        "terms and calendars": 3,
    }
    assert report.subject == "the whole log safeguarding.example/reviews"
    assert report.unchecked == [
        "what was recorded after the checkpoint of 300 events",
        "whether witnesses saw this checkpoint: you gave no policy",
    ]


def test_a_case_is_verified_without_the_others() -> None:
    """By a proof for each event, and a proof that the log grew from a checkpoint held."""
    report = verified(CASE, holding(at(100), at(300)))
    assert report.findings == []
    assert report.checked == {
        "files": 3 * 100 + 2 + 2 + 4,
        "roots held or stated earlier": 2,
        "events": 100,
        "proofs of inclusion": 100,
        "terms and calendars": 3,
    }
    assert report.subject == "case KM-2020-002 in the log safeguarding.example/reviews"
    assert report.unchecked[2] == "consistency/256: you gave no checkpoint of that size"
    assert report.unchecked[3] == NO_EVIDENCE
    assert "whether the log has more than 100 events of this case" in report.unchecked[4]
    assert not any(STREAM not in name for name in CASE if name.startswith("state/"))


def test_a_bundle_is_verified_in_the_order_of_the_work() -> None:
    """What was found before a step is known whatever comes after it."""
    files = {**CASE, "more": b""}
    yielded = list(steps(BundleFiles(frozenset(files), files.__getitem__), TRUST))
    assert yielded[:3] == [
        Finding("more", "is not listed in the manifest"),
        Checked("files", len(CASE) - 1),
        read_checkpoint(read_note(CASE["checkpoint"]).text),
    ]
    proofs = [step for step in yielded if step == Checked("proofs of inclusion")]
    assert len(proofs) == 100
    assert isinstance(yielded[-1], Unchecked)


def test_the_empty_log_is_verified() -> None:
    """It has no tile and no event."""
    assert verified(log_of([])).findings == []


def test_what_cannot_be_checked_is_said() -> None:
    """A checkpoint held without a proof from it, or of another log."""
    left_out = [name for name in CASE if name.startswith(("replay/", "consistency/"))]
    trust = holding(at(100), replace(at(9), origin="a.example"))
    report = verified(resigned(CASE, dict.fromkeys(left_out)), trust)
    assert report.findings == []
    assert report.unchecked[2:] == [
        "held 9: it belongs to another log",
        "held 100: the bundle has no consistency proof from 100 events on",
        (
            "whether the log has more than 100 events of this case: the log's key states that "
            "it has no more; only the whole log can confirm it"
        ),
    ]


@pytest.mark.parametrize("files", [LOG, CASE], ids=["log", "case"])
def test_terms_and_calendars_are_those_that_the_events_name(files: Files) -> None:
    """Each is there, with the bytes that were named, where nothing else of that name belongs."""
    terms, rules, calendar = NAMED
    swapped = {terms: files[rules], rules: files[terms]}
    assert found(resigned(files, swapped)) == [
        f"{terms}: is not the file that events name",
        f"{rules}: is not the file that events name",
    ]
    missing = f"{calendar}: is missing; events name it, with SHA-256 "
    digest = sha256(files[calendar]).hexdigest()
    assert found(resigned(files, {calendar: None})) == [missing + digest]
    for name in ("terms/copy.toml", "calendars/copy.toml"):
        lines = found(resigned(files, {calendar: None, name: files[calendar]}))
        assert lines == (
            [f"{name}: is not named by any event", missing + digest]
            if name.startswith("terms/")
            else []
        )


# ------------------------------------------------------------------------ what is altered outside

FIFTH: Final = f"version 5 of stream {STREAM}"
EVENT: Final = f"state/{STREAM}/5"  # leaf 13: the fifth event of the second of three cases


@pytest.mark.parametrize("files", [LOG, CASE], ids=["log", "case"])
@pytest.mark.parametrize("body", [b"", b"{}", row(CASES[1], 5, "never said").state])
def test_a_changed_body_is_found_and_its_event_named(files: Files, body: bytes) -> None:
    """By anyone who edits a row and cannot sign: once by the manifest, once by the leaf."""
    assert found({**files, EVENT: body}) == [
        f"{EVENT}: does not match its digest in the manifest",
        f"{FIFTH} (leaf 13) of case KM-2020-002: its body does not match the hash in its leaf",
    ]


@pytest.mark.parametrize("files", [LOG, CASE], ids=["log", "case"])
@pytest.mark.parametrize(
    "name", ["manifest", "checkpoint", EVENT, "terms/rule_sets/working-together-2018.toml"]
)
def test_a_missing_file_is_found(files: Files, name: str) -> None:
    """And it is named."""
    lines = found({each: data for each, data in files.items() if each != name})
    assert f"{name}: is missing" in lines


@pytest.mark.parametrize("files", [LOG, CASE], ids=["log", "case"])
def test_a_file_too_many_is_found(files: Files) -> None:
    """Whether the manifest names it or not."""
    assert found({**files, "more": b""}) == ["more: is not listed in the manifest"]
    extra = resigned(files, {"terms/x": b"", "terms": b"", "tile/0/009": b""})
    assert found(extra) == [
        "terms: does not belong in a bundle of this kind",
        "tile/0/009: does not belong in a bundle of this kind",
        "terms/x: is not named by any event",
    ]


@pytest.mark.parametrize("files", [LOG, CASE], ids=["log", "case"])
@pytest.mark.parametrize("name", ["manifest", "checkpoint", "case-head", "epoch"])
def test_what_another_key_signed_is_refused(files: Files, name: str) -> None:
    """Under the log's own name or under another."""
    for key in (FORGED, OTHER):
        if name in files:
            note = bytes(signed(read_note(files[name]).text, key))
            lines = found(
                resigned(files, {name: note}) if name != "manifest" else {**files, name: note}
            )
            assert lines == [
                f"{name}: has no signature by any of the public keys given for its log"
            ]


# ------------------------------------------------------- what is altered by one who has the key


def test_a_manifest_of_another_checkpoint_is_refused() -> None:
    """The files and the checkpoint are of one tree."""
    files = resigned(LOG, {"checkpoint": bytes(checkpoint_of(ROWS[:299]))})
    assert found(files) == ["checkpoint: is not the checkpoint that the manifest names"]


PATH: Final = "tile/entries/000"


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        (
            {EVENT: None},
            [f"version 5 of stream {STREAM} (leaf 13) of case KM-2020-002: is missing"],
        ),
        (
            {PATH: LOG[PATH][:-1]},
            [f"{PATH}: the number of entries in an entry bundle is not 256"],
        ),
        ({PATH: None}, [f"{PATH}: is missing"]),
        ({"tile/entries/001.p/44": None}, ["tile/entries/001.p/44: is missing"]),
        ({"tile/0/001.p/44": None}, ["tile/0/001.p/44: is missing"]),
        (
            {"tile/1/000.p/1": bytes(32)},
            ["tile/1/000.p/1: does not match the tile calculated from the entries"],
        ),
    ],
)
def test_an_altered_log_is_found_out(changes: Changes, lines: list[str]) -> None:
    """Even where its manifest was made to fit."""
    assert found(resigned(LOG, changes)) == lines


def test_a_log_of_other_events_does_not_lead_to_its_root() -> None:
    """Somebody changed an event and all that is made of it, but for what witnesses saw."""
    other = [*ROWS[:13], row(CASES[1], 5, "never said"), *ROWS[14:]]
    files = resigned(log_of(other), {"checkpoint": LOG["checkpoint"]})
    assert found(files) == [
        "checkpoint: the root calculated from the events of this bundle does not match it"
    ]


FIRST: Final = row(CASES[0], 1)
ENTRY: Final = entry_of(*FIRST, None)
LEAF: Final = leaf_hash(ENTRY)
SECOND: Final = row(CASES[0], 2)


@pytest.mark.parametrize(
    ("entry", "body", "what"),
    [
        (
            entry_of(*SECOND, bytes(32)),
            SECOND,
            "its leaf does not name the leaf of the version before it",
        ),
        (ENTRY, FIRST, "version 2 was expected here"),
        (entry_of(*row(CASES[0], 3), LEAF), row(CASES[0], 3), "version 2 was expected here"),
        (
            entry_of(*SECOND._replace(state=FIRST.state), LEAF),
            SECOND._replace(state=FIRST.state),
            "its body belongs to another event; somebody moved or copied it there",
        ),
        (
            entry_of(*SECOND._replace(topic="CaseClosed"), LEAF),
            SECOND,
            "its body belongs to another event; somebody moved or copied it there",
        ),
        *(
            (
                entry_of(*SECOND._replace(state=state), LEAF),
                SECOND._replace(state=state),
                "its body is not the body of an event",
            )
            for state in (b"", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"partnership":1}')
        ),
    ],
)
def test_an_event_that_does_not_follow_is_found(entry: bytes, body: Row, what: str) -> None:
    """Whatever was hashed and signed: the link, the numbering, and the body's own words."""
    told = read_entry(entry)
    assert found(crafted([ENTRY, entry], [FIRST, body])) == [
        f"version {told.version} of stream {told.stream} (leaf 1) of case KM-2020-001: {what}"
    ]


def test_an_entry_that_is_none_is_found() -> None:
    """It is counted, and the rest is still checked."""
    assert found(crafted([ENTRY, b"noise"], [FIRST])) == [
        "leaf 1: the text of the leaf is not in the required form"
    ]
    lonely = entry_of(*SECOND, bytes(32))
    assert found(crafted([lonely], [])) == [
        f"version 2 of stream {SECOND.stream} (leaf 0): is missing"
    ]


def moved(index: int) -> bytes:
    """Return the proof of the case's fifth event, said to be for another leaf."""
    return bytes(replace(read_inclusion_proof(CASE["proof/5.tlog-proof"]), index=index))


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({"entry/5": None}, f"{FIFTH}: is missing"),
        ({"proof/5.tlog-proof": None}, f"{FIFTH}: is missing"),
        (
            {"proof/5.tlog-proof": b"\n\n"},
            f"{FIFTH}: a proof is not in the form: its lines, a blank line",
        ),
        ({"proof/5.tlog-proof": moved(10)}, f"{FIFTH}: its leaf is not after the leaf of"),
        (
            {"proof/5.tlog-proof": moved(12)},
            f"{FIFTH}: the root calculated from its proof does not match",
        ),
        ({"proof/5.tlog-proof": moved(300)}, f"{FIFTH}: a tree of 300 leaves has no leaf 300"),
        (
            {"proof/5.tlog-proof": CASE["proof/5.tlog-proof"] + b"\n"},
            f"{FIFTH}: its proof belongs to another checkpoint than the one in this bundle",
        ),
        ({"entry/5": b"noise"}, "leaf 13: the text of the leaf is not in the required form"),
        (
            {name: CASE[name.replace("5", "4")] for name in ("entry/5", "proof/5.tlog-proof")},
            f"{FIFTH}: its leaf is not after the leaf of the version before it",
        ),
        (
            {"consistency/100": CASE["consistency/256"]},
            (
                "consistency/100: belongs to another checkpoint than the one in this bundle, "
                "or has the wrong name"
            ),
        ),
        (
            {"consistency/100": b"noise"},
            "consistency/100: a proof is not in the form: its lines, a blank line",
        ),
    ],
)
def test_an_altered_case_is_found_out(changes: Changes, first: str) -> None:
    """Even where its manifest was made to fit."""
    assert found(resigned(CASE, changes))[0].startswith(first)


def test_an_event_of_another_case_does_not_fit_in() -> None:
    """Though it is in the log, with a true proof."""
    other = case_of(ROWS, CASES[2])
    names = ("entry/5", "proof/5.tlog-proof", f"state/{row(CASES[2], 1).stream}/5")
    lines = found(resigned(CASE, {name: other[name] for name in names}))
    assert f"{FIFTH}: its files contain another event" in lines


def test_a_case_that_leaves_out_its_last_events_is_found_out() -> None:
    """The case head, which is signed, tells of them."""
    last = ("entry/100", "proof/100.tlog-proof", f"state/{STREAM}/100")
    assert found(resigned(CASE, dict.fromkeys(last))) == [
        "version 100 of stream " + STREAM + ": is missing",
        "case-head: the events of this bundle do not match it",
    ]


IMPOSSIBLE: Final = "events belong to the case, which is impossible"


@pytest.mark.parametrize(
    ("size", "count", "what"),
    [
        (299, 100, "belongs to another checkpoint than the one in this bundle"),
        (300, 99, "the events of this bundle do not match it"),
        (300, 300, "the events of this bundle do not match it"),
        (300, 0, f"the case head states that 0 of 300 {IMPOSSIBLE}"),
        (300, 301, f"the case head states that 301 of 300 {IMPOSSIBLE}"),
    ],
)
def test_a_case_head_of_other_numbers_is_found_out(size: int, count: int, what: str) -> None:
    """It is of this checkpoint, and of just these events."""
    head = replace(read_case_head(read_note(CASE["case-head"]).text), size=size, count=count)
    lines = found(resigned(CASE, {"case-head": bytes(state(bytes(head)))}))
    assert f"case-head: {what}" in lines


# ------------------------------------------------------------- what only an outsider can find


REWRITTEN: Final = log_of([*ROWS[:13], row(CASES[1], 5, "never said"), *ROWS[14:]])


@pytest.mark.parametrize(
    ("size", "what"),
    [
        (14, "the root calculated from the first 14 events does not match it"),
        (300, "differs from the checkpoint of this bundle: both are signed and cover 300 "),
    ],
)
def test_a_log_rewritten_with_its_own_key_is_found_by_a_checkpoint_held(
    size: int, what: str
) -> None:
    """The auditor kept one from before; one from before the event was changed shows nothing."""
    (line,) = found(REWRITTEN, holding(at(13), at(size)))
    assert line.startswith(f"held {size}: {what}")


def test_a_log_rewritten_with_its_own_key_has_no_witnesses() -> None:
    """They sign only what continues what they saw; one dishonest one is not a quorum."""
    policy = replace(TRUST, policy=read_policy(POLICY))
    honest = log_of(ROWS, witnessed(checkpoint_of(ROWS), "police", "icb"))
    report = verified(honest, policy)
    assert report.findings == []
    assert report.checked["cosignatures of witnesses"] == 2
    alone = witnessed(read_note(REWRITTEN["checkpoint"]), "police")
    assert found(resigned(REWRITTEN, {"checkpoint": bytes(alone)}), policy) == [
        ("checkpoint: the policy's quorum of witnesses is not met; witnesses who signed: 1")
    ]
    borrowed = cosigned(alone, *read_note(honest["checkpoint"]).signatures[2:])
    assert found(resigned(REWRITTEN, {"checkpoint": bytes(borrowed)}), policy) == [
        "checkpoint: the signature labelled icb.example/witness was not made with its key"
    ]


def test_a_witness_whose_key_is_of_an_unknown_kind_is_named() -> None:
    """The quorum is met without it, and it is said that it was not heard."""
    newer = f"witness newer newer.example+0a1b2c3d+{b64encode(bytes([6, 1, 2])).decode()}\n"
    text = POLICY.decode().replace("group partners 2", f"{newer}group partners 2 newer")
    policy = replace(TRUST, policy=read_policy(text.encode()))
    honest = log_of(ROWS, witnessed(checkpoint_of(ROWS), "police", "icb"))
    report = verified(honest, policy)
    assert report.findings == []
    assert (
        "whether newer signed this checkpoint: its key in the policy is of a kind that "
        "this program does not know"
    ) in report.unchecked


def test_a_log_that_was_cut_back_is_found_by_a_checkpoint_held() -> None:
    """Whether or not it has grown again since."""
    cut = log_of(ROWS[:200])
    assert found(cut, holding(at(300))) == [
        (
            "held 300: covers 300 events, more than this bundle: the bundle is older, or events "
            "were removed from the log"
        )
    ]
    grown = [*ROWS[:200], *(row("KM-2020-004", version) for version in range(1, 150))]
    assert found(log_of(grown), holding(at(300))) == [
        "held 300: the root calculated from the first 300 events does not match it"
    ]
    assert found(case_of(grown, earlier=(300,)), holding(at(300))) == [
        "held 300: the root calculated from the consistency proof does not match the older root"
    ]


def test_what_no_bundle_can_show_is_not_found() -> None:
    """Without a checkpoint held or a witness, a log that its own key signs again is believed.

    So is one without the events after the last checkpoint that anybody else has. These are the
    limits that `docs/explanation/proof.md` tells.
    """
    assert found(REWRITTEN) == []
    assert found(log_of(ROWS[:290]), holding(at(256))) == []


# -------------------------------------------------------------------------- after a restore

NEXT: Final = SigningKey(f"{KEY.name}/epoch/2", bytes(range(1, 33)))
ENDED: Final = at(300)
BEGUN: Final = [*ROWS[:290], *(row("KM-2020-004", version) for version in range(1, 40))]


def epoch(**changed: object) -> Epoch:
    """Return how a new log begins after the last ten events were lost."""
    told = Epoch(NEXT.name, ENDED, 290, at(290).root, ("u-1", "u-2"))
    return replace(told, **changed)  # type: ignore[arg-type] # its own attributes


def next_log(statement: bytes) -> dict[str, bytes]:
    """Return the bundle of a log that began with a statement."""
    note = checkpoint_of(BEGUN, NEXT)
    files = log_of(BEGUN, epoch=read_note(statement)) | {"checkpoint": bytes(note)}
    lines = bytes(read_note(resigned(files, {})["manifest"]).text)
    manifest = replace(read_manifest(lines), origin=NEXT.name)
    return files | {"manifest": bytes(signed(bytes(manifest), NEXT))}


BOTH: Final = Trust((KEY.public, NEXT.public))
STATED: Final = next_log(bytes(signed(bytes(epoch()), NEXT, KEY)))


def test_a_log_after_a_restore_says_what_was_lost() -> None:
    """And meets what was kept: the checkpoints of the ended log up to there, and its last one."""
    held = tuple((f"held {size}", at(size)) for size in (100, 290, 295, 300))
    report = verified(STATED, replace(BOTH, checkpoints=held))
    assert report.findings == []
    assert report.checked["roots held or stated earlier"] == 3
    assert report.unchecked[2:] == [
        "the 10 events that u-1 and u-2 state were lost in a restore",
        "held 295: its last events are among those that were lost",
        "held 300: its last events are among those that were lost",
    ]


def test_an_epoch_that_the_ended_log_did_not_sign_is_said() -> None:
    """Its key may be lost; then only the new one speaks."""
    alone = next_log(bytes(signed(bytes(epoch()), NEXT)))
    report = verified(alone, BOTH)
    assert report.findings == []
    assert (
        "whether the log that ended confirms the epoch: no key given for that log signed "
        "the statement"
    ) in report.unchecked


def test_a_log_after_a_restore_without_its_epoch_is_told() -> None:
    """Its name says that another log came before it."""
    files = {name: data for name, data in STATED.items() if name != "epoch"}
    manifest = read_manifest(read_note(files["manifest"]).text)
    listed = {name: digest for name, digest in manifest.files.items() if name != "epoch"}
    files["manifest"] = bytes(signed(bytes(replace(manifest, files=listed)), NEXT))
    report = verified(files, BOTH)
    assert report.findings == []
    assert "what was lost before this log: the bundle has no epoch statement" in report.unchecked


@pytest.mark.parametrize(
    ("told", "what"),
    [
        (epoch(origin=KEY.name), "the epoch does not follow from the log that ended"),
        (epoch(origin="a.example"), "the epoch does not follow from the log that ended"),
        (epoch(kept=300), "no event was lost, so no new epoch is needed"),
        (epoch(kept=301), "a number is not written in plain decimal digits"),
        (epoch(actors=("u-1", "u-1")), "two different people must state an epoch"),
        (epoch(actors=("u-1", "")), "a name is empty, or contains a space or a plus sign"),
        (
            epoch(ended=replace(ENDED, size=400), kept=390),
            "does not describe the beginning of this log",
        ),
    ],
)
def test_an_epoch_that_cannot_be_is_refused(told: Epoch, what: str) -> None:
    """Its numbers, its names and its two people."""
    statement = bytes(signed(bytes(told), NEXT, KEY))
    assert found(next_log(statement), BOTH) == [f"epoch: {what}"]


def test_an_epoch_of_a_lost_number_that_is_wrong_is_refused() -> None:
    """The number that people read must be the one that follows."""
    text = bytes(epoch()).replace(b"\n10\n", b"\n1\n")
    assert found(next_log(bytes(signed(text, NEXT))), BOTH) == [
        "epoch: the epoch does not follow from the log that ended"
    ]


def test_an_epoch_that_keeps_another_history_is_found() -> None:
    """The events it says were kept are not those of the new log."""
    lines = found(next_log(bytes(signed(bytes(epoch(kept_root=bytes(32))), NEXT))), BOTH)
    assert lines == ["epoch: the root calculated from the first 290 events does not match it"]


@pytest.mark.parametrize("ended", [at(301, rows(301)), replace(at(300), root=bytes(32))])
def test_an_epoch_after_another_end_is_found_by_a_checkpoint_held(ended: Checkpoint) -> None:
    """The ended log had signed more, or another tree, than the epoch says."""
    trust = replace(BOTH, checkpoints=(("held", ended),))
    assert found(STATED, trust) == [
        "held: does not match the log that ended, as the epoch statement describes it"
    ]


def test_the_root_of_the_small_log_is_that_of_its_leaves() -> None:
    """So that these tests do not only agree with themselves."""
    assert at(300).root == root_of(leaves_of(ROWS))
    assert read_consistency_proof(CASE["consistency/100"]).old == 100
