"""The leaf of a stored row: a pure function of the row and of the leaf before it in its stream.

Leaves are never stored beside the rows: whoever holds the rows can make them again, in the order
of their positions. The form is told in `docs/reference/leaf-and-bundle.md`.
"""

import hashlib

from rapid_review.audit.verify import NO_LEAF, MalformedError, entry_text, leaf_hash

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
    if type(version) is not int or type(topic) is not str or type(state) is not bytes:
        raise MalformedError(
            "a row holds a version, a topic or a body of another type than it must: "
            f"{type(version).__name__}, {type(topic).__name__}, {type(state).__name__}"
        )
    before = NO_LEAF if previous is None else previous.hex()
    return entry_text(stream, version, topic, hashlib.sha256(state).hexdigest(), before)


class Leaves:
    """Makes leaves of rows in the order of their positions, and keeps the last of each stream.

    Attributes:
        heads: by stream, the last version and its leaf: what a case head is made of.
    """

    def __init__(self) -> None:
        self.heads: dict[str, tuple[int, bytes]] = {}

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
        last, before = self.heads.get(stream, (0, None))
        if version != last + 1:
            raise MalformedError(f"version {last + 1} was to come next in its stream")
        text = entry_of(stream, version, topic, state, before)
        leaf = leaf_hash(text)
        self.heads[stream] = version, leaf
        return text, leaf
