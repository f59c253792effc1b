"""Log groups that SageMaker makes, and the stack's streams in those that an account shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from common.aws_errors import code
from teardown.removal import Leftover, items


def log_group(logs: Any, name: str) -> Iterator[Leftover]:
    """The log group with exactly this name."""
    for item in items(logs, "describe_log_groups", "logGroups", logGroupNamePrefix=name):
        if item["logGroupName"] == name:
            yield Leftover(name, partial(logs.delete_log_group, logGroupName=name))


def idle_log_group(logs: Any, name: str) -> Iterator[Leftover]:
    """A group that the whole account shares, if nobody has anything in it.

    One with a retention was set up by somebody, and is kept.
    """
    for item in items(logs, "describe_log_groups", "logGroups", logGroupNamePrefix=name):
        is_kept = item["logGroupName"] != name or "retentionInDays" in item
        if not is_kept and not any(_streams(logs, name)):
            yield Leftover(name, partial(logs.delete_log_group, logGroupName=name))


def log_streams(logs: Any, group: str, prefixes: Iterable[str]) -> Iterator[Leftover]:
    """Streams of the group whose names begin with one of the prefixes, separator included."""
    for prefix in prefixes:
        for stream in _streams(logs, group, logStreamNamePrefix=prefix):
            name = stream["logStreamName"]
            remove = partial(logs.delete_log_stream, logGroupName=group, logStreamName=name)
            yield Leftover(name, remove)


def _streams(logs: Any, group: str, **arguments: Any) -> Iterator[dict[str, Any]]:
    """Streams of a group, which another invocation may have removed a moment ago."""
    try:
        yield from items(
            logs, "describe_log_streams", "logStreams", logGroupName=group, **arguments
        )
    except ClientError as exc:
        if code(exc) != "ResourceNotFoundException":
            raise
