"""Lambda: roles, worker processes, the sandbox of a function."""
