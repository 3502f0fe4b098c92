"""A small terms file and a small rule-set file, both good, to make one mistake in at a time."""

from typing import Final

import pytest

from rapid_review.domain.errors import TermsError
from rapid_review.domain.terms.terms_file import parse_rule_set, parse_terms

RULE_SET: Final = """\
id = "guidance"
title = "National guidance"
source = "given"
in_force_from = 2018-06-29
in_force_to = 2023-12-14

[[limbs]]
id = "facts"
says = "gather facts"
clause = "G 1"

[[criteria]]
id = "themes"
says = "themes recur"
clause = "G 2"

[[notification_classes]]
code = "serious-incident"
says = "a serious incident"
opens_review = true

[[notification_classes]]
code = "other-death"
says = "another death"
opens_review = false

[[deadlines]]
id = "notify-panel"
title = "Notify the Panel"
clause = "G 3"
starts_on = "NotificationReceived.incident.known_on"
stops_on = "NotificationReceived.panel_notified_at"
length = 5
unit = "working_days"
owed_by = "local-authority"

[[relaxations]]
id = "flood"
deadlines = ["notify-panel"]
since = 2020-03-30
until = 2020-09-30
says = "five days were too few"
source = "given"
"""

TERMS: Final = """\
id = "ours"
partnership = "our-partnership"
title = "Our group"
edition = "May 2020"
source = "given"
in_force_from = 2020-05-01
in_force_to = 2021-04-30
rule_set = "guidance"
time_zone = "Europe/London"
calendar = "england-and-wales"

[[notification_classes]]
code = "referral"
says = "a referral"
opens_review = true

[[seats]]
id = "council"
title = "Council"
filled_by = ["Director"]
chair = true

[[seats]]
id = "police"
title = "Police"
filled_by = ["Superintendent", "Chief Inspector"]

[[seats]]
id = "health"
title = "Health"
filled_by = ["Designated Nurse"]

[quorum]
clause = "T 1"
needs = { at_least = 2, of = ["council", "police", "health"] }

[[deadlines]]
id = "rapid-review"
title = "Rapid review"
clause = "T 2"
starts_on = "NotificationReceived.at"
stops_on = "ReportSentToPanel.at"
length = 15
unit = "working_days"
owed_by = "group"

[[deadlines]]
id = "decision"
title = "Decision"
clause = "T 3"
starts_on = "NotificationReceived.at"
stops_on = "DecisionMade.at"
length = 15
unit = "working_days"
owed_by = "group"

[meetings]
clause = "T 4"
manners = ["in-person"]

[decision]
clause = "T 5"
manners = ["consensus"]

[[decision.outcomes]]
code = "nothing-more"
title = "Nothing more"

[[decision.outcomes]]
code = "local-practice-review"
title = "A review"
practice_review = true

[adoption]
clause = "T 6"
by = ["partners"]

[feedback]
clause = "T 7"
share_with = ["partners"]
"""

NEEDS: Final = 'needs = { at_least = 2, of = ["council", "police", "health"] }'
"""How the small terms file says its quorum."""
GUIDANCE: Final = parse_rule_set(RULE_SET.encode(), name="guidance.toml")
DATES: Final = (
    "allowed is any event's name followed by .at, or MeetingConvened.meets_at, "
    "NotificationReceived.incident.happened_on, NotificationReceived.incident.known_on, "
    "NotificationReceived.panel_notified_at, PanelDiscussionNoted.discussed_on"
)
"""What a message lists after a clock's start or stop that is none."""
EMPTY: Final = "found a list; tuple should have at least 1 item after validation, not 0"
HIDDEN: Final = "characters (not shown: it may hold a name)"
UNITS: Final = "input should be 'working_days', 'calendar_days' or 'months'"
NAMED: Final = "only_for_classes names"
CLASSES: Final = "allowed are the classes that open a review"
WRITTEN: Final = "is worked out from the file; leave it out"


def wrong_terms(content: bytes) -> tuple[str, ...]:
    """Return the problems for which a terms file is refused."""
    with pytest.raises(TermsError) as refused:
        parse_terms(content, name="ours.toml", rule_sets={"guidance": GUIDANCE})
    return refused.value.problems


def wrong_rule_set(content: bytes) -> tuple[str, ...]:
    """Return the problems for which a rule-set file is refused."""
    with pytest.raises(TermsError) as refused:
        parse_rule_set(content, name="guidance.toml")
    return refused.value.problems


def replaced(text: str, old: str, new: str) -> bytes:
    """Return a file in which one thing, the first of its kind, is written otherwise."""
    assert old in text
    return text.replace(old, new, 1).encode()
