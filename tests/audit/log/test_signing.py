"""The signer signs what continues the last it signed, and remembers it first."""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from rapid_review.audit.log.merkle import EMPTY_ROOT, consistency_proof, nodes_of_leaves, root_of
from rapid_review.audit.log.note import Note, SigningKey, read_checkpoint, read_note
from rapid_review.audit.log.signing import Signer
from rapid_review.audit.log.sinks import CallbackSink, CheckpointSink, FolderSink
from rapid_review.audit.verify import Checkpoint, read_epoch
from rapid_review.domain.errors import InvalidInputError, RecordError, StorageError
from tests.audit.a_log import CASES, KEY, WITNESSES, checkpoint_of, leaves_of, row, rows

ROWS: Final = rows(20)
LEAVES: Final = leaves_of(ROWS)
NEXT: Final = SigningKey(f"{KEY.name}/epoch/2", bytes(range(1, 33)))


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    """Return the signer of a log that has signed nothing yet."""
    return Signer.start(KEY, tmp_path / "signed")


def sign(signer: Signer, size: int, leaves: Sequence[bytes] = LEAVES) -> Note:
    """Have the tree over the first leaves signed."""
    nodes = nodes_of_leaves(leaves[:size])
    root = root_of(leaves[:size])
    return signer.checkpoint(size, root, lambda old, new: consistency_proof(old, new, nodes))


def test_a_log_that_grows_is_signed(signer: Signer) -> None:
    """From nothing on; and the last checkpoint is known, also to one who opens it again."""
    assert signer.last() == Checkpoint(KEY.name, 0, EMPTY_ROOT)
    for size in (0, 1, 7, 20):
        note = sign(signer, size)
        assert note == checkpoint_of(ROWS[:size])
        assert Signer(KEY, signer.state_file).last() == read_checkpoint(note.text)


def test_the_same_log_is_signed_again_with_the_same_bytes(signer: Signer) -> None:
    """No chance and no time is in it."""
    assert bytes(sign(signer, 7)) == bytes(sign(signer, 7)) == bytes(checkpoint_of(ROWS[:7]))


OTHER: Final = leaves_of([*ROWS[:6], row(CASES[0], 3, "never said"), *ROWS[7:]])


@pytest.mark.parametrize(("size", "leaves"), [(6, LEAVES), (0, LEAVES), (7, OTHER), (20, OTHER)])
def test_a_log_that_does_not_continue_is_not_signed(
    signer: Signer, size: int, leaves: Sequence[bytes]
) -> None:
    """Restored from a backup, or rewritten: smaller, of another past, or of the same size."""
    before = sign(signer, 7)
    with pytest.raises(RecordError, match=f"the log of {size} events does not continue"):
        sign(signer, size, leaves)
    assert signer.state_file.read_bytes() == bytes(before)


def test_a_false_proof_is_not_believed(signer: Signer) -> None:
    """The signer checks it for itself."""
    sign(signer, 7)
    for wrong in ([], [bytes(32)] * 3):
        with pytest.raises(RecordError, match="does not sign"):
            signer.checkpoint(20, root_of(LEAVES), lambda *_, wrong=wrong: wrong)


def test_a_memory_is_started_once(tmp_path: Path, signer: Signer) -> None:
    """Else a restored log could be signed by starting again; and a witness's key signs no log."""
    sign(signer, 7)
    with pytest.raises(InvalidInputError, match="already exists"):
        Signer.start(KEY, signer.state_file)
    with pytest.raises(InvalidInputError, match="is a witness's"):
        Signer.start(WITNESSES["icb"], tmp_path / "other")
    assert signer.last().size == 7


def test_nothing_is_signed_without_the_memory(signer: Signer) -> None:
    """It is lost, altered, or of another log."""
    whole = signer.state_file.read_bytes()
    for wrong in (b"", whole[:-5], whole.replace(b"\n0\n", b"\n1\n")):
        signer.state_file.write_bytes(wrong)
        with pytest.raises(RecordError, match="does not contain a checkpoint of safeguarding"):
            sign(signer, 7)
    signer.state_file.write_bytes(whole)
    with pytest.raises(RecordError, match="does not contain a checkpoint of"):
        Signer(NEXT, signer.state_file).last()
    signer.state_file.unlink()
    with pytest.raises(StorageError, match="the newest copy of a checkpoint that anybody kept"):
        sign(signer, 7)
    signer.state_file.write_bytes(bytes(checkpoint_of(ROWS[:9])))
    assert sign(signer, 20) == checkpoint_of(ROWS)
    signer.state_file.unlink()
    with pytest.raises(StorageError, match="cannot be written"):
        sign(Signer(KEY, signer.state_file / "no" / "folder"), 7)


def test_a_full_disc_leaves_the_memory_as_it_was(
    signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be remembered is not signed."""
    sign(signer, 7)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StorageError, match="No space left on device"):
            sign(signer, 20)
        with pytest.raises(StorageError, match="No space left on device"):
            Signer.start(KEY, signer.state_file.with_name("other"))
    assert signer.last().size == 7
    assert sign(signer, 20) == checkpoint_of(ROWS)
    left = sorted(each.name for each in signer.state_file.parent.iterdir())
    assert left == ["signed", "signed.lock"]


@pytest.mark.skipif(sys.platform == "win32", reason="there, nothing keeps others from signing")
def test_one_at_a_time_signs(signer: Signer) -> None:
    """A larger log that is signed meanwhile is not forgotten for a smaller one."""
    begun, go = threading.Event(), threading.Event()

    def slow(old: int, new: int) -> Sequence[bytes]:
        begun.set()
        go.wait(10)
        return consistency_proof(old, new, nodes_of_leaves(LEAVES))

    first = threading.Thread(target=signer.checkpoint, args=(20, root_of(LEAVES), slow))
    first.start()
    begun.wait(10)
    refused: list[RecordError] = []

    def smaller() -> None:
        try:
            sign(Signer(KEY, signer.state_file), 7)
        except RecordError as error:
            refused.append(error)

    second = threading.Thread(target=smaller)
    second.start()
    go.set()
    for each in (first, second):
        each.join(10)
    assert len(refused) == 1
    assert signer.last().size == 20


def test_statements_are_signed_that_cannot_be_taken_for_a_checkpoint(signer: Signer) -> None:
    """A case head and a manifest name their form first."""
    text = b"rapidreview.case-head/v1\n"
    assert read_note(bytes(signer.sign_statement(text))).signers([KEY.public]) == {KEY.public}
    with pytest.raises(
        InvalidInputError, match="signs nothing but checkpoints, case heads and manifests"
    ):
        signer.sign_statement(bytes(Checkpoint(KEY.name, 1, bytes(32))))
    with pytest.raises(
        InvalidInputError, match="nothing but checkpoints, case heads and manifests"
    ):
        signer.sign_statement(bytes(Checkpoint("rapidreview.example", 1, bytes(32))))


# -------------------------------------------------------------------------- after a restore


def test_a_restored_log_goes_on_in_a_new_epoch(signer: Signer) -> None:
    """Two people state what was lost; the old log signs no more, and the new one grows."""
    sign(signer, 20)
    new, statement = signer.next_epoch(
        12,
        root_of(LEAVES[:12]),
        key=NEXT,
        state_file=signer.state_file.with_name("2"),
        by=("u-1", "u-2"),
    )
    epoch = read_epoch(read_note(bytes(statement)).text)
    assert (epoch.ended.size, epoch.kept, epoch.lost) == (20, 12, 8)
    assert epoch.actors == ("u-1", "u-2")
    keys = {NEXT.public, KEY.public}
    assert statement.signers(keys) == keys
    again = leaves_of([*ROWS[:12], row(CASES[0], 5, "said again")])
    assert sign(new, 13, again) == checkpoint_of(
        [*ROWS[:12], row(CASES[0], 5, "said again")], NEXT
    )
    with pytest.raises(RecordError, match="does not contain a checkpoint"):
        sign(signer, 20)


@pytest.mark.parametrize(
    ("kept", "key", "by", "what"),
    [
        (20, NEXT, ("u-1", "u-2"), "no event was lost"),
        (21, NEXT, ("u-1", "u-2"), "not written in plain decimal"),
        (12, NEXT, ("u-1", "u-1"), "two different people must"),
        (12, NEXT, ("u-1", "u 2"), "contains a space"),
        (
            12,
            KEY,
            ("u-1", "u-2"),
            "the new key must have the name safeguarding.example/reviews/epoch/2",
        ),
    ],
)
def test_an_epoch_that_cannot_be_is_not_begun(
    signer: Signer, kept: int, key: SigningKey, by: tuple[str, str], what: str
) -> None:
    """Nothing lost, another name, or one person alone: the log goes on as it was."""
    sign(signer, 20)
    memory = signer.state_file.with_name("2")
    with pytest.raises(InvalidInputError, match=what):
        signer.next_epoch(kept, root_of(LEAVES[:kept]), key=key, state_file=memory, by=by)
    assert not memory.exists()
    with pytest.raises(InvalidInputError, match="already exists"):
        signer.next_epoch(
            12, root_of(LEAVES[:12]), key=NEXT, state_file=signer.state_file, by=("u-1", "u-2")
        )
    assert signer.last().size == 20


# -------------------------------------------------------------------------------------- sinks


def test_a_folder_keeps_each_checkpoint_and_never_writes_it_again(tmp_path: Path) -> None:
    """Put twice it is there once; another of its size is refused, and the first one stays."""
    sink: CheckpointSink = FolderSink(tmp_path / "outside" / "checkpoints")
    first = checkpoint_of(ROWS[:7])
    receipt = sink.put(first)
    assert Path(receipt).name == "checkpoint.7"
    assert sink.put(first) == receipt
    assert Path(sink.put(checkpoint_of(ROWS))).read_bytes() == bytes(checkpoint_of(ROWS))
    with pytest.raises(
        RecordError, match=r"checkpoint\.7 already contains another checkpoint of that size"
    ):
        sink.put(checkpoint_of([*ROWS[:6], row(CASES[0], 3, "never said")]))
    assert Path(receipt).read_bytes() == bytes(first)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file is where the folder should; a folder where the file should."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="cannot be written"):
        FolderSink(tmp_path / "file").put(checkpoint_of(ROWS))
    (tmp_path / "checkpoint.20").mkdir()
    with pytest.raises(StorageError, match="cannot be written"):
        FolderSink(tmp_path).put(checkpoint_of(ROWS))


def test_a_callback_is_handed_the_bytes() -> None:
    """And its receipt comes back."""
    handed: list[bytes] = []

    def mail(note: bytes) -> str:
        handed.append(note)
        return "mailed to the data protection officer"

    sink: CheckpointSink = CallbackSink(mail)
    assert sink.put(checkpoint_of(ROWS)) == "mailed to the data protection officer"
    assert handed == [bytes(checkpoint_of(ROWS))]


def test_the_producing_side_is_light_to_import() -> None:
    """It knows no store."""
    names = "rapid_review.audit.log.bundle, rapid_review.audit.log.signing, sys"
    listing = f"import {names}; print(*sys.modules)"
    run = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", listing], capture_output=True, check=True, text=True
    )
    assert not {"sqlite3", "eventsourcing", "click"} & set(run.stdout.split())
