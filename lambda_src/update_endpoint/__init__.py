"""Keeps the navigation endpoint on the newest upload that works."""
