"""How words are sealed: the keys, what is made of them, and where they are kept."""
