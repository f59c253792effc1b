"""Doctor sees a run that did not end, a lock, and a name that is taken."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from vis_assis.aws.cloud import Cloud
from vis_assis.stack import readiness
from vis_assis.stack.target import Target
from vis_assis.terraform.runner import Terraform


class Account(Cloud):
    """An account with one bucket, or none."""

    identity = ("aws", "123456789012")

    def __init__(self, bucket: str | None) -> None:
        super().__init__({}, "eu-west-1")
        self._bucket = bucket

    def client(self, service: str, **_: str) -> Any:
        def head_bucket(Bucket: str) -> None:  # noqa: N803 - boto3's name
            if Bucket != self._bucket:
                raise ClientError({"Error": {"Code": "404", "Message": ""}}, "HeadBucket")

        assert service == "s3"
        return SimpleNamespace(head_bucket=head_bucket)


TAKEN = "vis-assis-model-artifacts-production-123456789012"


@pytest.mark.parametrize(
    ("files", "bucket", "expected"),
    [
        ([], None, {"state": ("ready", "none yet"), "name": ("ready", "is free")}),
        ([], TAKEN, {"state": ("ready", "none yet"), "name": ("missing", "exists already")}),
        (
            ["terraform.tfstate"],
            TAKEN,
            {"state": ("ready", "here"), "name": ("ready", "has its state")},
        ),
        ([readiness.LOCK], None, {"state": ("missing", "at work"), "name": ("ready", "is free")}),
        (
            ["unfinished"],
            None,
            {"state": ("missing", "deploy begun"), "name": ("ready", "is free")},
        ),
    ],
)
def test_state_and_name(
    files: list[str],
    bucket: str | None,
    expected: dict[str, tuple[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for file in files:
        (tmp_path / file).write_text("deploy begun 2026-01-31")
    answer = SimpleNamespace(stdout='{"terraform_version": "1.11.4"}')
    monkeypatch.setattr(Terraform, "run", lambda *_, **__: answer)
    terraform = Terraform(tmp_path, {}, state=tmp_path / "terraform.tfstate")
    target = Target(terraform, is_local=False, where="AWS")
    found = {f.name: f for f in readiness.findings(target, Account(bucket), "vis-assis")}
    for key, (result, text) in expected.items():
        assert (found[key].result, text in found[key].text) == (result, True), found[key]
