"""Domains, user profiles, spaces and apps."""
