"""Pages of teachers."""
