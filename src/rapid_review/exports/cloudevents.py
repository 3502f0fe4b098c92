"""CloudEvents 1.0: a thin feed of what was recorded, for queues and webhooks.

Thin means ids and public parts only: a subscriber learns that something happened, and anyone who
may read the words asks the record for them. The feed reports what was recorded: a correction is an
event of its own, and names the entry that it corrects.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from rapid_review.domain.entry import Entry
from rapid_review.domain.fields import PERSON
from rapid_review.exports.blurring import blurred_entry, order_of
from rapid_review.exports.fields import public
from rapid_review.exports.pseudonyms import Naming
from rapid_review.exports.put_aside import in_order

TYPE: Final = "rapid-review."
"""The prefix of every event's type, before its kind. It never changes."""
SOURCE: Final = "urn:rapid-review:"
"""The prefix of every event's source, before the code of the partnership."""


def cloudevents(entries: Iterable[Entry], naming: Naming) -> Iterator[dict[str, Any]]:
    """Yield a CloudEvent for each entry, in their order; blurred under pseudonyms.

    `id` is the case and the entry's version: unique within `source`, and the same each time the
    entry is sent. `subject` is the case, and `time` is when the event happened. The extension
    attributes say when it was recorded (`recordedat`) and by whom (`recordedby`).
    """
    for entry in (blurred_entry(one, naming) for one in entries):
        event = entry.event
        case = naming("case", entry.case)
        yield {
            "specversion": "1.0",
            "id": f"{case}/{entry.version}",
            "source": f"{SOURCE}{entry.partnership}",
            "type": f"{TYPE}{event.kind}",
            "subject": case,
            "time": event.at.isoformat(),
            "recordedat": entry.recorded_at.isoformat(),
            "recordedby": naming(PERSON, entry.by.id),
            "datacontenttype": "application/json",
            "data": public(event, naming, entry.case),
        }


def cloudevents_lines(entries: Iterable[Entry], naming: Naming) -> Iterator[bytes]:
    """Yield CloudEvents as lines of JSON.

    Under pseudonyms, the entries of a case are together in their order, and cases are in the order
    of their pseudonyms; see `blurring`.
    """
    lines = (
        (str(one["subject"]), f"{json.dumps(one)}\n".encode())
        for one in cloudevents(entries, naming)
    )
    return (line for _, line in lines) if order_of(naming) is None else in_order(lines)
