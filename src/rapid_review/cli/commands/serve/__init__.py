"""The team's pages, and the people who may use them."""
