"""EventBridge: rules, targets, events of services."""
