"""An entry to bytes and back, beside the JSON transcoder of `eventsourcing`.

Both write the same data. Reading, ours also validates every field; the transcoder does not.
"""

from collections.abc import Iterator

from eventsourcing.persistence import DatetimeAsISO, JSONTranscoder
from pydantic_core import from_json, to_json

from benchmarks import material
from benchmarks.harness import Benchmark, Effort, must_agree, one_by_one, rate
from rapid_review import Entry
from rapid_review.store.log.codec import Codec


def benchmarks(effort: Effort) -> Iterator[Benchmark]:
    """Yield the writing and the reading of a letter."""
    codec = Codec()
    transcoder = JSONTranscoder()
    transcoder.register(DatetimeAsISO())
    entry = material.entry()
    kind = entry.event.kind
    data = entry.model_dump()
    plain = entry.model_dump(mode="json")
    body, transcoded = codec.encode(entry), transcoder.encode(data)
    must_agree(entry, codec.entry(kind, body), Entry(**transcoder.decode(transcoded)))
    times = effort.of(20_000)

    yield Benchmark(
        "encode_entry",
        "entries/s",
        "higher",
        rate(lambda: [entry] * times, one_by_one(codec.encode)),
        {"eventsourcing": rate(lambda: [data] * times, one_by_one(transcoder.encode))},
        ("strings to JSON by pydantic-core", rate(lambda: [plain] * times, one_by_one(to_json))),
    )
    yield Benchmark(
        "decode_entry",
        "entries/s",
        "higher",
        rate(lambda: [body] * times, one_by_one(lambda body: codec.entry(kind, body))),
        {"eventsourcing": rate(lambda: [transcoded] * times, one_by_one(transcoder.decode))},
        ("JSON to strings by pydantic-core", rate(lambda: [body] * times, one_by_one(from_json))),
    )
