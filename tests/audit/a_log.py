"""A small log, as a store would keep it, and the bundles made of it."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid5

from rapid_review.audit.log.bundle import Row, case_files, log_files
from rapid_review.audit.log.leaf import Leaves
from rapid_review.audit.log.merkle import nodes_of_leaves, root_of, tile_path, tiles
from rapid_review.audit.log.note import (
    COSIGNATURE,
    Checkpoint,
    Note,
    SigningKey,
    cosigned,
    read_note,
    signed,
)
from rapid_review.audit.verify import (
    REPLAY,
    Files,
    Manifest,
    Report,
    Trust,
    leaf_hash,
    read_manifest,
    state_path,
    verify,
)

KEY: Final = SigningKey("safeguarding.example/reviews", bytes(range(32)))
TRUST: Final = Trust((KEY.public,))
WITNESSES: Final = {
    name: SigningKey(f"{name}.example/witness", bytes([number]) * 32, COSIGNATURE)
    for number, name in enumerate(("authority", "icb", "police"), start=1)
}
POLICY: Final = "".join(
    [
        f"log {KEY.public}\n",
        *(f"witness {name} {key.public}\n" for name, key in WITNESSES.items()),
        f"group partners 2 {' '.join(WITNESSES)}\n",
        "quorum partners\n",
    ]
).encode()
CASES: Final = ("KM-2020-001", "KM-2020-002", "KM-2020-003")
CALENDAR: Final = b'{"id": "england-and-wales"}\n'
TERMS: Final = b'id = "kent-and-medway-2020-05"\n'
RULES: Final = b'id = "working-together-2018"\n'
NAMED: Final = {
    "terms/kent-and-medway-2020-05.toml": TERMS,
    "terms/rule_sets/working-together-2018.toml": RULES,
    "calendars/england-and-wales/2020-01-01.json": CALENDAR,
}
"""The terms and calendars that every row names."""
ATTACHED: Final = {**NAMED, REPLAY: b"{}\n"}
"""What is given to the bundle of a case as it is."""

_NAMESPACE: Final = UUID("7d1b2b0e-0d5c-5a52-9d0f-6f1f0c6f7a11")


def row(case: str, version: int, words: str = "said") -> Row:
    """Return the row of a clock that starts, with `words` in its body."""
    body = {
        "schema": 1,
        "partnership": "kent-and-medway",
        "case": case,
        "version": version,
        "event": {
            "kind": "DeadlineSet",
            "words": words,
            "calendar": {
                "id": "england-and-wales",
                "version": "2020-01-01",
                "digest": f"sha256:{sha256(CALENDAR).hexdigest()}",
            },
            "terms": {
                "id": "kent-and-medway-2020-05",
                "digest": f"sha256:{sha256(TERMS).hexdigest()}",
                "rule_set": "working-together-2018",
                "rule_set_digest": f"sha256:{sha256(RULES).hexdigest()}",
            },
        },
    }
    stream = uuid5(_NAMESPACE, f"kent-and-medway\n{case}").hex
    state = json.dumps(body, separators=(",", ":")).encode()
    return Row(stream, version, "DeadlineSet", state)


def rows(size: int) -> list[Row]:
    """Return rows of three cases, in turn."""
    return [row(CASES[at % 3], at // 3 + 1, f"said {at}") for at in range(size)]


def leaves_of(kept: list[Row]) -> list[bytes]:
    """Return the leaves of rows."""
    made = Leaves()
    return [made.add(*each) for each in kept]


def checkpoint_of(kept: list[Row], key: SigningKey = KEY) -> Note:
    """Return the checkpoint of a log, signed."""
    return signed(bytes(Checkpoint(key.name, len(kept), root_of(leaves_of(kept)))), key)


def witnessed(note: Note, *names: str) -> Note:
    """Return a checkpoint with the cosignatures of witnesses, of 21 May 2020."""
    stamps = [WITNESSES[name].sign(note.text, at=1_590_073_200) for name in names]
    return cosigned(note, *stamps)


def state(text: bytes) -> Note:
    """Sign a statement with the log's key."""
    return signed(text, KEY)


def log_of(
    kept: list[Row], note: Note | None = None, epoch: Note | None = None
) -> dict[str, bytes]:
    """Return the bundle of a whole log."""
    note = note or checkpoint_of(kept)
    return dict(log_files(kept, note, state, attached=NAMED if kept else {}, epoch=epoch))


def case_of(
    kept: list[Row], case: str = CASES[1], note: Note | None = None, earlier: tuple[int, ...] = ()
) -> dict[str, bytes]:
    """Return the bundle of one case of a log."""
    own = row(case, 1).stream
    its = [(index, each) for index, each in enumerate(kept) if each.stream == own]
    nodes = nodes_of_leaves(leaves_of(kept))
    note = note or checkpoint_of(kept)
    return dict(case_files(its, nodes, note, state, earlier=earlier, attached=ATTACHED))


def verified(files: Mapping[str, bytes], trust: Trust = TRUST) -> Report:
    """Return the report about a bundle."""
    return verify(Files(frozenset(files), files.__getitem__), trust)


def resigned(files: Mapping[str, bytes], changes: Mapping[str, bytes | None]) -> dict[str, bytes]:
    """Return a bundle with files changed, or left out, and a manifest that fits them.

    It is what somebody can do who has the log's key.
    """
    kept = {**files, **changes}
    held = {name: data for name, data in kept.items() if data is not None and name != "manifest"}
    old = read_manifest(read_note(files["manifest"]).text)
    digests = {name: sha256(data).hexdigest() for name, data in held.items()}
    held["manifest"] = bytes(state(bytes(Manifest(old.kind, old.origin, old.size, digests))))
    return held


def crafted(entries: list[bytes], bodies: list[Row]) -> dict[str, bytes]:
    """Return the bundle of a log with any entries whatever, signed as if all were well."""
    leaves = [leaf_hash(entry) for entry in entries]
    note = signed(bytes(Checkpoint(KEY.name, len(leaves), root_of(leaves))), KEY)
    kept = b"".join(len(entry).to_bytes(2) + entry for entry in entries)
    files = {state_path(each.stream, each.version): each.state for each in bodies}
    files |= {tile_path("entries", 0, len(entries)): kept, "checkpoint": bytes(note)}
    files |= dict(tiles(leaves)) | (NAMED if bodies else {})
    manifest = Manifest("log", KEY.name, len(leaves), {})
    return resigned({"manifest": bytes(state(bytes(manifest)))}, files)
