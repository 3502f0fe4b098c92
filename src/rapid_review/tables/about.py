"""Texts about a table and its columns, for its sheet Read me and for the reference page."""

from collections.abc import Sequence
from typing import Final

from rapid_review.tables.columns import ALL, NONE, NOT_KNOWN, Column, Reads
from rapid_review.tables.layout import Layout


def read_me(layout: Layout) -> tuple[str, ...]:
    """Return what to know before filling in a table, one line each."""
    return (
        f"Rapid reviews under the terms {layout.terms.title}, {layout.terms.edition}.",
        *_HOW_TO_FILL_IN,
    )


_HOW_TO_FILL_IN: Final = (
    "One row is one case. Fill in what you know, and leave empty what did not happen.",
    f"Write {NOT_KNOWN} if nobody knows the answer, where the list below allows it.",
    f"Write {NONE} if the group looked and found nothing, where the column says so.",
    "Write days as day/month/year, or use date cells.",
    "Add an hour, as in 04/05/2020 09:30, only if you know it.",
    "A day without an hour is recorded as noon, in the partnership's time zone.",
    "If other steps of that day have an hour, it is the hour that keeps the steps in order.",
    "If a column takes several answers, put ; between them.",
    f"Where you choose from a list, {ALL} means the whole list.",
    "If a case has another collation or meeting, add another row with the case's reference.",
    "In that row, fill in only the columns of the collation, the meeting and the decision.",
    "To add an agency, add a column with the heading Agency report: and the agency's code.",
    "References and codes are public: do not write a person's name there.",
    "Words are sealed in the record, but not in this file, so keep it in a safe place.",
    "Leave the hidden last column unchanged; it names the terms of this table.",
)


WAYS: Final = {
    Reads.MOMENT: "04/05/2020, 4 May 2020, 2020-05-04 or a date cell; add 09:30 if you know it",
    Reads.DAY: "04/05/2020, 4 May 2020, 2020-05-04 or a date cell, without an hour",
    Reads.YES_NO: "yes or no, or a cell that is true or false",
    Reads.CHOICE: "one title or code from the sheet Choices",
    Reads.CHOICES: f"titles or codes from the sheet Choices, with ; between them, or {ALL}",
    Reads.CODE: "small letters, digits and hyphens",
    Reads.CODES: "one or more codes, with ; between them",
    Reads.REFERENCE: "at most 64 letters, digits and . _ : / + - without spaces",
    Reads.REFERENCES: "one or more references, with ; between them",
    Reads.AGES: f"ages in years, unborn, 1 to 5 and so on, or {NOT_KNOWN}, with ; between them",
    Reads.REVIEWS: "the kind of review, a space and its reference, with ; between reviews",
    Reads.WORDS: "up to 20,000 characters; sealed in the record",
}
"""What a cell may hold, by the way in which it is read."""
ABOUT: Final = ("heading", "what it means", "what to write", "needed", "if nobody knows it")
"""The headings of the list of columns."""


def about(column: Column, columns: Sequence[Column]) -> tuple[str, ...]:
    """Return what a column asks, under the headings of `ABOUT`."""
    return (
        column.heading,
        column.means,
        column.reads.value,
        _needed(column, columns),
        f"{NOT_KNOWN}: {column.unknown}" if column.unknown else f"{NOT_KNOWN} is not allowed",
    )


def _needed(column: Column, columns: Sequence[Column]) -> str:
    if column.part == "notification":
        return "always" if column.needed else "if you know it"
    first = next(one for one in columns if one.part == column.part)
    if column is first or not column.needed:
        return "if it happened" if column.reads is Reads.MOMENT else "if you know it"
    return f"if you fill in {first.heading}"
