"""What leaves the record for other tools: tables, events and objects, feeds, rules, a model.

Values in, text or bytes out. Cases come as `Trace`s, as of both times. Only public fields are
read, and every reference goes through a `Naming`, so that the recipient of one export cannot join
it to another. The caller decides what may be disclosed to whom; `store.writing.exports_register`
records that it was disclosed.

Reading order: `pseudonyms`, the names of references; `fields`, what may be disclosed; `trace`,
what is exported of a case; `blurring`, how pseudonymous exports hide times and the order of cases.
Then the formats: `ocel`; `process_mining`, with `xes`, and with `declare` and `bpmn`, which are
made from the terms; `cloudevents`; `analytics`, tables of cases as Parquet; `dfe`, the tables of
the statistics; `icalendar`, the diary.
"""

# What it lists are modules, which pyright does not look for.
# pyright: reportUnsupportedDunderAll=false
__all__ = ["cloudevents", "dfe", "ocel", "process_mining", "pseudonyms", "trace"]


def __dir__() -> list[str]:
    """List what is public, loaded or not: what `help` and completion show."""
    return sorted({*globals(), *__all__})
