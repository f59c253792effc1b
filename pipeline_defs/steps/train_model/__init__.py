"""Pipeline step of the documented example: trains a model in script mode."""
