"""Read models: recorded entries in, values out. No store, no clock; "as of when" is passed in.

- `view`: which entries count at which two times, and folding a view over them
- `wording`: for each kind of event its clauses, and a line told from public fields only
- `timeline`: a line an entry, and whether it stands
- `compliance`: every clock of a case's terms, and its verdict
- `findings`: every rule that does not hold, and of which entry
- `reckoning`: a due date day by day; recorded due dates counted again to check them
- `changes`, `verdict_history`: each time the record changed the verdict on a clock, and by what
- `status`: the stage a case has come to
- `replay`: a case as its record had it on every day, as bytes whose digest can be stated
- `documents`: what documents the record names, with their digests
- `board`: where a case stands, what is due next, and who owes it
- `next_steps`: every step that is still to be taken, what stands in its way, and who owes it,
  from the table in `steps_ahead` and what is `to_do` at each step
- `diary`: what falls due over all cases; `icalendar`, for other programs
- `learning`: themes across cases, and what a commission must look at
- `figures`: the `cells` that one case adds to every statistic
- `statistics`: from the sum of all cases' cells, figures that say what they are figures of
- `tabled`: every table of a partnership, as it may be published
- `summary`: the same figures in rows

Up to `next_steps`, every function takes one case's entries from the first on, or the case that
they make. `happened_by` and `recorded_by` mean everywhere what `view.known` says.
"""
