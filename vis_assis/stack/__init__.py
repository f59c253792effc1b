"""Deploying and destroying a stack."""
