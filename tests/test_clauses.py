"""The clauses are those of the document: every one, once, in its order."""

from rapid_review.domain.clauses import CLAUSES

POINTS = {
    "1": ("", ".1", ".2", ".3", ".4"),  # the opening sentence, and four aims
    "2": (".1", ".2"),  # two paragraphs
    "3": (".1", ".2"),
    "4": ("(a)", "(b)", "(c)", "(d)", "(e)", "(f)"),
    "5": ("(a)", "(b)", "(c)"),
    "6": (".1", ".2"),  # the five members, and the quorum
    "7": (".1", ".2", ".3", ".4", ".5", ".6", ".7", ".8", ".9"),
    "8": (".1", ".2", ".3", ".4", ".5", ".6", ".7", ".8", ".9", ".10"),
}


def test_every_clause_of_the_document_is_there_in_its_order() -> None:
    """ToR 1 to 8: the points of the document, as it letters them or as they are counted."""
    expected = [f"ToR {section}{point}" for section, points in POINTS.items() for point in points]
    assert [clause.ref for clause in CLAUSES] == expected


def test_every_clause_says_something_of_its_own() -> None:
    """ToR 1 to 8: no clause is empty, and no two say the same."""
    says = [clause.says for clause in CLAUSES]
    assert all(text.strip() for text in says)
    assert len(says) == len(set(says))


def test_a_clause_is_cited_by_its_reference() -> None:
    """What findings and refusals hold as their clause is the reference alone."""
    assert [str(clause) for clause in CLAUSES] == [clause.ref for clause in CLAUSES]
