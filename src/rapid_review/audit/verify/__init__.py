"""Verify a bundle of the record offline, without the software that made it.

    python -m verify BUNDLE --key VKEY [--policy FILE] [--held FILE ...] [--json]

This folder needs Python 3.11 and the library `cryptography`, and nothing else of `rapid_review`:
an auditor may take it away, read it, and run it as above, from the folder that holds `verify`.
`docs/reference/leaf-and-bundle.md` describes, byte for byte, what is read and checked.

A bundle is a folder, or the same files as one archive. It is the whole log, or one case with a
proof for each of its events. The auditor brings what is trusted: the log's public key, the policy
that says which witnesses must have signed, and any checkpoint that was kept earlier.

Read it in the order of its work. `encoding` says how everything is written, and `envelope` how a
sealed body is; `tree`, `leaf`, `notes` and `statements` read what is hashed, proved, signed and
stated. `files` opens the bundle, `trust` what the auditor brings, and `report` collects what the
checks yield. `steps` makes the checks, from the manifest to the last event, with `signed_bundle`
for what a log and a case have in common. The program is `__main__`. The software that makes
bodies, leaves, notes and bundles uses the same forms, from here.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .encoding import (
        REPLAY,
        TILE,
        MalformedError,
        UnreadableError,
        entry_path,
        is_attached,
        proof_path,
        read_base64,
        read_number,
        state_path,
        tile_path,
    )
    from .envelope import (
        Envelope,
        Section,
        is_marked_sealed,
        public_part,
        read_envelope,
    )
    from .files import Files, open_bundle, packed
    from .leaf import LEAF_FORM, LeafEntry, Reference, read_case, read_entry, references_in
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
    from .report import Checked, Finding, Remark, Report, Step, Steps, Subject, Unchecked
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
        ConsistencyProof,
        Frontier,
        InclusionProof,
        check_consistency,
        leaf_hash,
        node_hash,
        read_consistency_proof,
        read_entries,
        read_inclusion_proof,
        read_tile,
        root_from_inclusion,
        root_of,
        tiles,
    )
    from .trust import Policy, Trust, key_texts, read_policy, read_trust
else:

    def __getattr__(name: str) -> object:
        """Load a public name when it is first asked for, from the first module that has it.

        To read one envelope, there is no need to load what verifies a whole bundle.
        """
        for home in _HOMES if name in __all__ else ():
            module = import_module(f".{home}", __name__)
            if hasattr(module, name):
                return getattr(module, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List what is public, loaded or not: what `help` and completion show."""
    return sorted({*globals(), *__all__})


_HOMES = (
    *("encoding", "envelope", "files", "leaf", "notes", "report", "signed_bundle", "statements"),
    *("steps", "tree", "trust"),
)

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
    "Checked",
    "Checkpoint",
    "ConsistencyProof",
    "Envelope",
    "Epoch",
    "Files",
    "Finding",
    "Frontier",
    "InclusionProof",
    "Key",
    "LeafEntry",
    "MalformedError",
    "Manifest",
    "Note",
    "Policy",
    "Reference",
    "Remark",
    "Report",
    "Section",
    "Signature",
    "Step",
    "Steps",
    "Subject",
    "Trust",
    "Unchecked",
    "UnreadableError",
    "check_consistency",
    "cosigned_text",
    "entry_path",
    "is_attached",
    "is_key",
    "is_key_name",
    "is_like_a_checkpoint",
    "is_marked_sealed",
    "is_next_origin",
    "key_texts",
    "leaf_hash",
    "next_origin",
    "node_hash",
    "open_bundle",
    "open_statement",
    "packed",
    "proof_path",
    "public_part",
    "read_base64",
    "read_case",
    "read_case_head",
    "read_checkpoint",
    "read_consistency_proof",
    "read_entries",
    "read_entry",
    "read_envelope",
    "read_epoch",
    "read_inclusion_proof",
    "read_key",
    "read_manifest",
    "read_note",
    "read_number",
    "read_policy",
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
