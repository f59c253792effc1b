"""The error that ends a command with one line instead of a traceback."""


class CommandError(Exception):
    """Something that can be expected to fail; the message says what is wrong and what to do.

    A class of its own is worth it only for a failure that some code treats unlike the others.
    """
