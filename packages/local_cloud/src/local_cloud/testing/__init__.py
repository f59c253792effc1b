"""For tests of programs that use the local cloud."""
