"""A store taken elsewhere, whole: backed up, restored, moved."""
