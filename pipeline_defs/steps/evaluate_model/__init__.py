"""Pipeline step of the documented example: judges a packed model."""
