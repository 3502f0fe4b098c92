"""Between bytes and the record: commands from JSON, and answers as JSON, whoever carries them."""

__all__: list[str] = []  # nothing in it is public
