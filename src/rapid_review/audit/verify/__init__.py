"""Verify a bundle of the record offline, without the software that made it.

    python -m verify BUNDLE --key VKEY [--policy FILE] [--held FILE ...] [--json]

This folder needs Python 3.11 and the library `cryptography`, and nothing else of `rapid_review`:
an auditor may take it away, read it, and run it as above, from where the folder `verify` stands.
What it reads and checks, byte for byte, is told in `docs/reference/leaf-and-bundle.md`.

A bundle is a folder, or the same as one archive. It is the whole log, or one case with a proof
for each of its events. What is trusted is brought by the auditor: the log's public key, the
policy that says which witnesses must have signed, and any checkpoint that was kept earlier.

Read the forms first: `forms`, `damage`, `layout`, `leaf_text`, `tree`, `proofs`, `notes`,
`statements` and `policy`. Then what is done with them: `archive`, `files`, `trust`, `report`, and
the checks in `steps`, which leads to `signed_bundle`, `earlier_roots`, `rows`, `whole_log` and
`one_case`. The program is `__main__`. The software that makes leaves, notes and bundles uses the
same forms, from here.
"""

from .archive import packed
from .files import Files, open_bundle
from .forms import MalformedError, UnreadableError, read_base64, read_number
from .layout import REPLAY, TILE, entry_path, is_attached, proof_path, state_path, tile_path
from .leaf_text import LEAF_FORM, LeafEntry, Reference, read_case, read_entry, references_in
from .notes import (
    COSIGNATURE,
    ED25519,
    Key,
    Note,
    Signature,
    cosigned_text,
    is_key,
    is_key_name,
    read_key,
    read_note,
    read_signatures,
)
from .policy import Policy, read_policy
from .proofs import Growth, Proof, hold_consistent, read_growth, read_proof, root_from_inclusion
from .report import Finding, Report
from .signed_bundle import NO_EVIDENCE
from .statements import (
    STATEMENTS,
    CaseHead,
    Checkpoint,
    Epoch,
    Manifest,
    is_like_a_checkpoint,
    is_next_origin,
    next_origin,
    open_statement,
    read_case_head,
    read_checkpoint,
    read_epoch,
    read_manifest,
)
from .steps import verify
from .tree import (
    EMPTY_ROOT,
    Frontier,
    leaf_hash,
    node_hash,
    read_entries,
    read_tile,
    root_of,
    tiles,
)
from .trust import Trust, read_trust

__all__ = [
    "COSIGNATURE",
    "ED25519",
    "EMPTY_ROOT",
    "LEAF_FORM",
    "NO_EVIDENCE",
    "REPLAY",
    "STATEMENTS",
    "TILE",
    "CaseHead",
    "Checkpoint",
    "Epoch",
    "Files",
    "Finding",
    "Frontier",
    "Growth",
    "Key",
    "LeafEntry",
    "MalformedError",
    "Manifest",
    "Note",
    "Policy",
    "Proof",
    "Reference",
    "Report",
    "Signature",
    "Trust",
    "UnreadableError",
    "cosigned_text",
    "entry_path",
    "hold_consistent",
    "is_attached",
    "is_key",
    "is_key_name",
    "is_like_a_checkpoint",
    "is_next_origin",
    "leaf_hash",
    "next_origin",
    "node_hash",
    "open_bundle",
    "open_statement",
    "packed",
    "proof_path",
    "read_base64",
    "read_case",
    "read_case_head",
    "read_checkpoint",
    "read_entries",
    "read_entry",
    "read_epoch",
    "read_growth",
    "read_key",
    "read_manifest",
    "read_note",
    "read_number",
    "read_policy",
    "read_proof",
    "read_signatures",
    "read_tile",
    "read_trust",
    "references_in",
    "root_from_inclusion",
    "root_of",
    "state_path",
    "tile_path",
    "tiles",
    "verify",
]
