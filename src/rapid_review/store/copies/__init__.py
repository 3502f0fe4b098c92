"""A store taken elsewhere, whole: backed up, restored, moved."""

__all__: list[str] = []  # nothing in it is public
