"""One module per kind of resource: how to find what is ours, and how to remove one of it."""
