"""A small terms file and a small rule-set file, both good, to make one mistake in at a time."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple

import pytest

from rapid_review.domain.errors import TermsError
from rapid_review.domain.terms.terms_file import (
    mistakes_in_rule_set,
    mistakes_in_terms,
    parse_rule_set,
    parse_terms,
)

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

[[deadlines]]
id = "publication"
title = "Publish"
clause = "G 4"
starts_on = "PracticeReviewCommissioned.at"
stops_on = "PracticeReviewPublished.at"
length = 6
unit = "months"
owed_by = "partners"

[[relaxations]]
id = "flood"
deadlines = ["notify-panel"]
since = 2020-03-30
until = 2020-09-30
says = "five days were too few"
source = "given" # of the flood
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
length = 15 # of the review
unit = "working_days"
owed_by = "group"

[[deadlines]]
id = "decision"
title = "Decision"
clause = "T 3"
starts_on = "MeetingConvened.at"
stops_on = "DecisionMade.at"
length = 15 # of the decision
unit = "calendar_days"
owed_by = "group"

[[deadlines]]
id = "publication"
title = "Publication"
clause = "T 8"
starts_on = "PracticeReviewCommissioned.at"
stops_on = "PracticeReviewPublished.at"
length = 6
unit = "months"
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

[duties]
over = "decision"
"""

NEEDS: Final = 'needs = { at_least = 2, of = ["council", "police", "health"] }'
"""How the small terms file says its quorum."""
GUIDANCE: Final = parse_rule_set(RULE_SET.encode(), name="guidance.toml")
COVERED: Final = {"england-and-wales": (date(1978, 1, 1), date(2030, 12, 31))}

CODE: Final = ": a code in quotation marks: lower case, digits and hyphens"
CLAUSE: Final = (
    ": a clause in quotation marks, such as 'ToR 5(a)': not blank, at most 200 characters"
)
TEXT: Final = ": a text in quotation marks: not blank, at most 2000 characters"
DATE: Final = ": a date without quotation marks, such as 2020-05-04"
TRUE: Final = ": true or false, without quotation marks"
WHOLE: Final = ": a whole number without quotation marks"
LIST: Final = ": a list in square brackets of one or more of these: a "
POINT: Final = ": the name of an event followed by .at, or MeetingConvened.meets_at"
CLASS: Final = ": a class of notification that opens a review"
HIDDEN: Final = "characters (not shown: it may hold a name)"
TWICE: Final = " twice"
UNKNOWN: Final = "an unknown key"


class Row(NamedTuple):
    """A mistake: what is written instead of what, and what must be told of it.

    Attributes:
        old: what is in the good file.
        new: what is written there.
        key: the key that must be named.
        found: what must be told to have been found.
        allowed: what must be told to be allowed.
        leans_on: the keys without which nobody can tell that it is a mistake.
    """

    old: str
    new: str
    key: str
    found: str
    allowed: str
    leans_on: tuple[str, ...] = ()


def edited(text: str, row: Row) -> str:
    """Return a file with one mistake more."""
    assert row.old in text
    return text.replace(row.old, row.new, 1)


def is_told(row: Row, problems: Iterable[str], file: str) -> bool:
    """Say whether one line tells of a mistake: file, key, what was found, what is allowed."""
    return any(
        line.startswith(f"{file}: {row.key}: ")
        and "found" in line
        and row.found in line
        and "allowed" in line
        and row.allowed in line
        for line in problems
    )


def in_batches(rows: Sequence[Row]) -> list[tuple[Row, ...]]:
    """Return batches of ten mistakes that can be made in one file.

    No two of a batch change the same words, and none takes the ground from under another. A
    mistake in a name, by which others would be told, is in none of them.
    """
    some = [row for row in rows if "#" not in row.key and row.key != "rule_set"]
    batches: list[tuple[Row, ...]] = []
    for start in range(len(some)):
        batch: list[Row] = []
        for row in (*some[start:], *some[:start]):
            if len(batch) < _TEN and _apart(row, batch):
                batch.append(row)
        batches.append(tuple(batch))
    return batches


_TEN: Final = 10


def _apart(row: Row, batch: Iterable[Row]) -> bool:
    """Say whether a mistake leaves every other of a batch as it is, and they leave it."""
    return all(
        row.old not in other.old
        and other.old not in row.old
        and row.key not in (other.key, *other.leans_on)
        and other.key not in row.leans_on
        for other in batch
    )


def told_of_terms(content: str) -> tuple[str, ...]:
    """Return what is told of a terms file."""
    known = {"guidance": GUIDANCE}
    text = content.encode()
    return mistakes_in_terms(text, name="ours.toml", rule_sets=known, calendars=COVERED)


def told_of_rule_set(content: str) -> tuple[str, ...]:
    """Return what is told of a rule-set file."""
    return mistakes_in_rule_set(content.encode(), name="guidance.toml")


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
