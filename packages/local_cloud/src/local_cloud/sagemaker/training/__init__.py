"""Training jobs as processes in a sandbox."""
