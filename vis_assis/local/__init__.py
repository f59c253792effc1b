"""The stack on a local cloud, and the settings for a front end."""
