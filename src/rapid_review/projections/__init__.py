"""Read models: recorded entries in, values out. No store, no clock; "as of when" is passed in.

- `as_of`: as of when, one case with all that a reading of it needs, and folding a view over it
- `case`: one case
  - `stage`: how far it has come
  - `clocks`: every clock of its terms, and its verdict
  - `calculation`: a due date day by day; recorded due dates calculated again to check them
  - `findings`: every rule that does not hold, and of which entry
  - `timeline`: a line an entry, and whether it is still in effect
  - `clauses`: the clauses that an event answers
  - `documents`: what documents the record names, with their digests
- `compare`: two readings of one case
  - `clock_changes`, `verdict_history`: each time the record changed the verdict on a clock
  - `difference`: what differs as of two times, and which entries made it differ
  - `what_if`: a case read again under other terms or another calendar
  - `replay`: a case as its record had it on every day, as bytes whose digest can be stated
- `work`: what is to be done
  - `board`: where a case is, what is due next, and who owes it
  - `outstanding`, `steps`, `next_steps`: every step that is still to be taken, what stands in its
    way, and who owes it
  - `diary`: what falls due over all cases; `icalendar`, for other programs
- `duplicates`: cases that look as if one notification had come in twice, and those linked so
- `learning`: themes across cases, and what a commission must look at
- `statistics`: figures of all cases that say what they are figures of

`happened_by` and `recorded_by` mean everywhere what `as_of` says.
"""

# What it lists are modules, which pyright does not look for.
# pyright: reportUnsupportedDunderAll=false
__all__ = ["as_of", "case", "compare", "duplicates", "statistics", "subject", "views", "work"]


def __dir__() -> list[str]:
    """List what is public, loaded or not: what `help` and completion show."""
    return sorted({*globals(), *__all__})
