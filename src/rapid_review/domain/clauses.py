"""Every clause of the Terms of Reference (May 2020), in document order, in our own words.

`ref` is how findings, refusals and reports cite a clause. A clause that no rule can check says
why in `not_formalised`; every other one is met by a rule, an event or a deadline, and the
traceability table, which a test regenerates, says by which.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

PARTNERSHIP: Final = "kent-and-medway"
"""The partnership whose document this is; the cases of another cite their own."""


@dataclass(frozen=True, slots=True)
class ToRClause:
    """One clause: where it stands, what it asks, and why it is not checked if it is not.

    `elsewhere` says what it is about, if another partnership's document may ask something else.
    """

    ref: str
    says: str
    not_formalised: str = ""
    elsewhere: str = ""

    @property
    def matter(self) -> str:
        """What the clause is about, in words that hold for the document of any partnership."""
        return self.elsewhere or self.says

    def __str__(self) -> str:
        return self.ref


_CULTURE = "This is a matter of culture, which no record can prove. "

# 1. The rapid review
PROMPTLY: Final = ToRClause("ToR 1", "hold the review promptly and by the Panel's guidance")
FACTS: Final = ToRClause("ToR 1.1", "gather the facts available at the time")
SAFETY: Final = ToRClause("ToR 1.2", "ask what must be done for children now; share learning")
IMPROVEMENTS: Final = ToRClause("ToR 1.3", "consider what could be improved")
NEXT_STEPS: Final = ToRClause("ToR 1.4", "decide the next steps, a practice review among them")

# 2. Purpose
SCOPE: Final = ToRClause(
    "ToR 2.1", "set the first scope of a practice review where criteria are met"
)
TIMELY: Final = ToRClause("ToR 2.2", "tell the Panel in good time what was decided")

# 3. Objectives
LEARN_TOGETHER: Final = ToRClause(
    "ToR 3.1",
    "agencies and staff learn together; accountable, not culpable",
    _CULTURE + "It shapes the record instead: words belong to an agency and a role, "
    "and no field holds blame.",
)
CHALLENGE: Final = ToRClause(
    "ToR 3.2", "challenge openly, keep publication in mind, engage families and practitioners"
)

# 4. Responsibilities
OPEN_AND_FAIR: Final = ToRClause(
    "ToR 4(a)",
    "a culture that everyone concerned finds open, fair and just",
    _CULTURE + "Challenges, dissent and engagement can be recorded, which is the part a record "
    "can hold.",
)
THEMES: Final = ToRClause("ToR 4(b)", "turn key learning into themes that training takes up")
PROPORTIONATE: Final = ToRClause("ToR 4(c)", "keep it streamlined, flexible and proportionate")
SHORTER: Final = ToRClause(
    "ToR 4(d)",
    "use resources well and work to shorter timescales",
    "No record shows what was spent, or what another way would have taken. The clocks of ToR 5(a) "
    "and 7.8 and the figures made from them show how long this way took.",
)
RELATED: Final = ToRClause("ToR 4(e)", "use what domestic homicide and adult reviews taught")
PRIOR_THEMES: Final = ToRClause("ToR 4(f)", "weigh earlier reviews' themes when commissioning")

# 5. Accountability
FIFTEEN_DAYS: Final = ToRClause(
    "ToR 5(a)",
    "complete the review within 15 working days",
    elsewhere="complete the review within its time",
)
CRITERIA: Final = ToRClause("ToR 5(b)", "recommend, by the national criteria, whether one is met")
METHODOLOGY: Final = ToRClause("ToR 5(c)", "recommend style and methodology of a practice review")

# 6. Membership
MEMBERS: Final = ToRClause(
    "ToR 6.1",
    "five named seats, with expertise drawn in case by case",
    elsewhere="who has a seat, with expertise drawn in case by case",
)
QUORUM: Final = ToRClause(
    "ToR 6.2",
    "every seat filled by its member or a representative",
    elsewhere="which seats must be filled for a decision",
)

# 7. Process
NO_SCHEDULE: Final = ToRClause(
    "ToR 7.1", "meetings follow no set schedule", elsewhere="how often the group meets"
)
INFORMED: Final = ToRClause("ToR 7.2", "tell the group that a notification came in")
CLOCK: Final = ToRClause(
    "ToR 7.3",
    "the clock starts when the notification is received",
    elsewhere="when the clock of the review starts",
)
GATHER: Final = ToRClause("ToR 7.4", "ask the right agencies about the child and the family")
COLLATE: Final = ToRClause(
    "ToR 7.5", "collate the agencies' reports and share them with the group"
)
MEET: Final = ToRClause(
    "ToR 7.6",
    "meet in person or virtually, discuss, and decide",
    elsewhere="meet, discuss, and decide",
)
REPORT: Final = ToRClause(
    "ToR 7.7", "compile decision and rationale and forward them to the Panel"
)
FEEDBACK: Final = ToRClause(
    "ToR 7.8",
    "the Panel answers within 10 working days of its meeting",
    elsewhere="the Panel answers within its time",
)
FEEDBACK_SHARED: Final = ToRClause("ToR 7.9", "tell the group and the partners what it answered")

# 8. Support from the Partnership Team
RECEIVE: Final = ToRClause(
    "ToR 8.1", "receive the notification that follows the decision to notify the Panel"
)
INFORM: Final = ToRClause("ToR 8.2", "tell the members of any notification")
COMMENCE: Final = ToRClause("ToR 8.3", "start gathering and collating what agencies know")
SEND_OUT: Final = ToRClause("ToR 8.4", "send the collated reports to the members")
CONVENE: Final = ToRClause("ToR 8.5", "convene the meeting")
ADMINISTER: Final = ToRClause("ToR 8.6", "administer the meeting")
TO_MEMBERS: Final = ToRClause("ToR 8.7", "report the decision to the members")
TO_PANEL: Final = ToRClause("ToR 8.8", "tell the Panel what was decided")
LIAISON: Final = ToRClause("ToR 8.9", "stay the Panel's point of contact")
COORDINATE: Final = ToRClause("ToR 8.10", "coordinate any practice review that follows")

# What the document leaves to the person who keeps the record
RECORD: Final = "the record"

CLAUSES: Final[tuple[ToRClause, ...]] = tuple(
    value for value in list(globals().values()) if isinstance(value, ToRClause)
)
"""All clauses, in document order."""

KEYS: Final[Mapping[ToRClause, str]] = MappingProxyType(
    {
        value: name.lower()
        for name, value in list(globals().items())
        if isinstance(value, ToRClause)
    }
)
"""The key by which terms say, under `[clauses]`, where their own document asks for the same."""
