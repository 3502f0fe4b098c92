"""Who may do what: asked before every command, every import, and every reading of words."""
