"""The case file: one case as one page."""
