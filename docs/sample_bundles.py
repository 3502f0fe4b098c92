"""The sample bundles of the auditor's manual, with faults in them, and the list of the faults.

`python -m docs.sample_bundles` writes them into `examples/auditor/`. A test holds the files to
what this makes, and follows the manual until every fault is found. The case is invented. The keys,
and what sealing draws by chance, follow from sentences, so that the same bytes come out each time:
they guard nothing.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

from rapid_review import Actor, RapidReviews, calendars, terms
from rapid_review.audit.log.note import SigningKey, signed
from rapid_review.audit.log.signing import Signer
from rapid_review.audit.verify import (
    REPLAY,
    entry_path,
    packed,
    proof_path,
    read_manifest,
    read_note,
)
from rapid_review.domain.commands import COMMANDS, Command, RecordAttendance
from rapid_review.store.backends.open import in_memory
from rapid_review.store.ledger.bundle import bundle_of_case
from rapid_review.store.log.codec import Codec
from rapid_review.store.sealing.key_table import SQLiteKeyTable
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.scope_key import KEY as KEY_LENGTH
from rapid_review.store.sealing.sealer import Sealer
from rapid_review.store.sealing.wrapping import WrappingKey
from rapid_review.store.store import Store

if TYPE_CHECKING:
    from datetime import datetime

EXAMPLES: Final = Path(__file__).parent.parent / "examples"
FOLDER: Final = EXAMPLES / "auditor"
CASE: Final = "KM-2020-021"
KEY: Final = SigningKey(
    "kent.example/rapid-reviews", hashlib.sha256(b"A sample: this key guards nothing").digest()
)
TEAM: Final = Actor(id="pt-03", role="business-support", agency="partnership-team")
CALENDAR: Final = "2026-11-23"
TERMS: Final = f"terms/{terms.KENT_AND_MEDWAY_2020}.toml"
EDITED: Final = ('"notified_at": "2020-05-12', '"notified_at": "2020-05-11')
"""What the record says of the Panel's notification, and what was put in its place."""
Files = dict[str, bytes]


class Fault(NamedTuple):
    """A fault that was planted.

    Attributes:
        sample: the bundle that it is in.
        what: what was done, or left undone.
        shown_by: a regular expression for what shows it, in the output or on the page of the case.
    """

    sample: str
    what: str
    shown_by: str


FAULTS: Final = (
    Fault(
        "1-as-recorded.zip", "the Panel was notified on 12 May, due on the 11th", "notify-panel"
    ),
    Fault(
        "1-as-recorded.zip", "the review was reported on 29 May, due on the 27th", "rapid-review"
    ),
    Fault(
        "1-as-recorded.zip", "the first meeting was held without the police", "empty seats: police"
    ),
    Fault(
        "1-as-recorded.zip", "the group decided without weighing the criteria", "not been weighed"
    ),
    Fault("1-as-recorded.zip", "one member was not told", r"inform \(designated-health\)"),
    Fault("2-on-its-way.zip", "a due date was moved by two days", r"/3: |version 3 "),
    Fault(
        "2-on-its-way.zip",
        "the attendance without the police was taken out",
        r"/15\b|version 1[56] ",
    ),
    Fault("2-on-its-way.zip", "the terms allow 20 working days in place of 15", rf"{TERMS}: "),
    Fault("2-on-its-way.zip", "a letter was put in", r"letter\.txt: "),
    Fault("3-summary.zip", "the summary says that the review was in time", rf"{REPLAY}: "),
    Fault(
        "4-rewritten.zip",
        "the day of the Panel's notification was changed, and all signed again",
        "checkpoint",
    ),
)
"""Every fault that was planted; there is no other."""


# ------------------------------------------------------------------------- the record, as it was


def story(*, edited: bool = False) -> Iterator[Command]:
    """Yield what was asked in the case; if edited, the Panel was notified on its due day."""
    text = (EXAMPLES / "audited_case.jsonl").read_text(encoding="utf-8")
    for line in (text.replace(*EDITED) if edited else text).splitlines():
        fields = json.loads(line)
        yield COMMANDS[fields.pop("command")].model_validate_json(json.dumps(fields))


def recorded(commands: Iterable[Command]) -> tuple[bytes, Files]:
    """Record a case at the times at which it happened.

    Returns:
        The checkpoint of the auditor's first visit, after the first meeting, and the bundle of the
        whole case.
    """
    now: list[datetime] = []
    visits: list[bytes] = []
    kent = terms.load(terms.KENT_AND_MEDWAY_2020)
    with (
        TemporaryDirectory() as folder,
        RapidReviews.owning(
            sealed_store(),
            terms=kent,
            clock=lambda: now[-1],
            calendars=lambda id_: calendars.load(id_, CALENDAR),  # a newer one changes no byte
        ) as reviews,
    ):
        signer = Signer.start(KEY, Path(folder) / "signed")
        for number, command in enumerate(commands, start=1):
            now.append(command.at)
            reviews.handle(CASE, command, by=TEAM, command_id=f"sample-{number}")
            if isinstance(command, RecordAttendance) and not visits:
                visits.append(bytes(reviews.ledger().checkpoint(signer).note))
        reviews.ledger().checkpoint(signer)
        return visits[0], dict(bundle_of_case(reviews, CASE, signer))


def sealed_store() -> Store:
    """Return a new store whose words are sealed by keys that come out the same each time."""
    keys = Keys(SQLiteKeyTable(), WrappingKey(1, bytes(KEY_LENGTH)), chance=foretold("keys"))
    keys.start()
    sealer = Sealer(keys, chance=foretold("nonces"))
    return Store(in_memory(sealed=True), keys, codec=Codec(is_sealed=True, sealer=sealer))


def foretold(label: str) -> Callable[[int], bytes]:
    """Return what draws bytes that follow from a label, in place of bytes by chance."""
    drawn = count()

    def draw(length: int) -> bytes:
        return hashlib.shake_256(f"A sample: {label} {next(drawn)}".encode()).digest(length)

    return draw


# ----------------------------------------------------------------------- what was done to a bundle


def on_its_way(bundle: Files) -> Files:
    """Return a bundle as somebody leaves it who has it in hand, and has not the log's key."""
    state = next(name for name in bundle if name.endswith("/3"))
    gone = {state.removesuffix("/3") + "/15", entry_path(15), proof_path(15)}
    left = {name: data for name, data in bundle.items() if name not in gone}
    left[state] = left[state].replace(b'"due":"2020-05-27"', b'"due":"2020-05-29"')
    left[TERMS] = left[TERMS].replace(b"length = 15", b"length = 20")
    return left | {"letter.txt": b"The Panel was told by telephone on 11 May 2020.\n"}


def with_another_summary(bundle: Files) -> Files:
    """Return a bundle whose summary says that all was in time, signed by the log's own key."""
    summary = bundle[REPLAY].replace(b"met-late", b"met")
    manifest = read_manifest(read_note(bundle["manifest"]).text)
    digests = {**manifest.files, REPLAY: hashlib.sha256(summary).hexdigest()}
    signed_again = signed(bytes(replace(manifest, files=digests)), KEY)
    return bundle | {REPLAY: summary, "manifest": bytes(signed_again)}


def samples() -> Files:
    """Return every file of the sample, by its name."""
    visit, bundle = recorded(story())
    _, other = recorded(story(edited=True))
    return {
        "log.pub": f"{KEY.public}\n".encode(),
        "checkpoint.first-visit": visit,
        "1-as-recorded.zip": packed(bundle),
        "2-on-its-way.zip": packed(on_its_way(bundle)),
        "3-summary.zip": packed(with_another_summary(bundle)),
        "4-rewritten.zip": packed(other),
    }


def write() -> None:
    """Write the sample into its folder."""
    FOLDER.mkdir(exist_ok=True)
    for name, data in samples().items():
        (FOLDER / name).write_bytes(data)


if __name__ == "__main__":
    write()
