"""Amplify: apps, branches and builds."""
