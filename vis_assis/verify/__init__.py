"""`make verify`: whether a deployed stack does what the code depends on."""
