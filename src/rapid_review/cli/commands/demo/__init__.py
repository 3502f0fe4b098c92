"""The demonstration: one invented case through a real store."""
