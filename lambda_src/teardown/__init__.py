"""Removes what Terraform did not create, so that Terraform can remove the rest."""
