"""In-memory AWS services with the behaviour that the functions depend on."""
