"""What a witness is sent, what it answers, and which witnesses are enough."""

from base64 import b64encode
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review.audit.log.merkle import check_consistency, consistency_proof, nodes_of_leaves
from rapid_review.audit.log.note import COSIGNATURE, SigningKey, read_checkpoint, read_note
from rapid_review.audit.log.witness import (
    add_checkpoint,
    known_size,
    read_consistency_proof,
    read_policy,
    with_answer,
)
from rapid_review.audit.verify import MalformedError
from rapid_review.domain.errors import InvalidInputError, RecordError
from tests.audit.a_log import KEY, POLICY, WITNESSES, checkpoint_of, leaves_of, rows, witnessed

ROWS: Final = rows(20)
NOTE: Final = checkpoint_of(ROWS)
PROOF: Final = consistency_proof(7, 20, nodes_of_leaves(leaves_of(ROWS)))
KNOWN: Final = [key.public for key in WITNESSES.values()]
ANSWER: Final = str(WITNESSES["icb"].sign(NOTE.text, at=1_590_073_200)).encode()
STRANGER: Final = SigningKey("stranger.example", bytes(32), COSIGNATURE)


# ------------------------------------------------------------------------ asking and answering


def test_a_witness_is_sent_the_old_size_the_proof_and_the_checkpoint() -> None:
    """From which it can see that the log only grew."""
    body = add_checkpoint(7, PROOF, NOTE)
    assert body.startswith(b"old 7\n")
    assert body.endswith(b"\n\n" + bytes(NOTE))
    asked = read_consistency_proof(body)
    new = read_checkpoint(read_note(asked.checkpoint).text)
    old = read_checkpoint(checkpoint_of(ROWS[:7]).text)
    check_consistency(asked.old, old.root, new.size, new.root, asked.hashes)


def test_a_new_witness_is_sent_no_proof() -> None:
    """Every log continues the empty one."""
    assert add_checkpoint(0, [], NOTE) == b"old 0\n\n" + bytes(NOTE)


BODY: Final = add_checkpoint(7, PROOF, NOTE)


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"\n\n",
        b"old 7\n",
        BODY.replace(b"old", b"new"),
        BODY.replace(b"old 7", b"old 07"),
        BODY.replace(b"=\n", b"\n", 1),
        BODY.replace(b"\n", b"\n\xff", 1),
        b"old 7\n" + b"AAAA\n" + b"\n" + bytes(NOTE),
        add_checkpoint(7, [bytes(32)] * 64, NOTE),
    ],
)
def test_a_request_in_another_form_is_refused(wrong: bytes) -> None:
    """More than 63 hashes are none either."""
    with pytest.raises(MalformedError):
        read_consistency_proof(wrong)


def test_the_answer_is_added_to_the_checkpoint() -> None:
    """What is signed by a key that nobody knows is left out."""
    answer = ANSWER + str(STRANGER.sign(NOTE.text, at=1)).encode()
    assert with_answer(NOTE, answer, KNOWN) == witnessed(NOTE, "icb")


@pytest.mark.parametrize("wrong", [b"", b"\n", b"\xff", ANSWER[:-1], ANSWER[2:], ANSWER * 2])
def test_an_answer_that_is_none_is_refused(wrong: bytes) -> None:
    """It is told, and the checkpoint stays as it was."""
    with pytest.raises(InvalidInputError, match="answer cannot be read"):
        with_answer(NOTE, wrong, KNOWN)


def test_an_answer_of_a_stranger_or_for_another_checkpoint_is_refused() -> None:
    """The second is false: the key that it names did not sign this."""
    with pytest.raises(InvalidInputError, match="no signature by a witness of the policy"):
        with_answer(NOTE, ANSWER, [STRANGER.public])
    with pytest.raises(
        RecordError, match=r"signature labelled icb\.example/witness was not made with its key"
    ):
        with_answer(checkpoint_of(ROWS[:7]), ANSWER, KNOWN)


def test_a_witness_that_saw_another_size_says_which() -> None:
    """The proof is then made from that size on."""
    assert known_size(b"7\n") == 7
    for wrong in (b"", b"7", b"07\n", b"-7\n", b"7\n\n", b"\xff\n"):
        with pytest.raises(InvalidInputError, match="does not state the size"):
            known_size(wrong)


# ------------------------------------------------------------------------------------ policies


@given(st.sets(st.sampled_from(sorted(WITNESSES))))
def test_two_of_three_partners_are_enough(names: set[str]) -> None:
    """As the policy says; strangers and the log itself do not count."""
    policy = read_policy(POLICY)
    signed = {WITNESSES[name].public for name in names} | {KEY.public, STRANGER.public}
    assert policy.is_met(signed) == (len(names) >= 2)


def lines(*added: str) -> bytes:
    """Return a policy of three witnesses, and lines after them."""
    witnesses = [f"witness {name} {key.public}" for name, key in WITNESSES.items()]
    return "".join(f"{line}\n" for line in (*witnesses, *added)).encode()


@pytest.mark.parametrize(
    ("added", "enough"),
    [
        (["quorum none"], [[], ["icb"]]),
        (["quorum icb"], [["icb"], ["icb", "police"]]),
        (["group any any icb police", "quorum any"], [["icb"], ["police"]]),
        (["group all all icb police", "quorum all"], [["icb", "police"]]),
        (
            ["group a any icb police", "group b all a authority", "quorum b"],
            [["icb", "authority"], ["police", "authority"]],
        ),
        (["\t # partners", "", " \t", "quorum\tnone  "], [[]]),
    ],
)
def test_a_quorum_may_be_one_witness_a_group_or_groups_of_groups(
    added: list[str], enough: list[list[str]]
) -> None:
    """Comments, blank lines and tabs may be between."""
    policy = read_policy(lines(*added))
    for names in enough:
        assert policy.is_met([WITNESSES[name].public for name in names])
    if enough[0]:
        assert not policy.is_met([])
        assert not policy.is_met([WITNESSES["authority"].public])


def test_a_policy_names_logs_and_addresses() -> None:
    """An address is for those who speak to it, and not for those who verify."""
    text = (
        f"log {KEY.public} https://log.example/\nwitness w {STRANGER.public} https://w.example\n"
    )
    policy = read_policy(text.encode() + b"quorum none\n")
    assert policy.logs == (KEY.public,)
    assert policy.witnesses == {"w": STRANGER.public}
    assert read_policy(b"quorum none\n") == replace(policy, logs=(), witnesses={})


NEWER: Final = f"newer.example/witness+0a1b2c3d+{b64encode(bytes([6]) + bytes(1_312)).decode()}"
"""A witness's key of a kind that came later: ML-DSA-44."""


def test_a_key_of_a_kind_that_is_not_known_leaves_the_rest_of_a_policy_readable() -> None:
    """Who has it cannot be heard here: the others may be enough, and nothing counts for it."""
    added = (f"log {NEWER}", f"witness newer {NEWER} https://newer.example/")
    policy = read_policy(lines(*added, "group g 2 icb newer police", "quorum g"))
    assert policy.unknown == ("newer.example/witness", "newer")
    assert (policy.logs, len(policy.witnesses)) == ((), 3)
    icb, police = (WITNESSES[name].public for name in ("icb", "police"))
    assert policy.is_met([icb, police])
    assert not policy.is_met([icb])
    assert not read_policy(lines(*added, "quorum newer")).is_met([icb, police])
    with pytest.raises(MalformedError, match="line 5"):
        read_policy(lines(*added, f"witness newer {NEWER}", "quorum g").split(b"\n", 1)[1])


@pytest.mark.parametrize(
    "wrong",
    [NEWER.replace("+0a", "+0A"), NEWER.replace("newer", "ne wer"), NEWER[:-1], NEWER[:30] + "+"],
)
def test_a_key_of_an_unknown_kind_has_the_form_of_a_key(wrong: str) -> None:
    """What is cut off or mistyped is told as that."""
    with pytest.raises(MalformedError, match="line 4"):
        read_policy(lines(f"witness newer {wrong}", "quorum none"))


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        (lines(), None),
        (lines("quorum none")[:-1], None),
        (lines("quorum none\r"), None),
        (lines("quorum none", "quorum none"), 5),
        (lines("quorum nobody"), 4),
        (lines("quorum"), 4),
        (lines("group g any icb", "group h any icb", "quorum h"), 5),
        (lines("group g any icb icb", "quorum g"), 4),
        (lines("group g any h", "group h any icb", "quorum g"), 4),
        (lines("group g any g", "quorum g"), 4),
        (lines("group g any none", "quorum g"), 4),
        (lines("group g any", "quorum g"), 4),
        (lines("group g 0 icb", "quorum g"), 4),
        (lines("group g 2 icb", "quorum g"), 4),
        (lines("group g 01 icb", "quorum g"), 4),
        (lines("group g most icb", "quorum g"), 4),
        (lines("group icb any police", "quorum icb"), 4),
        (lines("group none any police", "quorum none"), 4),
        (lines(f"witness icb {STRANGER.public}", "quorum none"), 4),
        (lines(f"witness other {KNOWN[0]}", "quorum none"), 4),
        (lines(f"witness other {KEY.public}", "quorum none"), 4),
        (lines(f"log {KNOWN[0]}", "quorum none"), 4),
        (lines(f"log {KEY.public}", f"log {KEY.public}", "quorum none"), 5),
        (lines("log key", "quorum none"), 4),
        (lines("partner icb", "quorum none"), 4),
        (b"log \xff+\xff+\xff\nquorum none\n", 1),
    ],
)
def test_a_policy_in_another_form_is_refused(wrong: bytes, line: int | None) -> None:
    """And the line is named, where one line is wrong."""
    with pytest.raises(MalformedError, match=f"^line {line} " if line else "policy"):
        read_policy(wrong)
