"""The web: the team's pages, and the HTTP interface."""
