"""What the naive judge looks at, and how; the judge is `rapid_review.testing.naive_judge`."""

__all__: list[str] = []  # nothing in it is public
