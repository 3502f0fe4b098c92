"""Statistics: a histogram of cells in, figures out that say what they are figures of.

Read the modules in this order:

1. `periods`: months, calendar quarters, years to 31 March; from when to when
2. `basis`: unit, date basis, months, as of when: what every figure carries; a share of a whole
3. `chosen`: the clocks that a statistic of time is made of, grouped by period or agency
4. `proportions`: the due cohort, and how sure its share is
5. `survival`: how long it takes, with the clocks that still run
6. `bands`: the Department for Education's bands and quartiles
7. `xmr`: whether a series changes by more than chance, and whether it will meet a target
8. `measures`: everything that is counted, and of what
9. `tables`, `counts`: counts by period, agency or partnership
10. `suppression`, `secondary`: small numbers, and rounding, before a table is published
11. `shares`: every count of a table as a share of its whole
12. `tidy`: a table as rows with the Department for Education's column names

Every function is pure: "today" is an argument. A percentage of nothing is undefined, never 0, and
what is not known is said to be unknown, never 0.

Not here: the Panel's relaxations. A cell says on which day a clock was due, not that national
guidance had loosened it, so a clock that ran over during one counts as late; see `compliance`.
"""
