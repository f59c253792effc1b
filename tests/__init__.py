"""A package, so that `tests.…` means this one and not a dependency's stray `tests`."""
