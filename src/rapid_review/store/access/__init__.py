"""Reading words, and the log in which each reading stands before anything is opened."""
