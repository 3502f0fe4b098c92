"""The read model: what is stored of every case, so that a figure needs no replay."""

__all__: list[str] = []  # nothing in it is public
