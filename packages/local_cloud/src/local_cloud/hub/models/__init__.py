"""Small models with the layout of the real ones."""
