"""Statistics: facts of all cases in, figures out that say what they are figures of.

A question is a `Selection`; it is answered from the `Facts` with what is `Published`, whose tables
are also given in rows. Read the modules in this order:

1. `periods`: months, quarters, half years, years; from when to when, and which are incomplete
2. `basis`: unit, date basis, months, as of when: what every figure carries; a share of a whole
3. `facts`: what all cases add up to; `case_facts`, what one case adds; `measures`, what is counted
4. `selection`: what is selected, and its clocks, grouped by period or agency
5. `in_time`: the due cohort, and how sure its share is
6. `survival`: how long it takes, with the clocks that still run
7. `bands`: the Department for Education's bands and quartiles
8. `control_chart`: whether a series changes by more than chance, and whether it will meet a target
9. `tables`, `counts`: counts by period, agency or partnership
10. `disclosure`: what is done to small numbers before a table is published, and rounding
11. `relations`: what the tables say of each other; `suppression`, with the `solver`: what to hide
12. `cell_keys`: counts changed by the keys of their cases
13. `shares`: every count of a table as a share of its whole
14. `published`: every table, as it may be published; `rows`: each of their figures in a row
15. `characteristics`: children by what statistics alone may know of them
16. `publications`: what was published before, and what both give away together
17. `dfe_csv`: a table as rows with the Department for Education's column names

Every function is pure: "today" is an argument. A percentage of nothing is undefined, never 0. A
number that is not known is marked as unknown, never 0.

A clock of national guidance that is late only by a limit that was relaxed counts neither as in
time nor as late; see `in_time`. A partnership's own clock then counts as late; see `case.clocks`.
"""

# What it lists are modules, which pyright does not look for.
# pyright: reportUnsupportedDunderAll=false
__all__ = [
    "basis",
    "case_facts",
    "cell_keys",
    "characteristics",
    "disclosure",
    "facts",
    "periods",
    "published",
    "relations",
    "rows",
    "selection",
    "suppression",
]


def __dir__() -> list[str]:
    """List what is public, loaded or not: what `help` and completion show."""
    return sorted({*globals(), *__all__})
