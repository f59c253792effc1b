"""Hands a failure to SageMaker, which shows it as the job's exit message."""

from pathlib import Path

from . import log

MAX_BYTES = 1024
"""Length of a processing job's ExitMessage (DescribeProcessingJob)."""


def report(message: str, failure_file: Path) -> None:
    """Log `message` and leave it in `failure_file`.

    What does not print is escaped: a message may quote what a repository says of itself.
    """
    message = "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in message
    )
    log.error(message)
    failure_file.parent.mkdir(parents=True, exist_ok=True)
    shortened = message.encode()[:MAX_BYTES].decode(errors="ignore")
    failure_file.write_text(shortened, encoding="utf-8")
