"""Model package groups and versions."""
