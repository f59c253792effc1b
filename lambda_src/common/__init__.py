"""What several Lambda functions share."""
