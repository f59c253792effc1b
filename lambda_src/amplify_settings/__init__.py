"""Keeps the stack's variables in an Amplify app; called by Terraform on create, update, delete."""
