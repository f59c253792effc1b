"""Processing jobs as processes in a sandbox."""
