"""Who was at a meeting, and whether it was quorate, for the naive judge (ToR 6)."""

from rapid_review.testing.naive.facts import Fact, Fields, Matter


def experts_at(attendance: Fact, matter: Matter) -> set[str]:
    """ToR 6.1: return the experts at a meeting: named as such, or invited to it."""
    invited, meeting = matter.of("ExpertInvited"), attendance.fields["meeting"]
    mine = [one.fields["person"] for one in invited if one.fields["meeting"] == meeting]
    return {one.lower() for one in (*mine, *attendance.fields["experts"])}


def is_quorate(attendance: Fact, matter: Matter) -> bool:
    """ToR 6.2: say whether the filled seats make a quorum, whatever the event says."""
    terms = matter.terms_on(attendance.day)
    experts = experts_at(attendance, matter)
    seats = {one["id"]: one for one in terms["seats"]}
    filled: set[str] = set()
    seated: set[str] = set()
    for one in attendance.fields["sat"]:
        who = (one["person"] or "").lower()
        sits_elsewhere = who in seated and not terms["one_person_may_fill_several_seats"]
        if sits_elsewhere or who in experts or one["seat"] not in seats:
            continue
        if one["capacity"] == "member" or seats[one["seat"]]["representative_allowed"]:
            filled.add(one["seat"])
            seated |= {who} - {""}
    return _is_met(terms["quorum"]["needs"], filled)


def _is_met(need: str | Fields, filled: set[str]) -> bool:
    if isinstance(need, str):
        return need in filled
    if "all_of" in need:
        return all(_is_met(part, filled) for part in need["all_of"])
    if "any_of" in need:
        return any(_is_met(part, filled) for part in need["any_of"])
    met = [part for part in need["of"] if _is_met(part, filled)]
    return len(met) >= int(need["at_least"])
