"""Spreadsheets: a template made from the terms, what is wrong in a filled one, and its import.

A table has a case a row. `check` reads one from bytes and records nothing; `record` records what
it found good. No file is written here, so that a page can do the same as the command line.
"""

from rapid_review.tables.checking import Checked, check, record
from rapid_review.tables.problems import Problem
from rapid_review.tables.sheets import TableError
from rapid_review.tables.templates import template

__all__ = ["Checked", "Problem", "TableError", "check", "record", "template"]
