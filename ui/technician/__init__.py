"""Pages of technicians."""
