"""Who may do what: credentials, policies, the resources of a request."""
