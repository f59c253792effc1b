"""Packages, environments, locks and generated documents."""
