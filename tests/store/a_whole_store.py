"""A store that holds one of everything: two partnerships, exports, checkpoints and an epoch."""

from pathlib import Path

from rapid_review import terms
from rapid_review.audit.log.note import SigningKey
from rapid_review.audit.log.signing import Signer
from rapid_review.store.store import Store
from tests.domain.a_review import INFORM, KENT, RECEIVE
from tests.faults.a_writer import batch
from tests.golden.entries import EXPORT
from tests.store.a_ledger import KEY
from tests.store.a_record import TEAM, HandSetClock, reviews_in, send_all

OTHER = next(
    one for one in map(terms.load, terms.available()) if one.partnership != KENT.partnership
)
NEXT = SigningKey(f"{KEY.name}/epoch/2", bytes(range(1, 33)))


def recorded_in(store: Store, folder: Path) -> bytes:
    """Record one of everything in a store; return a checkpoint that somebody else holds."""
    kent = reviews_in(store, terms=KENT, clock=HandSetClock())
    other = reviews_in(store, terms=OTHER, clock=HandSetClock())
    send_all(kent, RECEIVE)
    send_all(other, RECEIVE)
    kent.export_made(EXPORT, by=TEAM, purpose="research")
    kent.import_histories(batch("KM", 600), by=TEAM)  # more than a page
    send_all(kent, INFORM)
    other.export_made(EXPORT, by=TEAM, purpose="research")
    signer = Signer.start(KEY, folder / "signed")
    ledger = store.ledger()
    ledger.checkpoint(signer)
    new = ledger.next_epoch(
        signer, 100, key=NEXT, memory=folder / "signed-2", by=("pt-01", "pt-02")
    )
    send_all(kent, RECEIVE, case="KM-last")
    return bytes(ledger.checkpoint(new).note)
