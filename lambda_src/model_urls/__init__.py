"""GET /getmodelurl: links to the newest model of each type."""
