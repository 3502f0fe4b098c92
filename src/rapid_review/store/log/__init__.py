"""The log of entries: bytes, rows and streams."""
