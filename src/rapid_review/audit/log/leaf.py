"""The leaf of a stored row: a pure function of the row and of the leaf before it in its stream.

Leaves are not stored with the rows: from the rows, in the order of their positions, they can
always be made again. `docs/reference/leaf-and-bundle.md` describes the form.
"""

import hashlib
import re
from functools import lru_cache
from typing import Final

from rapid_review.audit.verify import LEAF_FORM, MalformedError, leaf_hash

__all__ = ["Leaves", "MalformedError", "entry_of", "leaf_hash"]


def entry_of(stream: str, version: int, topic: str, state: bytes, previous: bytes | None) -> bytes:
    """Return the text that is hashed to the leaf of a row.

    Args:
        stream: the stream's id, 32 hexadecimal digits.
        version: the row's place in its stream, from 1.
        topic: the event's kind.
        state: the stored body, as it is.
        previous: the leaf of the version before; None for version 1.

    Raises:
        MalformedError: a column is not of the type or the form that it must be.

    >>> print(entry_of("0" * 31 + "1", 1, "CaseClosed", b"{}", None).decode(), end="")
    rapidreview.audit/v1
    00000000000000000000000000000001
    1
    CaseClosed
    44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a
    -
    """
    types = type(stream), type(version), type(topic), type(state)
    if types != (str, int, str, bytes):
        found = ", ".join(each.__name__ for each in types)
        raise MalformedError(f"a row has the types {found}; allowed: str, int, str, bytes")
    if not _STREAM(stream) or not _is_topic(topic):
        raise MalformedError("the stream or the topic of a row is not in the required form")
    if not 0 < version < _VERSION_LIMIT or (version == 1) != (previous is None):
        raise MalformedError(
            f"version {version} does not fit the leaf before it: version 1 has none, and every "
            "later version has one"
        )
    digest = hashlib.sha256(state).hexdigest()
    before = "-" if previous is None else previous.hex()
    return f"{LEAF_FORM}\n{stream}\n{version}\n{topic}\n{digest}\n{before}\n".encode()


_STREAM: Final = re.compile("[0-9a-f]{32}").fullmatch
_TOPIC: Final = re.compile("[^\x00-\x1f\x7f\ud800-\udfff]+").fullmatch
_NO_LEAF: Final = (0, None)
_VERSION_LIMIT: Final = 10**18
_LONGEST_TOPIC: Final = 255


@lru_cache(maxsize=256)
def _is_topic(topic: str) -> bool:
    """Say whether a topic has the required form."""
    # Cached, because many rows share few topics.
    return _TOPIC(topic) is not None and len(topic.encode()) <= _LONGEST_TOPIC


class Leaves:
    """Makes leaves of rows in the order of their positions, and keeps the last of each stream.

    Attributes:
        last_leaves: by stream, the last version and its leaf, from which a case head is made.
    """

    def __init__(self) -> None:
        self.last_leaves: dict[str, tuple[int, bytes]] = {}

    def add(self, stream: str, version: int, topic: str, state: bytes) -> bytes:
        """Return the leaf of the next row.

        Raises:
            MalformedError: as for `entry_of`; or the version does not follow the one before it in
                its stream.
        """
        return self.entry(stream, version, topic, state)[1]

    def entry(self, stream: str, version: int, topic: str, state: bytes) -> tuple[bytes, bytes]:
        """Return the text of the next row's leaf, and the leaf.

        Raises:
            MalformedError: as for `add`.
        """
        # A row may hold anything, even a value that cannot be a dictionary key.
        last, before = self.last_leaves.get(stream, _NO_LEAF) if type(stream) is str else _NO_LEAF
        if version != last + 1:
            raise MalformedError(f"the next version in its stream must be {last + 1}")
        text = entry_of(stream, version, topic, state, before)
        leaf = leaf_hash(text)
        self.last_leaves[stream] = version, leaf
        return text, leaf
