"""Tests of the administrators' page."""
