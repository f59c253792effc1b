"""Saving approved models and releases, and bringing them back."""
