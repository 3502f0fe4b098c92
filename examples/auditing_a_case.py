"""Give an auditor one case, and let them find out what was altered, without the store.

The partnership makes a checkpoint, which the auditor keeps, and later the bundle of a case. The
auditor holds the bundle to the public key and to the checkpoint. Then a due date is changed in the
database by the person who owns it, and everything in the database is put right after it: the copy
of the checkpoint tells.
"""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from rapid_review import Actor, RapidReviews, terms
from rapid_review.audit.log.bundle import write_folder
from rapid_review.audit.log.note import SigningKey
from rapid_review.audit.log.signing import Signer
from rapid_review.audit.log.sinks import FolderSink
from rapid_review.audit.verify import open_bundle, read_trust, verify
from rapid_review.domain.commands import ReceiveNotification
from rapid_review.domain.vocabulary import AgeBand, Child, Incident, Nature
from rapid_review.store.ledger.bundle import bundle_of_case
from rapid_review.store.ledger.checkpoints import TrustedCheckpoint
from rapid_review.store.sealing.opening import keys_at, make_keys

KENT = terms.load("kent-and-medway-2020-05")
TEAM = Actor(id="u-17", role="business-support", agency="partnership-team")
NOW = datetime(2020, 5, 4, 10, tzinfo=UTC)


def notification(reference: str) -> ReceiveNotification:
    """Return a notification of 4 May 2020."""
    return ReceiveNotification(
        at=datetime(2020, 5, 4, 9, 30, tzinfo=UTC),
        reference=reference,
        source="kent-ics",
        incident=Incident(known_on=date(2020, 5, 1), nature=Nature.SERIOUS_HARM),
        children=(Child(reference="C-1", age_band=AgeBand.UNDER_1),),
    )


def altered(store: Path) -> None:
    """Move a due date by a day in the file itself, as the person who owns it can."""
    with closing(sqlite3.connect(store)) as connection, connection:
        made = "SELECT sql FROM sqlite_schema WHERE name = 'no_update'"
        (guard,) = connection.execute(made).fetchone()
        connection.execute("DROP TRIGGER no_update")
        connection.execute(
            "UPDATE stored_events SET state = CAST(replace(CAST(state AS TEXT), "
            '\'"due":"2020-05-27"\', \'"due":"2020-05-28"\') AS BLOB)'
        )
        connection.execute(guard)


with TemporaryDirectory() as folder:
    place = Path(folder)
    store, sink, bundle = place / "record.db", place / "with-the-auditor", place / "bundle"

    # The partnership: a key that the database's keepers do not have, cases, and a checkpoint.
    signer = Signer.start(SigningKey.new("kent.example/rapid-reviews"), place / "signed")
    public = str(signer.key.public)
    keys, key_file = place / "record.keys", place / "record.key-file"
    make_keys(keys, key_file)
    at_hand = keys_at(keys, key_file)
    with RapidReviews.on_sqlite(store, terms=KENT, clock=lambda: NOW, keys=at_hand) as reviews:
        for case in ("KM-2020-007", "KM-2020-008"):
            reviews.handle(case, notification(f"N-{case}"), by=TEAM)
        ledger = reviews.ledger()
        signed = ledger.checkpoint(signer, [FolderSink(sink)])
        print(f"a checkpoint of {signed.size} entries is with the auditor")
        write_folder(bundle_of_case(reviews, "KM-2020-007", signer), bundle)

    # The auditor: the public key, the checkpoint and the bundle are enough.
    held = list(sink.iterdir())
    trust = read_trust([public], checkpoints=held)
    report = verify(open_bundle(bundle), trust)
    print(report.as_text().splitlines()[0])
    print(f"{report.checked['events']} events proved, {len(report.findings)} findings")

    # The person who owns the database alters it, and makes everything in it fit again.
    altered(store)
    with RapidReviews.on_sqlite(store, terms=KENT, clock=lambda: NOW) as reviews:
        ledger = reviews.ledger()
        told = ledger.verify(trust)
        print(f"before the ledger is made again: {len(told.findings)} findings, the first:")
        print(f"  {told.findings[0].where}: {told.findings[0].what}")
        ledger.rebuild()
        kept = [TrustedCheckpoint("the auditor's copy", one.read_bytes()) for one in held]
        print("by the auditor's copy, afterwards:")
        print(f"  {ledger.verify(trust, trusted=kept).findings[0].what}")
