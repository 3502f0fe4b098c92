"""A process of its own that signs a growing log: `python -m tests.faults.a_signer MEMORY FOLDER`.

It prints the size of each checkpoint once it is signed, and again once it is kept outside.
"""

import os
import sys
from pathlib import Path
from typing import Final

from rapid_review.audit.log.leaf import leaf_hash
from rapid_review.audit.log.merkle import consistency_proof, nodes_of_leaves, root_of
from rapid_review.audit.log.note import SigningKey
from rapid_review.audit.log.signing import Signer
from rapid_review.audit.log.sinks import FolderSink

KEY: Final = SigningKey("safeguarding.example/reviews", bytes(range(32)))
LEAVES: Final = [leaf_hash(b"%d" % number) for number in range(10_000)]


def sign_for_ever(memory: Path, folder: Path) -> None:
    """Sign the log at every size, from the last that was signed."""
    signer = Signer(KEY, memory)
    nodes = nodes_of_leaves(LEAVES)
    for size in range(signer.last().size, len(LEAVES)):
        root = root_of(LEAVES[:size])
        note = signer.checkpoint(size, root, lambda old, new: consistency_proof(old, new, nodes))
        os.write(sys.stdout.fileno(), b"signed %d\n" % size)
        FolderSink(folder).put(note)
        os.write(sys.stdout.fileno(), b"kept %d\n" % size)


if __name__ == "__main__":
    sign_for_ever(Path(sys.argv[1]), Path(sys.argv[2]))
