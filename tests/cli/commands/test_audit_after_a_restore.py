"""`audit epoch` and witnesses at a terminal: a log begins again, and others sign it."""

from datetime import timedelta
from pathlib import Path

import pytest

from rapid_review.audit.log.note import COSIGNATURE, SigningKey, read_note
from rapid_review.audit.verify import read_consistency_proof
from tests.cli.a_terminal import NOW, RECEIPT, REPORT, document, lines, typed
from tests.cli.commands.an_audited_store import (
    CUT,
    ORIGIN,
    PUBLIC,
    altered,
)


def entries() -> str:
    """Return how many entries the store holds, as `audit verify` says it."""
    return str(document(typed("audit", "verify", "--json"))["checked"]["entries"])


@pytest.mark.usefixtures("here")
def test_an_epoch_that_is_refused_leaves_no_key() -> None:
    """Nothing was lost; asked again with what is right, the same name is free."""
    typed("audit", "checkpoint")
    epoch = ("audit", "epoch", "--by", "pt-01", "pt-02", "-o", "new")
    refused = typed(*epoch, "--kept", entries())
    assert (refused.exit_code, "no event was lost" in refused.stderr) == (5, True)
    assert not list(Path().glob("new*"))
    request = ("audit", "cosign-request", "--origin", ORIGIN)
    for nonsense in ([*epoch, "--kept", "-1"], [*request, "--known", "-1"]):
        assert typed(*nonsense).exit_code == 2


@pytest.mark.usefixtures("here")
def test_a_restored_store_begins_a_new_epoch() -> None:
    """The old key signs nothing; two people state the loss; both logs are then verified."""
    typed("audit", "checkpoint", "--sink", "sink")
    altered(CUT)
    typed("audit", "rebuild")
    altered("DELETE FROM audit_checkpoints")
    refused = typed("audit", "checkpoint")
    assert (refused.exit_code, "start a new epoch" in refused.stderr) == (4, True)
    kept = ("--kept", entries())
    one = typed("audit", "epoch", "--by", "pt-01", "pt-01", "-o", "same-key", *kept)
    assert (one.exit_code, "two different people must state an epoch" in one.stderr) == (5, True)
    begun = typed("audit", "epoch", "--by", "pt-01", "pt-02", "-o", "next-key", "--json", *kept)
    assert document(begun)["origin"] == f"{ORIGIN}/epoch/2"
    made = typed("audit", "checkpoint", "--key", "next-key", "--sink", "sink-2")
    assert made.exit_code == 0
    keys = ("--key", PUBLIC, "--key", "next-key.pub")
    report = document(
        typed("audit", "verify", *keys, "--sink", "sink", "--sink", "sink-2", "--json")
    )
    assert report["verified"]
    assert "the 2 entries that pt-01 and pt-02 state were lost in a restore" in report["unchecked"]
    typed("audit", "bundle", "KM-1", "-o", "bundle", "--key", "next-key")
    assert typed("audit", "verify-bundle", "bundle", *keys).exit_code == 0


@pytest.mark.usefixtures("here")
def test_a_witness_is_asked_and_answers() -> None:
    """The request begins with the size that it knows; its signature is then in the bundle."""
    typed("audit", "checkpoint")
    typed("apply", "-", stdin=lines({**REPORT, "agency": "police"}))
    typed("audit", "checkpoint")
    asked = typed("audit", "cosign-request", "--origin", ORIGIN, "--known", "5")
    growth = read_consistency_proof(asked.stdout_bytes)
    assert (growth.old, len(growth.hashes)) == (5, 3)
    witness = SigningKey("icb.example/witness", bytes(32), COSIGNATURE)
    Path("answer").write_text(str(witness.sign(read_note(growth.checkpoint).text, at=1)))
    add = ("audit", "add-cosignature", "answer", "--origin", ORIGIN)
    assert typed(*add, "--key", str(witness.public)).stdout == "2 signatures\n"
    told = document(typed(*add, "--key", str(witness.public), "--json"))  # once more, for nothing
    assert told == {"signatures": [ORIGIN, "icb.example/witness"]}
    again = typed("audit", "cosign-request", "--origin", ORIGIN, "--known", "5", "--json")
    assert "icb.example/witness" in document(again)["request"]
    typed("audit", "bundle", "-o", "bundle", "--size", "6", "--with-proof")
    policy = f"witness icb {witness.public}\nquorum icb\n"
    Path("policy").write_text(policy)
    told = document(
        typed(
            *("audit", "verify-bundle", "bundle", "--key", PUBLIC),
            *("--policy", "policy", "--json"),
        )
    )
    assert told["verified"]
    assert told["checked"]["cosignatures of witnesses"] == 1


@pytest.mark.usefixtures("here")
def test_a_witness_that_is_not_known_or_asked_in_vain() -> None:
    """Exit code 5 where there is no checkpoint, or no answer by a known witness; 2 for no key."""
    assert typed("audit", "cosign-request", "--origin", ORIGIN).exit_code == 5
    typed("audit", "checkpoint")
    assert typed("audit", "cosign-request", "--origin", ORIGIN, "--known", "9").exit_code == 5
    Path("answer").write_text("nothing\n")
    command = ("audit", "add-cosignature", "answer", "--origin", ORIGIN)
    assert typed(*command, "--key", Path(PUBLIC).read_text().strip()).exit_code == 5
    assert typed(*command, "--key", "no key").exit_code == 2


@pytest.mark.usefixtures("here")
def test_a_stamp_of_a_clock_that_ran_ahead_is_found() -> None:
    """A case of next year is a finding today, and none next year."""
    assert typed("audit", "verify").exit_code == 0
    year = NOW + timedelta(days=365)
    typed("apply", "-", stdin=lines({**RECEIPT, "case": "KM-2"}), now=year)
    result = typed("audit", "verify")
    assert result.exit_code == 4
    assert "case 'KM-2', up to version 4" in result.stdout
    assert "the clock here says 2020-06-01 09:00:00+00:00" in result.stdout
    assert typed("audit", "verify", now=year).exit_code == 0
