"""The Terms of Reference as data: seats, quorum, deadlines, national rule sets, their files."""
