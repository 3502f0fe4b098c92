"""The rules, in the order of the document. Each is written once and asked twice.

A rule looks at the details of a step (its command and its event share them: the particulars), at
the case before it, and at the terms, and returns a `Finding`. `decisions` turns a finding into a
refusal; import and compliance report the same finding. No rule asks whether a step is late:
lateness is calculated from clocks, and refuses nothing.

Verdicts:
    holds      as it should be
    irregular  it can happen and it is not as it should be: recorded, and found
    forbidden  cannot be done under these terms: refused when asked, found when imported
    nonsense   has no meaning: refused always

Read `finding`, then `opening`, `meeting`, `outcome`, `report`, `panel_and_after`, `team`. What is
already recorded is also judged by `order_of_days` and `contradictions` (codes by
`unlisted_codes`).
"""

from rapid_review.domain.rules.finding import Finding, Verdict

__all__ = ["Finding", "Verdict"]
