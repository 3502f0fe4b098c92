"""What leaves the record for other tools: tables, events and objects, feeds, rules, a model.

Values in, text or bytes out. Cases come as `Trace`s, cut by both times; only public fields are
read, and every reference goes through a `Naming`, so that the recipient of one export cannot
join it to another. What may be disclosed to whom is decided by the caller; that it was disclosed
is recorded by `store.writing.exports_register`.

Reading order: `pseudonyms` and `fields`, under which names what may be disclosed; `trace`, what is
exported; `blurring`, what is done to times and to the order of cases under pseudonyms. Then the
formats: `ocel`; `process_mining`, with `xes`, and `declare` and `bpmn` made from the terms;
`cloudevents`; `dfe`, the tables of the statistics; `icalendar`, the diary.
"""

# What it lists are modules, which pyright does not look for.
# pyright: reportUnsupportedDunderAll=false
__all__ = ["cloudevents", "dfe", "ocel", "process_mining", "pseudonyms", "trace"]


def __dir__() -> list[str]:
    """List what is public, loaded or not: what `help` and completion show."""
    return sorted({*globals(), *__all__})
