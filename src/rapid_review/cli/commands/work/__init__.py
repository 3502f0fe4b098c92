"""`work`: what is kept going in the background."""
