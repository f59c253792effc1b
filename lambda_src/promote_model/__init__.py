"""Makes production show the newest hand-over of a model type."""
