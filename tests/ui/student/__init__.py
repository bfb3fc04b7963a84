"""Tests of the student's page."""
