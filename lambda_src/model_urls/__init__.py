"""GET /getmodelurl and GET /models: links to what is served of each type."""
