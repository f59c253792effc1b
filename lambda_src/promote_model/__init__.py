"""Makes production show the newest release candidate of a model type."""
