"""The stack's streams in log groups that the whole account shares."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from teardown.kinds.executions import all_executions
from teardown.kinds.log_groups import LogGroup
from teardown.kinds.pages import items
from teardown.settings import Stack


class LogStreams:
    """Streams of one group whose names begin with one of the prefixes."""

    title = "log stream"

    def __init__(self, logs: Any, group: str) -> None:
        self._logs, self._group = logs, group

    def prefixes(self) -> Iterable[str]:
        """Beginnings of the names of the stack's streams, separator included."""
        raise NotImplementedError

    def find(self) -> list[str]:
        if LogGroup(self._logs, self._group).described() is None:
            return []
        return [
            stream["logStreamName"]
            for prefix in self.prefixes()
            for stream in items(
                self._logs,
                "describe_log_streams",
                "logStreams",
                logGroupName=self._group,
                logStreamNamePrefix=prefix,
            )
        ]

    def remove(self, name: str) -> None:
        self._logs.delete_log_stream(logGroupName=self._group, logStreamName=name)


class JobLogStreams(LogStreams):
    """Streams of the jobs of the stack's pipelines: SageMaker calls them `pipelines-{id}-…`."""

    def __init__(self, logs: Any, sagemaker: Any, group: str, stack: Stack) -> None:
        super().__init__(logs, group)
        self._sagemaker, self._pipelines = sagemaker, stack.pipelines

    def prefixes(self) -> Iterable[str]:
        for execution in all_executions(self._sagemaker, self._pipelines):
            identifier = execution["PipelineExecutionArn"].rpartition("/")[2]
            yield f"pipelines-{identifier}-"


class StudioLogStreams(LogStreams):
    """Streams of a Studio domain: they begin with its identifier and a slash."""

    def __init__(self, logs: Any, group: str, domain_id: str) -> None:
        super().__init__(logs, group)
        self._domain_id = domain_id

    def prefixes(self) -> Iterable[str]:
        return [f"{self._domain_id}/"]
