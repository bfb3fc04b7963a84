"""Measurements; they print and never gate."""
