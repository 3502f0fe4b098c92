"""Commands about spreadsheets."""
