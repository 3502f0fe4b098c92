"""Exports of cases that are at hand, each as one: what the writers yield part by part, joined."""

from collections.abc import Iterable

from rapid_review.domain.entry import Entry
from rapid_review.exports import cloudevents
from rapid_review.exports.blurring import order_of
from rapid_review.exports.ocel import log_of_cases, sqlite
from rapid_review.exports.ocel.log import Log
from rapid_review.exports.process_mining import xes as writer
from rapid_review.exports.pseudonyms import Naming
from rapid_review.exports.trace import Trace


def leaving(traces: Iterable[Trace], naming: Naming) -> list[Trace]:
    """Return cases in the order in which they leave under these names."""
    order = order_of(naming)
    return sorted(traces, key=lambda one: order(one.case)) if order else list(traces)


def ocel_log(traces: Iterable[Trace], naming: Naming) -> Log:
    """Return a log with what every case adds to it."""
    first, *others = log_of_cases.ocel_logs(leaving(traces, naming), naming)
    events = tuple(event for one in others for event in one.events)
    objects = tuple(thing for one in others for thing in one.objects)
    return first.__class__(first.event_types, first.object_types, events, objects)


def ocel_json(log: Log) -> str:
    """Return a log in JSON."""
    return b"".join(log_of_cases.ocel_json([log])).decode()


def ocel_sqlite(log: Log) -> bytes:
    """Return a log as an SQLite file."""
    return b"".join(sqlite.ocel_sqlite([log]))


def xes(traces: Iterable[Trace], naming: Naming) -> bytes:
    """Return an XES document."""
    return b"".join(writer.xes(leaving(traces, naming), naming))


def cloudevents_lines(entries: Iterable[Entry], naming: Naming) -> str:
    """Return a feed, a line an entry."""
    return b"".join(cloudevents.cloudevents_lines(entries, naming)).decode()
