"""The codes that a partnership uses, as far as its terms list them: agencies, themes and more."""

from rapid_review.domain.statement import Statement
from rapid_review.domain.vocabulary import Codes


class Vocabulary(Statement):
    """Lists of the partnership's own codes; an empty or absent list allows every code.

    A code that is not in its list is recorded all the same, and is a finding.

    Attributes:
        agencies: whom to ask in every case, unless there is a reason not to (ToR 7.4); others may
            be asked as well.
        sources: who sends notifications (ToR 8.1).
        themes: what is learnt, by theme (ToR 4(b), 4(f)).
        methodologies: how a practice review may be done (ToR 5(c)).
        expertise: what experts are drawn in for (ToR 6.1).
        parties: who is engaged in a practice review (ToR 3.2).
        processes: what else may be going on about the same child (ToR 4(e)).
        coordinators: who coordinates a practice review (ToR 8.10).
    """

    agencies: Codes = ()
    sources: Codes = ()
    themes: Codes = ()
    methodologies: Codes = ()
    expertise: Codes = ()
    parties: Codes = ()
    processes: Codes = ()
    coordinators: Codes = ()
