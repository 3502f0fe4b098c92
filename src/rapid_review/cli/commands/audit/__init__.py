"""Commands of the transparency log: checkpoints, verification, bundles."""

__all__: list[str] = []  # nothing in it is public
