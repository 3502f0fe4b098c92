"""One case: how far it has come, its clocks, its findings, its timeline."""
