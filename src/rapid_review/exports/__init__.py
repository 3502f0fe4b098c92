"""What leaves the record for other tools: tables, events and objects, feeds, rules, a model.

Values in, text or bytes out. Cases come as `Trace`s, cut by both times; only public fields are
read, and every reference goes through a `Naming`, so that the recipient of one export cannot
join it to another. What may be given out to whom is decided by whoever calls; that it was given
out is recorded by `record.exports_register`.

Reading order: `tabular`, the tables of the statistics; `naming` and `public`, what may be told and
under which names; `trace`, what is exported; `blurring`, what is done to times and to the order
of cases under pseudonyms; then the formats `ocel`, `xes`, `cloudevents`; `declare` and `bpmn`,
made from the terms.
"""
