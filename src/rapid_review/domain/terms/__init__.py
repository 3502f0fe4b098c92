"""The Terms of Reference as data: seats, quorum, deadlines, national rule sets, their files."""

__all__: list[str] = []  # nothing in it is public
