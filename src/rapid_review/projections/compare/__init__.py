"""Two readings of one case side by side: what changed, when, and because of what."""
