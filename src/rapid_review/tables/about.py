"""What a table asks, in words: for its sheet Read me, and for the reference page."""

from collections.abc import Sequence
from typing import Final

from rapid_review.tables.columns import ALL, NOT_KNOWN, Column, Reads
from rapid_review.tables.layout import Layout


def read_me(layout: Layout) -> tuple[str, ...]:
    """Return what is to be known before a table is filled in, a line each."""
    return (
        f"Rapid reviews under the terms {layout.terms.title}, {layout.terms.edition}.",
        *_HOW_TO_FILL_IN,
    )


_HOW_TO_FILL_IN: Final = (
    "One row is one case. Fill in what you know; what did not happen stays empty.",
    f"{NOT_KNOWN} means that nobody knows it, if the list below allows that.",
    "Days are day/month/year, or date cells.",
    "Add an hour, as in 04/05/2020 09:30, only if you know it.",
    "The record takes a day without an hour as noon of that day, by the partnership's clocks.",
    f"If a column takes several, put ; between them; {ALL} stands for all of a list.",
    "For a further collation or meeting of a case add a row with the same case.",
    "In such a row fill in the columns of the collation, the meeting and the decision alone.",
    "For another agency's report add a column with the heading Agency report: and its code.",
    "References and codes are public: write no name of a person there.",
    "The record seals columns of words; this file does not, so keep it in a safe place.",
    "Leave the hidden last column unchanged; it names the terms of this table.",
)


WAYS: Final = {
    Reads.MOMENT: "04/05/2020, 4 May 2020, 2020-05-04 or a date cell; then 09:30, if you know it",
    Reads.DAY: "the same, without an hour",
    Reads.YES_NO: "yes or no, or a cell that is true or false",
    Reads.CHOICE: "a title or a code of the sheet Choices",
    Reads.CHOICES: f"some of them, with ; between them, or {ALL}",
    Reads.CODE: "small letters, digits and hyphens",
    Reads.CODES: "several, with ; between them",
    Reads.REFERENCE: "letters, digits and . _ : / + - without spaces, 64 at most",
    Reads.REFERENCES: "several, with ; between them",
    Reads.AGES: f"years, unborn, under 1, 1 to 5 and so on, or {NOT_KNOWN}, with ; between them",
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
    return f"with {first.heading}"
