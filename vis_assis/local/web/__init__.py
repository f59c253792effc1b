"""The example page of examples/web: put together, configured and served."""
