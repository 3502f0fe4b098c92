"""The page of a partnership's statistics: its sections, their charts and their words."""
