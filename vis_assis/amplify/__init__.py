"""Deploying from a build of AWS Amplify."""
