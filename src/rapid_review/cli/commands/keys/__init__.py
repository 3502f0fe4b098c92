"""The keys of a sealed store."""
