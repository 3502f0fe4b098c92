"""Cases as tables for analysts, in columns: one row a clock, an entry, a case."""
