"""Running Terraform: plans, messages, providers, state files."""
