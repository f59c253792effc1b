"""A build after one that was cut off, and builds that AWS or a lock refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.vis_assis.amplify.test_amplify_build import (
    BOUNDARY,
    ENVIRONMENT,
    LOCKED,
    OUTPUTS,
    STATE,
    FakeCloud,
)
from vis_assis.amplify import build as amplify_build, state_bucket
from vis_assis.amplify.build_settings import Settings
from vis_assis.build.environments import ROOT
from vis_assis.errors import CommandError
from vis_assis.stack.target import Target
from vis_assis.takeover.journal import cut_off
from vis_assis.terraform.runner import TerraformError

LEFT = "deploy begun 2026-01-31 12:00:00 UTC\n"


class Deploy:
    """Stands in for `deploy`: notes what it is called with, then answers or fails."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.journals: list[str | None] = []
        self.targets: list[Target] = []

    def __call__(
        self, target: Target, _: Any, confirm: Callable[[str], bool], **options: Any
    ) -> dict[str, Any]:
        assert confirm("vis-assis"), "nobody is there to be asked"
        assert Path(options["backend_config"]).read_text() == STATE.backend()
        self.targets.append(target)
        self.journals.append(cut_off(target.journal, target.journal_copy))
        if self.failure:
            raise self.failure
        return dict(OUTPUTS)


def build(
    monkeypatch: pytest.MonkeyPatch,
    root: Path,
    deploy: Deploy,
    left: str | None = None,
    *,
    has_bucket: bool = True,
    more: Mapping[str, str] = MappingProxyType({}),
) -> None:
    (root / "build").mkdir()
    (root / "backend").symlink_to(ROOT / "backend")
    monkeypatch.setattr(amplify_build, "Cloud", lambda **_: FakeCloud())
    monkeypatch.setattr(amplify_build, "deploy", deploy)
    monkeypatch.setattr(state_bucket, "exists", lambda *_: has_bucket)
    monkeypatch.setattr(state_bucket.Marker, "read", lambda _: left)
    settings = Settings.from_environment({**ENVIRONMENT, **more})
    amplify_build.run(settings, root, lambda _: None, {})


def test_what_the_build_before_left_is_known_to_the_next_container(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    deploy = Deploy()
    build(monkeypatch, tmp_path, deploy, LEFT)
    assert deploy.journals == [LEFT.strip()]
    copy = deploy.targets[0].journal_copy
    assert isinstance(copy, state_bucket.Marker)
    assert (copy.bucket, copy.key) == (STATE.bucket, "vis-assis/unfinished")


def test_a_build_after_a_whole_one_takes_nothing_over_and_waits_for_a_lock(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    deploy = Deploy()
    build(monkeypatch, tmp_path, deploy)
    assert deploy.journals == [None]
    environment = deploy.targets[0].terraform.environment
    for command in ("plan", "apply"):
        assert environment[f"TF_CLI_ARGS_{command}"] == "-lock-timeout=5m"


@pytest.mark.parametrize(
    ("failure", "error", "told"),
    [
        (LOCKED, CommandError, r"aws s3 rm s3://.*\.tflock"),
        ("something else", TerraformError, "something else"),
    ],
)
def test_a_failure_of_terraform_is_told_a_lock_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    failure: str,
    error: type[Exception],
    told: str,
) -> None:
    with pytest.raises(error, match=told):
        build(monkeypatch, tmp_path, Deploy(TerraformError(failure)))


def test_a_refusal_of_aws_is_told_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)

    def refused(_: Settings) -> None:
        error = {"Code": "AccessDenied", "Message": "no"}
        raise ClientError({"Error": error}, "CreateBucket")

    monkeypatch.setattr(amplify_build, "run", refused)
    with pytest.raises(SystemExit, match=r"the backend phase failed: .*AccessDenied"):
        amplify_build.main()


def test_a_build_without_its_bucket_names_the_command_that_makes_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="make amplify-role APP_ID=d1abc2defghij"):
        build(monkeypatch, tmp_path, Deploy(), has_bucket=False)


@pytest.mark.parametrize("given", ["", "arn:aws:iam::123456789012:policy/of-our-own"])
def test_roles_are_bounded_unless_the_app_names_another_boundary(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: str
) -> None:
    deploy = Deploy()
    more = {"TF_VAR_permissions_boundary": given} if given else {}
    build(monkeypatch, tmp_path, deploy, more=more)
    assert deploy.targets[0].terraform.variables["permissions_boundary"] == (given or BOUNDARY)
