"""What a step reports instead of a traceback."""


class StepError(Exception):
    """The model cannot be delivered; the message says what is wrong and what to do."""
