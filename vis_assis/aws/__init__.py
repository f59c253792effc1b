"""What the commands read and change in the account."""
