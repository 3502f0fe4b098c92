"""Commands about all cases of a store."""
