"""Between bytes and the record: commands from JSON, and answers as JSON, whoever carries them."""
