"""The commands: what they take, what they print, and how their errors read."""
