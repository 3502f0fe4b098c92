"""Whether this record sealed a row; asked before the row is acted on.

Anyone who can write to the database can write a row in the right form, but only the row key makes
its seal. So no key is destroyed, and nobody is let in, before the seals of the rows that say so
were checked: each time, because a row may be written or altered at any time.
"""

from collections.abc import Iterable

from rapid_review.audit.verify import Envelope
from rapid_review.domain.errors import RecordError, shown
from rapid_review.store.backends.ports import StoredRow
from rapid_review.store.sealing import envelope
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.place import Place, is_a_place


def row_sealed_by(keys: Keys, place: Place, state: bytes) -> Envelope | None:
    """Return the parts of a row; None if it was not sealed with these keys, for this place.

    Raises:
        KeysError: the row key is not available.
    """
    keys.row_key()  # raised here, a lack of it is the machine's fault, and not the row's
    if not is_a_place(*place):
        return None
    try:
        row = envelope.read(state)
        key = keys.row_key(row.epoch)
    except RecordError:  # it has another form, or names no row key
        return None
    return row if envelope.mac_holds(place, row, key) else None


def must_be_sealed_by(keys: Keys, place: Place, state: bytes, case: str) -> Envelope:
    """Return the parts of a row of a case, after checking that it was sealed with these keys.

    Raises:
        KeysError: the row key is not available.
        RecordError: it was not; the message names it.
    """
    row = row_sealed_by(keys, place, state)
    if row is None:
        raise RecordError(
            f"entry {place.version} of case {shown(case)} was not written with the keys of this "
            "record, or somebody altered it since. Nothing is done on its word; "
            "`rapid-review audit verify --keys` shows every such entry"
        )
    return row


def must_all_be_sealed_by(keys: Keys, stream: str, case: str, rows: Iterable[StoredRow]) -> None:
    """Check that these rows of a case were sealed with the keys of the record.

    Args:
        keys: the keys of the record.
        stream: the case's stream, in hexadecimal.
        case: the case's reference.
        rows: the rows.

    Raises:
        KeysError, RecordError: as for `must_be_sealed_by`.
    """
    for version, kind, state in rows:
        must_be_sealed_by(keys, Place(stream, version, kind), state, case)
