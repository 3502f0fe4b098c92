"""The timeline of a case in the pages: what the program wrote is folded, and a kind is chosen."""

import re
from itertools import islice

from tests.web.pages.a_site import CASE, a_team, said
from tests.web.pages.test_one_case_through_the_forms import story


def numbers(page: str) -> list[int]:
    """Return the numbers of the entries that are shown."""
    return [int(one) for one in re.findall(r"<strong><a [^>]*>(\d+)\. ", page)]


def test_what_the_program_wrote_is_folded_and_can_be_shown() -> None:
    """Due days that follow from the notification are counted, and shown if asked for."""
    with a_team(islice(story(), 3)) as team:
        kinds = [entry.event.kind for entry in team.reviews.history(CASE)]
        by_people = [at for at, kind in enumerate(kinds, start=1) if kind != "DeadlineSet"]
        folded = len(kinds) - len(by_people)
        assert folded
        answer = team.client.get(f"/timeline/{CASE}")
        assert numbers(answer.text) == by_people
        assert f"{len(by_people)} of {len(kinds)} entries; {folded} that the program" in said(
            answer
        )
        assert numbers(team.sees(f"/timeline/{CASE}?all=1")) == [*range(1, len(kinds) + 1)]


def test_entries_of_one_kind_are_chosen() -> None:
    """Also of a kind that the program writes."""
    with a_team(islice(story(), 3)) as team:
        kinds = [entry.event.kind for entry in team.reviews.history(CASE)]
        for kind in ("MemberInformed", "DeadlineSet"):
            found = numbers(team.sees(f"/timeline/{CASE}?kind={kind}"))
            assert found == [at for at, one in enumerate(kinds, start=1) if one == kind]
            assert found
