"""The ledger: a tree over every row, its checkpoints and their verification."""
