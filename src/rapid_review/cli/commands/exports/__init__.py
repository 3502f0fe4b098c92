"""Commands that disclose cases or terms in other formats."""
