"""Forms for commands, made from their models, the terms, and one table of questions."""
