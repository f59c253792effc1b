"""Names of downloaded inputs, and the batches in which a job's log is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud.sagemaker.processing.job_logs import publish_log
from local_cloud.sagemaker.processing.job_transfers import relative_name


@pytest.mark.parametrize(
    ("key", "prefix", "name"),
    [
        ("code/job.py", "code/job.py", "job.py"),
        ("job.py", "job.py", "job.py"),
        ("data/a/b.txt", "data/", "a/b.txt"),
        ("data/a/b.txt", "data", "a/b.txt"),
        ("data/part-1.csv", "data/part-", "part-1.csv"),
        ("database/x", "data", "database/x"),
        ("a/b", "", "a/b"),
    ],
)
def test_names_below_the_local_path(key: str, prefix: str, name: str) -> None:
    assert relative_name(key, prefix) == name


class FakeLogs:
    """CloudWatch Logs with its limits per call."""

    def __init__(self, denied: bool = False) -> None:
        self.streams: dict[tuple[str, str], list[str]] = {}
        self.calls = 0
        self._denied = denied

    def create_log_group(self, **_: str) -> None:
        code = "AccessDeniedException" if self._denied else "ResourceAlreadyExistsException"
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "CreateLogGroup")

    def create_log_stream(self, *, logGroupName: str, logStreamName: str) -> None:  # noqa: N803
        self.streams[logGroupName, logStreamName] = []

    def put_log_events(
        self,
        *,
        logGroupName: str,  # noqa: N803
        logStreamName: str,  # noqa: N803
        logEvents: list[dict[str, Any]],  # noqa: N803
    ) -> None:
        assert len(logEvents) <= 10_000
        assert sum(len(event["message"].encode()) + 26 for event in logEvents) <= 1_048_576
        self.calls += 1
        lines = [event["message"] for event in logEvents]
        self.streams[logGroupName, logStreamName] += lines


def test_every_line_is_written_within_the_limits(tmp_path: Path) -> None:
    lines = [f"{number} {'ä' * 400}" for number in range(6000)]
    file = tmp_path / "output.log"
    file.write_text("\n".join(lines) + "\n\nlast\n", encoding="utf-8")
    logs = FakeLogs()
    publish_log(logs, "/aws/sagemaker/ProcessingJobs", "job", file)
    ((group, stream), written) = next(iter(logs.streams.items()))
    assert group == "/aws/sagemaker/ProcessingJobs"
    assert stream.startswith("job/algo-1-")
    assert written == [*lines, "last"]
    assert logs.calls > 1


def test_a_role_without_log_permissions_loses_the_log_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "output.log"
    file.write_text("line\n")
    publish_log(FakeLogs(denied=True), "group", "job", file)
    assert "log of job is lost: AccessDeniedException: no" in caplog.text
