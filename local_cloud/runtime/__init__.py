"""Runs SageMaker pipelines: parses a definition, orders its steps and runs each one for real.

An HTTP client of the local cloud like any other: what a step may do is decided by its role.
"""
