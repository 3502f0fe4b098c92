"""Writing to the record: metadata of entries, idempotency, imports, registers."""
