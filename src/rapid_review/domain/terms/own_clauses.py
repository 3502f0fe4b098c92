"""Where a partnership's own document asks for the steps of a review: `[clauses]` of its terms."""

from rapid_review.domain.statement import Statement
from rapid_review.domain.vocabulary import Clause


class Clauses(Statement):
    """Where the partnership's own document asks for each step; where it does not, absent."""

    promptly: Clause | None = None
    facts: Clause | None = None
    safety: Clause | None = None
    improvements: Clause | None = None
    next_steps: Clause | None = None
    scope: Clause | None = None
    timely: Clause | None = None
    learn_together: Clause | None = None
    challenge: Clause | None = None
    open_and_fair: Clause | None = None
    themes: Clause | None = None
    proportionate: Clause | None = None
    shorter: Clause | None = None
    related: Clause | None = None
    prior_themes: Clause | None = None
    fifteen_days: Clause | None = None
    criteria: Clause | None = None
    methodology: Clause | None = None
    members: Clause | None = None
    quorum: Clause | None = None
    no_schedule: Clause | None = None
    informed: Clause | None = None
    clock: Clause | None = None
    gather: Clause | None = None
    collate: Clause | None = None
    meet: Clause | None = None
    report: Clause | None = None
    feedback: Clause | None = None
    feedback_shared: Clause | None = None
    receive: Clause | None = None
    inform: Clause | None = None
    commence: Clause | None = None
    send_out: Clause | None = None
    convene: Clause | None = None
    administer: Clause | None = None
    to_members: Clause | None = None
    to_panel: Clause | None = None
    liaison: Clause | None = None
    coordinate: Clause | None = None
