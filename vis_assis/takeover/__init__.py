"""Repairing what an interrupted run left: resources without a state, half-finished steps."""
