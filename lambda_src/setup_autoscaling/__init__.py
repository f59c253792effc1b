"""Keeps the navigation endpoint's scaling as it is configured."""
