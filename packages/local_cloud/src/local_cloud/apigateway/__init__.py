"""HTTP APIs: requests, authorizers, access logs."""
