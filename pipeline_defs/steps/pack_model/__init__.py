"""Pipeline step of the documented example: makes the zip of a trained model."""
