"""What is to be done next, by whom and by when."""
